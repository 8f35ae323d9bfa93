import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CheckpointError, huggingFace, openCheckpoints, type Schemes } from '../index.js';
import { writeSafetensors } from '../node.js';

const test = suite('checkpoint/schemes');

const folder = await mkdtemp(join(tmpdir(), 'incipit-schemes-'));
for (const [file, names] of Object.entries({ plain: ['w'], classifier: ['backbone.w', 'head.w'] })) {
  await writeSafetensors(
    join(folder, `${file}.safetensors`),
    names.map((name) => ({ name, dtype: 'uint8', shape: [1], bytes: () => Uint8Array.of(name.length) })),
  );
}

async function names(source: string, schemes: Schemes): Promise<readonly string[]> {
  const checkpoint = await openCheckpoints({ folder, schemes })(source);
  await checkpoint.close();
  return Object.keys(checkpoint.header.tensors);
}

async function fails(code: string, source: string, schemes: Schemes = {}): Promise<string> {
  try {
    await names(source, schemes);
  } catch (error) {
    assert.instance(error, CheckpointError);
    assert.is((error as CheckpointError).code, code);
    return (error as CheckpointError).message;
  }
  throw new Error('no error');
}

test('a name of a table stands for a path, also by the other name of its scheme', async () => {
  const plain = { resnet50: 'plain.safetensors' };
  assert.equal(await names('torchvision://resnet50', { torchvision: plain }), ['w']);
  assert.equal(await names('modelzoo://resnet50', { torchvision: plain }), ['w']);
  assert.equal(await names('open-mmlab://resnet50', { openmmlab: plain }), ['w']);
  assert.equal(await names('openmmlab://resnet50', { 'open-mmlab': plain }), ['w']);
});

test('a table may be a function, waited for, and lead to another table', async () => {
  const schemes: Schemes = {
    mine: async (name) => (name === 'best' ? 'torchvision://resnet50' : undefined),
    torchvision: { resnet50: { location: join(folder, 'plain.safetensors') } },
  };
  assert.equal(await names('mine://best', schemes), ['w']);
  assert.match(await fails('unknown-name', 'mine://worst', schemes), "'worst' is not in the table of 'mine'");
});

test('mmcls takes the backbone of a classifier, and a table may say which part it takes', async () => {
  const mmcls = { r50: 'classifier.safetensors', whole: { location: 'classifier.safetensors', prefix: '' } };
  assert.equal(await names('mmcls://r50', { mmcls }), ['w']);
  assert.equal(await names('mmcls://whole', { mmcls }), ['backbone.w', 'head.w']);
  const part = await openCheckpoints({ folder, schemes: { mmcls } })('mmcls://r50');
  assert.equal(await part.read('w'), Uint8Array.of('backbone.w'.length));
  await part.close();
  const message = await fails('prefix-not-found', 'mmcls://p', { mmcls: { p: 'plain.safetensors' } });
  assert.match(message, "'backbone.'");
});

test('an unknown name lists those that are near, and says how to add it', async () => {
  const message = await fails('unknown-name', 'torchvision://resnt50', { torchvision: { resnet50: 'x', vgg16: 'y' } });
  assert.match(message, /did you mean 'resnet50'\?/);
  assert.match(message, 'one of resnet50, vgg16');
  assert.match(message, 'openCheckpoints({ schemes');
});

test('a scheme without a table says that it needs one; an unknown one lists those that are known', async () => {
  assert.match(await fails('no-table', 'torchvision://resnet50'), "'torchvision'");
  assert.match(await fails('unknown-scheme', 'torchvison://resnet50'), "did you mean 'torchvision'?");
  assert.match(await fails('unknown-scheme', 's3://bucket/file'), 'hf, http, https, file');
});

test('names that lead in a circle end', async () => {
  assert.match(
    await fails('circular-name', 'left://x', { left: { x: 'right://x' }, right: { x: 'left://x' } }),
    "'left://x'",
  );
});

test('keys that every object has are no names', async () => {
  await fails('unknown-name', 'torchvision://constructor', { torchvision: {} });
  await fails('unknown-scheme', 'constructor://x');
});

test('names of the Hub become addresses; what names no file is refused', async () => {
  const address = huggingFace();
  assert.type(address, 'function');
  if (typeof address !== 'function') return;
  assert.is(
    address('timm/resnet50.a1@v 1/folder/model.safetensors'),
    'https://huggingface.co/timm/resnet50.a1/resolve/v%201/folder/model.safetensors',
  );
  assert.is(huggingFaceAt('https://mirror.example/', 'a/b/c'), 'https://mirror.example/a/b/resolve/main/c');
  for (const bad of ['model', 'a/b', 'a/b/', '/b/c', 'a/b/../c', 'a/b@1@2/c'])
    await fails('bad-location', `hf://${bad}`);
});

function huggingFaceAt(endpoint: string, name: string): unknown {
  const table = huggingFace(endpoint);
  return typeof table === 'function' ? table(name) : undefined;
}

test('a file URL is a path; a letter and a colon is a drive, not a scheme', async () => {
  assert.equal(await names(`file://${join(folder, 'plain.safetensors')}`, {}), ['w']);
  await fails('bad-location', 'file://server/share/x');
  await fails('not-found', 'C://models/x.safetensors');
  await writeFile(join(folder, 'empty.safetensors'), '');
  await fails('truncated', 'empty.safetensors');
});

test.run();
