import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { callCli, folderWith } from './testing/run-cli.js';

const test = suite('incipit config');

const FILES = {
  'base.py': "model = dict(\n    type='ResNet',\n    depth=50,\n    size=(1, 2))\nlr = 1e-5\n",
  'child.py': "_base_ = './base.py'\nmodel = dict(depth=101)\nname = f'r{_base_.model.depth}'\nempty = []\n",
};

test('the default is YAML, with the bases merged in', async () => {
  const folder = await folderWith(FILES);
  const { code, out, err } = await callCli(['config', join(folder, 'child.py')]);
  assert.is(err, '');
  assert.is(code, 0);
  assert.match(out, /^empty: \[\]\nlr: 1\.?0?e-05\nmodel:\n {2}depth: 101\n/);
});

test('--json prints JSON', async () => {
  const folder = await folderWith(FILES);
  const { out } = await callCli(['config', join(folder, 'child.py'), '--json']);
  assert.equal(JSON.parse(out), {
    model: { type: 'ResNet', depth: 101, size: [1, 2] },
    lr: 1e-5,
    name: 'r50',
    empty: [],
  });
});

test('--origin names file and line of each leaf, whichever file it is from', async () => {
  const folder = await folderWith(FILES);
  const { out } = await callCli(['config', join(folder, 'child.py'), '--origin']);
  const places = out.replaceAll(`${folder}/`, '').replaceAll('./', '').trim().split('\n').sort();
  assert.equal(places, [
    'empty = []  # child.py:4',
    'lr = 0.00001  # base.py:5',
    'model.depth = 101  # child.py:2',
    'model.size[0] = 1  # base.py:4',
    'model.size[1] = 2  # base.py:4',
    'model.type = "ResNet"  # base.py:2',
    'name = "r50"  # child.py:3',
  ]);
});

test("--packages says where 'package::path' leads", async () => {
  const folder = await folderWith({ 'child.py': "_base_ = 'zoo::nets/small.py'\n" });
  const configs = join(folder, 'zoo', '.mim', 'configs', 'nets');
  await mkdir(configs, { recursive: true });
  await writeFile(join(configs, 'small.py'), "model = dict(type='Small')\n");
  const { out, err } = await callCli(['config', join(folder, 'child.py'), '--json', '--packages', folder]);
  assert.is(err, '');
  assert.equal(JSON.parse(out), { model: { type: 'Small', _scope_: 'zoo' } });
  const without = await callCli(['config', join(folder, 'child.py')]);
  assert.is(without.code, 1);
  assert.match(without.err, /'zoo'/);
});

test('what a config may not use is refused with file and line, and nothing is run', async () => {
  const folder = await folderWith({ 'bad.py': "import os\na = 1\nos.system('touch ran')\n" });
  const { code, out, err } = await callCli(['config', join(folder, 'bad.py')]);
  assert.is(code, 1);
  assert.is(out, '');
  assert.match(err, /'os\.system' is outside the Python that a config may use/);
  assert.match(err, /bad\.py:3/);
});

for (const [args, word] of [
  [['config'], 'no file was named'],
  [['config', 'a', 'b'], "'b' is too many"],
  [['config', 'a', '--json', '--yaml'], '--json and --yaml exclude each other'],
] as const) {
  test(`'incipit ${args.join(' ')}' is wrong usage`, async () => {
    const { code, err } = await callCli(args);
    assert.is(code, 2);
    assert.match(err, word);
  });
}

test.run();
