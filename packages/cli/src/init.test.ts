import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initialize, Module, Parameter, type Plan, type Report } from '@incipit/core';
import { openSafetensors } from '@incipit/core/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { callCli, folderWith, type Outcome, SMALL_CONFIG, SMALL_MODEL, spawnCli } from './testing/run-cli.js';

const test = suite('incipit init and plan');

const PATHS = [
  'stem.kernel',
  'stem.bias',
  'norm.gamma',
  'norm.beta',
  'norm.moving_mean',
  'norm.moving_variance',
  'head.kernel',
  'head.bias',
];

const NOTHING_MATCHES =
  'init_cfg:\n  - type: Constant\n    layer: Conv2d\n    val: 1\n  - type: Constant\n    layer: LSTM\n    val: 1\n';
const UNKNOWN_LAYER = JSON.parse(JSON.stringify(SMALL_MODEL).replace('BatchNormalization', 'FancyNorm')) as unknown;

const folder = await folderWith({
  'model.json': SMALL_MODEL,
  'wrapped.json': { modelTopology: SMALL_MODEL },
  'unknown-layer.json': UNKNOWN_LAYER,
  'config.yaml': SMALL_CONFIG,
  'config.json': { init_cfg: { type: 'Constant', layer: 'Conv2d', val: 0.5 } },
  'nothing-matches.yaml': NOTHING_MATCHES,
  'torch.yaml': "head.kernel: classifier.weight\n'*.kernel': '*.weight'\n",
  'clash.yaml': "'*.kernel': weight\n",
  'bad-type.yaml': '- type: Kaimin\n  layer: Conv2d\n',
  'bad-option.yaml': '- type: Normal\n  layer: Linear\n  std: -1\n',
  'bad-syntax.yaml': 'init_cfg:\n  - type: [\n',
});
const at = (name: string): string => join(folder, name);

test.after(() => rm(folder, { recursive: true }));

function init(options: Readonly<Record<string, string>> = {}, switches: readonly string[] = []): Promise<Outcome> {
  return callCli(['init', ...flags({ out: at('out.safetensors'), ...options }), ...switches]);
}

function flags(options: Readonly<Record<string, string>>): string[] {
  const all = { model: at('model.json'), config: at('config.yaml'), ...options };
  return Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
}

async function leftovers(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.includes('safetensors') || name.includes('part'));
}

async function cleared(): Promise<void> {
  for (const name of await leftovers()) await rm(at(name));
}

test.before.each(cleared);

test('writes every weight, buffers too, by path, in tree order, with the run in the metadata', async () => {
  const { code, out, err } = await init({ seed: '42' });
  assert.is(code, 0, err);
  const file = await openSafetensors(at('out.safetensors'));
  await file.close();
  assert.equal(Object.keys(file.header.tensors), PATHS);
  assert.equal(file.header.tensors['stem.kernel']?.shape, [3, 3, 3, 16]);
  const { version, generator, seed, plan_hash: hash } = file.header.metadata;
  assert.match(version ?? '', /^\d+\.\d+\.\d+/);
  assert.is(generator, 'exact-1');
  assert.is(seed, '42');
  assert.match(out, `plan ${hash}`);
  assert.match(out, 'seed 42');
});

test('the values are those of the rules, and of the layers where no rule speaks', async () => {
  assert.is((await init()).code, 0);
  const file = await openSafetensors(at('out.safetensors'));
  const floats = async (name: string): Promise<Float32Array> =>
    new Float32Array((await file.read(name)).slice().buffer);
  const bias = Math.fround(-Math.log((1 - 0.01) / 0.01));
  assert.ok((await floats('head.bias')).every((value) => Math.abs(value - bias) < 1e-6));
  assert.ok((await floats('norm.gamma')).every((value) => value === 1));
  assert.ok((await floats('norm.moving_variance')).every((value) => value === 1));
  assert.ok((await floats('norm.moving_mean')).every((value) => value === 0));
  assert.ok(new Set(await floats('head.kernel')).size > 1000);
  await file.close();
});

test('two processes and this one write the same bytes; another seed writes others', async () => {
  const args = (out: string): string[] => ['init', ...flags({ seed: '42', out: at(out) })];
  const [first, second] = await Promise.all([spawnCli(args('a.safetensors')), spawnCli(args('b.safetensors'))]);
  assert.is(first.code, 0, first.err);
  assert.is(second.code, 0, second.err);
  assert.is(first.err, '', 'nothing to warn of, no progress without a terminal, no word of tfjs');
  assert.is((await init({ seed: '42' })).code, 0);
  assert.is((await init({ seed: '43', out: at('other.safetensors') })).code, 0);
  const bytes = async (name: string): Promise<Buffer> => readFile(at(name));
  const a = await bytes('a.safetensors');
  assert.ok(a.equals(await bytes('b.safetensors')));
  assert.ok(a.equals(await bytes('out.safetensors')));
  assert.not.ok(a.equals(await bytes('other.safetensors')));
});

test('any number of threads writes the same bytes', async () => {
  assert.is((await init({ threads: '1' })).code, 0);
  assert.is((await init({ threads: '3', out: at('three.safetensors') })).code, 0);
  assert.ok((await readFile(at('out.safetensors'))).equals(await readFile(at('three.safetensors'))));
});

test('a bare topology and a { modelTopology } give the same file', async () => {
  assert.is((await init()).code, 0);
  assert.is((await init({ model: at('wrapped.json'), out: at('wrapped.safetensors') })).code, 0);
  assert.ok((await readFile(at('out.safetensors'))).equals(await readFile(at('wrapped.safetensors'))));
});

for (const dtype of ['float16', 'bfloat16']) {
  test(`--dtype ${dtype} stores every weight in it`, async () => {
    assert.is((await init({ dtype })).code, 0);
    const file = await openSafetensors(at('out.safetensors'));
    await file.close();
    for (const path of PATHS) assert.is(file.header.tensors[path]?.dtype, dtype, path);
  });
}

test('--json prints the report, the plan within it, and nothing else', async () => {
  const { code, out } = await init({ seed: '7' }, ['--json']);
  assert.is(code, 0);
  const report = JSON.parse(out) as Report & { readonly out: string };
  assert.is(report.plan.seed, '7');
  assert.is(report.out, at('out.safetensors'));
  assert.equal(
    report.steps.map((step) => step.path),
    PATHS,
  );
});

test('--quiet leaves one line, with the seed', async () => {
  const { out, err } = await init({}, ['--quiet']);
  assert.is(err, '');
  assert.match(out, /^[^\n]*seed 0[^\n]*\n$/);
});

test('the default seed is 0, and a seed may be as large as 2^64 - 1', async () => {
  assert.match((await init()).out, 'seed 0 ');
  assert.match((await init({ seed: '18446744073709551615' })).out, 'seed 18446744073709551615 ');
});

test('progress is drawn on a terminal only, and wiped', async () => {
  const run = await callCli(['init', ...flags({ out: at('out.safetensors') })], { live: true });
  assert.is(run.code, 0);
  assert.match(run.err, '█');
  assert.ok(run.err.endsWith('\r\x1b[K'));
  assert.not.match(run.out, '█');
});

test('plan prints the plan and writes nothing', async () => {
  const before = await readdir(folder);
  const table = await callCli(['plan', ...flags({ seed: '42' })]);
  assert.is(table.code, 0, table.err);
  for (const path of PATHS) assert.match(table.out, path);
  assert.match(table.out, '42');
  const json = await callCli(['plan', ...flags({ seed: '42' }), '--json']);
  const made = JSON.parse(json.out) as Plan;
  assert.equal(
    made.steps.map((step) => step.path),
    PATHS,
  );
  assert.equal(await readdir(folder), before);
});

test('plan and init agree on the hash', async () => {
  const { out } = await callCli(['plan', ...flags({ seed: '42' }), '--json']);
  assert.match((await init({ seed: '42' })).out, (JSON.parse(out) as Plan).hash);
});

/** The head of the model in torch. */
class Linear extends Module {
  static override readonly className: string = 'Linear';
  readonly weight = new Parameter([10, 576], { axes: ['out', 'in'] });
}

class TorchNet extends Module {
  static override readonly className: string = 'TorchNet';
  readonly classifier = new Linear();
}

test('--canonical and --paths draw a weight as the one that torch has under another path', async () => {
  const options = { canonical: 'oihw', paths: at('torch.yaml'), seed: '7' };
  const planned = await callCli(['plan', ...flags(options), '--json']);
  assert.is(planned.code, 0, planned.err);
  const head = (JSON.parse(planned.out) as Plan).steps.find(({ path }) => path === 'head.kernel');
  assert.equal([head?.order, head?.provenance.keyPath], [{ axes: [1, 0] }, 'classifier.weight']);

  assert.is((await init(options)).code, 0);
  const file = await openSafetensors(at('out.safetensors'));
  const kernel = new Float32Array((await file.read('head.kernel')).slice().buffer);
  await file.close();
  const torch = new TorchNet();
  await initialize(torch, { type: 'Normal', layer: 'Linear', std: 0.01 }, { seed: 7 });
  const weight = torch.classifier.weight.values();
  assert.equal(
    [...kernel],
    weight.map((_, at) => weight[(at % 10) * 576 + Math.floor(at / 10)]),
  );
});

test('a rule that matches nothing is refused, with its place in the file', async () => {
  const { code, err } = await init({ config: at('nothing-matches.yaml') });
  assert.is(code, 1);
  assert.match(err, 'nothing-matches.yaml:5');
  assert.match(err, 'LSTM');
  assert.equal(await leftovers(), []);
});

test('--unmatched warn says so and goes on; ignore says nothing', async () => {
  const warned = await init({ config: at('nothing-matches.yaml'), unmatched: 'warn' });
  assert.is(warned.code, 0);
  assert.match(warned.err, /^warning: .*LSTM/);
  const ignored = await init({ config: at('nothing-matches.yaml'), unmatched: 'ignore' });
  assert.equal([ignored.code, ignored.err], [0, '']);
});

const REFUSED: readonly (readonly [
  title: string,
  options: Readonly<Record<string, string>>,
  words: readonly string[],
])[] = [
  ['an unknown type', { config: at('bad-type.yaml') }, ['bad-type.yaml:1', 'Kaimin', 'Kaiming']],
  ['two weights of one path', { paths: at('clash.yaml') }, ["'stem.kernel' and 'head.kernel' one path, 'weight'"]],
  ['a table of paths that is not there', { paths: at('nowhere.yaml') }, ['nowhere.yaml']],
  ['a negative std', { config: at('bad-option.yaml') }, ['bad-option.yaml:3', 'std']],
  ['a config that is not YAML', { config: at('bad-syntax.yaml') }, ['bad-syntax.yaml']],
  ['a config that is not there', { config: at('nowhere.yaml') }, ['nowhere.yaml']],
  ['a model that is not there', { model: at('nowhere.json') }, ['nowhere.json']],
  ['a layer that tfjs lacks', { model: at('unknown-layer.json') }, ['FancyNorm']],
  ['an output whose folder is not there', { out: at('no-such-folder/o') }, ['no-such-folder', 'cannot be written']],
  ['an output that is a folder', { out: folder }, ['is a folder']],
];

for (const [title, options, words] of REFUSED) {
  test(`${title} is refused before the output is touched`, async () => {
    await writeFile(at('out.safetensors'), 'precious');
    const { code, out, err } = await init(options);
    assert.is(code, 1, err);
    assert.is(out, '');
    for (const word of words) assert.match(err, word);
    assert.not.match(err, /\n\s+at /, 'a refusal has no stack');
    assert.is(await readFile(at('out.safetensors'), 'utf8'), 'precious');
    assert.equal(await leftovers(), ['out.safetensors']);
  });
}

test('a stopped run leaves the old file and no half of a new one', async () => {
  await writeFile(at('out.safetensors'), 'precious');
  const { code, err } = await callCli(['init', ...flags({ out: at('out.safetensors') })], {
    signal: AbortSignal.abort(new Error('stopped by SIGINT')),
  });
  assert.is(code, 1);
  assert.is(err, 'stopped by SIGINT\n');
  assert.is((await stat(at('out.safetensors'))).size, 'precious'.length);
  assert.equal(await leftovers(), ['out.safetensors']);
});

test('inspect draws the tree of what init wrote', async () => {
  assert.is((await init()).code, 0);
  const { code, out } = await callCli(['inspect', at('out.safetensors'), '--header-only']);
  assert.is(code, 0);
  assert.match(out, '├─ stem\n│  ├─ kernel  float32 [3, 3, 3, 16]\n│  └─ bias  float32 [16]\n');
  assert.match(out, 'generator: exact-1');
  const json = await callCli(['inspect', at('out.safetensors'), '--json']);
  assert.equal(Object.keys((JSON.parse(json.out) as { tensors: object }).tensors), PATHS);
});

test.run();
