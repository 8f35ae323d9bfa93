import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../errors.js';
import { Config } from './config.js';
import { type LoadFileOptions, loadConfigFile } from './load-file.js';
import { nodeConfigHost } from './node-config-host.js';

const test = suite<{ folder: string }>('load-file');

test.before.each(async (context) => {
  context.folder = await mkdtemp(join(tmpdir(), 'incipit-config-'));
});

test.after.each(async ({ folder }) => {
  await rm(folder, { recursive: true });
});

async function refusal(file: string, options: LoadFileOptions = {}): Promise<ConfigError> {
  try {
    await loadConfigFile(file, options);
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

test('rules may stand in a list, which has no bases', async ({ folder }) => {
  const file = join(folder, 'rules.yaml');
  await writeFile(file, '- {type: A}\n- {type: B, _base_: x}\n');
  assert.equal((await loadConfigFile(file)).value, [{ type: 'A' }, { type: 'B', _base_: 'x' }]);
});

test('a file reads its bases, and fileDirname is its absolute folder', async ({ folder }) => {
  await mkdir(join(folder, 'sub'));
  await writeFile(join(folder, 'sub', 'c.yaml'), '_base_: ../b.json\nhere: "{{ fileDirname }}"\n');
  await writeFile(join(folder, 'b.json'), '{"there": "{{ fileDirname }}", "env": "{{$SOME_NAME:x}}"}');
  const host = await nodeConfigHost({ cwd: folder, env: { SOME_NAME: 'y' } });
  const { value, environment } = await loadConfigFile('sub/c.yaml', { host });
  assert.equal(value, { there: folder, here: join(folder, 'sub'), env: 'y' });
  assert.equal(environment, { SOME_NAME: 'y' });
});

test('a circle through a symbolic link is found', async ({ folder }) => {
  await writeFile(join(folder, 'a.json'), '{"_base_": "b.json"}');
  await symlink('a.json', join(folder, 'b.json'));
  assert.is((await refusal(join(folder, 'a.json'))).code, 'circular-base');
});

test('a loop of symbolic links is an error', async ({ folder }) => {
  await symlink('b.json', join(folder, 'a.json'));
  await symlink('a.json', join(folder, 'b.json'));
  assert.is((await refusal(join(folder, 'a.json'))).code, 'config-unreadable');
});

test('nothing leads out of the root: no .., no absolute path, no symbolic link', async ({ folder }) => {
  const root = join(folder, 'root');
  await mkdir(root);
  await writeFile(join(folder, 'secret.json'), '{"secret": 1}');
  await writeFile(join(root, 'inside.json'), '{"inside": 1}');
  await symlink('../secret.json', join(root, 'link.json'));
  const outside = [
    '../secret.json',
    'x/../../secret.json',
    join(folder, 'secret.json'),
    'link.json',
    '../none.json',
    '..',
  ];
  for (const [index, base] of outside.entries()) {
    const file = join(root, `${index}.json`);
    await writeFile(file, JSON.stringify({ _base_: base }));
    assert.is((await refusal(file, { root })).code, 'outside-root', base);
  }
  assert.is((await refusal(join(folder, 'secret.json'), { root })).code, 'outside-root');
  await writeFile(join(root, 'ok.json'), '{"_base_": "x/../inside.json"}');
  assert.equal((await loadConfigFile(join(root, 'ok.json'), { root })).value, { inside: 1 });
  assert.equal((await loadConfigFile(join(root, 'link.json'))).value, { secret: 1 });
});

test('a root that is itself a symbolic link holds its files', async ({ folder }) => {
  await mkdir(join(folder, 'real'));
  await symlink('real', join(folder, 'root'));
  await writeFile(join(folder, 'real', 'a.json'), '{"a": 1}');
  assert.equal((await loadConfigFile(join(folder, 'root', 'a.json'), { root: join(folder, 'root') })).value, { a: 1 });
});

test('a module gives its default export, and may have bases that are data', async ({ folder }) => {
  await writeFile(join(folder, 'b.json'), '{"model": {"depth": 50}}');
  await writeFile(
    join(folder, 'c.mjs'),
    "class Net {}\nexport default { _base_: './b.json', model: { type: Net } };\n",
  );
  await writeFile(join(folder, 'none.mjs'), 'export const config = {};\n');
  await writeFile(join(folder, 'broken.mjs'), 'throw new Error("boom");\n');
  const config = await Config.fromFile(join(folder, 'c.mjs'));
  assert.is(config.get('model.depth'), 50);
  assert.type(config.get('model.type'), 'function');
  assert.is((await refusal(join(folder, 'none.mjs'))).code, 'bad-config');
  const broken = await refusal(join(folder, 'broken.mjs'));
  assert.is(broken.code, 'module-failed');
  assert.match(broken.message, 'boom');
  assert.instance(broken.cause, Error);
});

test('a file is read as strictly as a text, unless the dialect is the original one', async ({ folder }) => {
  const file = join(folder, 'a.yaml');
  await writeFile(file, 'a: yes\nb: 12345678901234567890\n');
  assert.is((await refusal(file)).code, 'parse-error');
  assert.equal((await loadConfigFile(file, { dialect: 'mmengine' })).value, { a: true, b: 12345678901234567890n });
});

test.run();
