import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../errors.js';
import { loadConfigFile } from './load-file.js';

const test = suite<{ folder: string }>('load-file');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'incipit-config-'));
});

test.after.each(async ({ folder }) => {
  await rm(folder, { recursive: true });
});

async function refusal(file: string): Promise<ConfigError> {
  try {
    await loadConfigFile(file);
  } catch (error) {
    assert.instance(error, ConfigError);
    return error as ConfigError;
  }
  throw new Error('nothing was thrown');
}

test('a file is read, and its origins name it', async ({ folder }) => {
  const file = join(folder, 'é.yaml');
  await writeFile(file, 'a:\n  b: "é"\n');
  const loaded = await loadConfigFile(file);
  assert.equal(loaded.value, { a: { b: 'é' } });
  assert.equal(loaded.origin(['a', 'b']), { file, key: 'a.b', line: 2 });
});

test('a format can be given for a file whose name does not tell', async ({ folder }) => {
  const file = join(folder, 'rules');
  await writeFile(file, '[1]');
  assert.equal((await loadConfigFile(file, { format: 'json' })).value, [1]);
});

test('a missing file is told by name', async ({ folder }) => {
  const error = await refusal(join(folder, 'none.yaml'));
  assert.is(error.code, 'config-not-found');
  assert.match(error.message, 'none.yaml');
  assert.instance(error.cause, Error);
});

test('a folder is no config', async ({ folder }) => {
  assert.is((await refusal(folder)).code, 'config-unreadable');
});

test('a file that is no UTF-8 is refused', async ({ folder }) => {
  const file = join(folder, 'latin1.yaml');
  await writeFile(file, Buffer.from([0x61, 0x3a, 0x20, 0xe9]));
  const error = await refusal(file);
  assert.is(error.code, 'parse-error');
  assert.match(error.message, 'UTF-8');
});

test.run();
