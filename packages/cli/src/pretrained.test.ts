import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openSafetensors, writeSafetensors } from '@incipit/core/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { callCli, folderWith, SMALL_MODEL } from './testing/run-cli.js';

const test = suite('incipit init from checkpoints');

const folder = await folderWith({
  'model.json': SMALL_MODEL,
  'config.yaml': [
    '- type: Pretrained',
    '  checkpoint: torchvision://small',
    '  layout: torch',
    '  name_map: { "*.weight": "*.kernel" }',
  ].join('\n'),
  'bad-schemes.yaml': 'torchvision: [small]\n',
  'bad-location.yaml': 'torchvision: { small: 7 }\n',
  'other-schemes.yaml': 'torchvision: { smal: x }\n',
});
const at = (name: string): string => join(folder, name);

const values = Float32Array.from({ length: 16 * 3 * 3 * 3 }, (_, index) => index);
await writeSafetensors(at('small.safetensors'), [
  { name: 'stem.weight', dtype: 'float32', shape: [16, 3, 3, 3], bytes: () => new Uint8Array(values.buffer) },
]);
const file = await readFile(at('small.safetensors'));
let requests = 0;
const server = createServer((_, response) => {
  requests += 1;
  response.writeHead(200, { 'content-length': file.byteLength }).end(file);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/small.safetensors`;

test.after(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

function init(schemes: string, live = false): ReturnType<typeof callCli> {
  const [model, config, out] = [at('model.json'), at('config.yaml'), at('out.safetensors')];
  const args = ['init', '--model', model, '--config', config, '--out', out, '--schemes', at(schemes)];
  return callCli([...args, '--cache', at('cache')], { live });
}

test('inspect reads from an address', async () => {
  const { code, out, err } = await callCli(['inspect', url, '--cache', at('inspected')]);
  assert.is(code, 0, err);
  assert.match(out, 'weight  float32 [16, 3, 3, 3]  0 … 431');
  requests = 0;
});

test('a name of a table is fetched once, kept in the folder, and turned into the layout of the model', async () => {
  await writeFile(at('schemes.yaml'), `torchvision:\n  small: ${url}\n`);
  const first = await init('schemes.yaml', true);
  assert.is(first.code, 0, first.err);
  assert.match(first.err, 'torchvision://small: ');
  assert.is((await init('schemes.yaml')).code, 0);
  assert.is(requests, 1);
  assert.is((await readdir(at('cache/files'))).length, 1);
  const written = await openSafetensors(at('out.safetensors'));
  const kernel = new Float32Array((await written.read('stem.kernel')).slice().buffer);
  await written.close();
  // Output 2 of input 1 at row 0, column 2, in both orders.
  assert.is(kernel[(2 * 3 + 1) * 16 + 2], 2 * 27 + 1 * 9 + 2);
});

for (const [schemes, said] of [
  ['bad-schemes.yaml', "a mapping under 'torchvision'"],
  ['bad-location.yaml', "an address or a path under 'torchvision.small'"],
  ['other-schemes.yaml', "did you mean 'smal'?"],
  ['missing.yaml', 'missing.yaml'],
] as const) {
  test(`${schemes}: one error, and no file is written`, async () => {
    await rm(at('out.safetensors'), { force: true });
    const { code, err } = await init(schemes);
    assert.is(code, 1);
    assert.match(err, said);
    assert.not.ok((await readdir(folder)).includes('out.safetensors'));
  });
}

test.run();
