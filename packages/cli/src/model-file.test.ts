import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ModelFileError } from './errors.js';
import { readModelFile, readWeights } from './model-file.js';
import { folderWith, SMALL_MODEL } from './testing/run-cli.js';

const test = suite('model file');
const text = JSON.stringify(SMALL_MODEL);
const MANIFEST = [{ paths: ['a.bin', 'b.bin'], weights: [{ name: 'w', shape: [3], dtype: 'uint8' }] }];
const GRAPH = { format: 'graph-model', modelTopology: {} };

const folder = await folderWith({
  'plain.json': text,
  'packed.json.gz': gzipSync(text),
  'packed-under-another-name.json': gzipSync(text),
  'described.json': { name: 'small', topology: SMALL_MODEL, weights: [] },
  'byte-order-mark.json': `\uFEFF${text}`,
  'with-weights.json': { modelTopology: SMALL_MODEL, weightsManifest: MANIFEST },
  'a.bin': Uint8Array.of(1, 2),
  'b.bin': Uint8Array.of(3),
  'weights-gone.json': { modelTopology: SMALL_MODEL, weightsManifest: [{ paths: ['gone.bin'], weights: [] }] },
  'bad-manifest.json': { modelTopology: SMALL_MODEL, weightsManifest: [{ weights: [] }] },
  'graph.json': GRAPH,
  'list.json': '[1]',
  'cut.json': text.slice(0, 40),
  'cut.json.gz': gzipSync(text).subarray(0, 60),
});

test.after(() => rm(folder, { recursive: true }));

async function refusal(action: () => Promise<unknown>): Promise<ModelFileError> {
  const error = await action().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.instance(error, ModelFileError);
  return error as ModelFileError;
}

for (const name of [
  'plain.json',
  'packed.json.gz',
  'packed-under-another-name.json',
  'described.json',
  'byte-order-mark.json',
]) {
  test(`reads ${name} as the same topology`, async () => {
    const file = await readModelFile(join(folder, name));
    assert.equal(file.json, JSON.parse(text));
    assert.is(file.manifest, undefined);
  });
}

test('reads the shards of a manifest end to end, from beside the model', async () => {
  const file = await readModelFile(join(folder, 'with-weights.json'));
  const { specs, data } = await readWeights(file);
  assert.equal([...new Uint8Array(data)], [1, 2, 3]);
  assert.equal(specs, MANIFEST[0]?.weights);
});

test('a shard that is gone is named, with the way out', async () => {
  const file = await readModelFile(join(folder, 'weights-gone.json'));
  const error = await refusal(() => readWeights(file));
  assert.is(error.code, 'not-found');
  assert.match(error.message, 'gone.bin');
  assert.match(error.message, '--fresh');
});

const REFUSED: readonly (readonly [name: string, code: string, word: string])[] = [
  ['nowhere.json', 'not-found', 'does not exist'],
  ['', 'unreadable', 'EISDIR'],
  ['list.json', 'malformed', 'not a JSON object'],
  ['cut.json', 'malformed', 'not JSON'],
  ['cut.json.gz', 'malformed', 'damaged gzip'],
  ['bad-manifest.json', 'malformed', 'weightsManifest'],
  ['graph.json', 'unsupported-model', 'graph model'],
];

for (const [name, code, word] of REFUSED) {
  test(`refuses '${name}' as ${code}`, async () => {
    const error = await refusal(() => readModelFile(join(folder, name)));
    assert.is(error.code, code);
    assert.match(error.message, word);
  });
}

test.run();
