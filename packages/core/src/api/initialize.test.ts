import { mkdtemp, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  BaseModule,
  createCpuDevice,
  execute,
  type IncipitError,
  type InitConfig,
  type InitializeOptions,
  initialize,
  initWeights,
  Module,
  Parameter,
  type Plan,
  plan,
} from '../index.js';
import { fileCheckpoints, writeSafetensors } from '../node.js';

class Linear extends Module {
  static override readonly className = 'Linear';
  readonly weight: Parameter;
  readonly bias: Parameter;

  constructor(inputs: number, outputs: number) {
    super();
    this.weight = new Parameter([outputs, inputs], { axes: ['out', 'in'] });
    this.bias = new Parameter([outputs]);
  }
}

class Net extends Module {
  static override readonly className = 'Net';
  readonly body = new Linear(300, 200);
  readonly head = new Linear(200, 10);
}

/** The same names in the other order, and one more module. */
class Reordered extends Module {
  readonly tail = new Linear(10, 5);
  readonly head = new Linear(200, 10);
  readonly body = new Linear(300, 200);
}

const RULES: InitConfig = [{ type: 'Kaiming', layer: 'Linear', bias: 0.5 }];

async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    return (error as IncipitError).code ?? String(error);
  }
  return 'no error';
}

function untouched(model: Net): boolean {
  return [model.body, model.head].every(({ weight, bias }) =>
    [...weight.bytes, ...bias.bytes].every((byte) => byte === 0),
  );
}

test('a rule sets the parameters of its layers', async () => {
  const model = new Net();
  const report = await initialize(model, RULES, { seed: 42, measure: true });
  assert.equal(
    report.steps.map((step) => step.path),
    ['body.weight', 'body.bias', 'head.weight', 'head.bias'],
  );
  assert.is(report.device, 'cpu');
  assert.is(model.head.bias.values()[0], 0.5);
  // 60,000 draws: the standard error of the std is 0.3%; 2% is nearly seven of it.
  const std = report.steps[0]?.statistics?.std ?? 0;
  assert.ok(Math.abs(std / Math.sqrt(2 / 200) - 1) < 0.02, `std ${std}`);
});

test('one seed gives the same bits again, in any order of the modules, with modules added; another seed does not', async () => {
  const [first, second, reordered, other] = [new Net(), new Net(), new Reordered(), new Net()];
  for (const model of [first, second, reordered]) await initialize(model, RULES, { seed: 42 });
  await initialize(other, RULES, { seed: 43 });
  for (const name of ['body', 'head'] as const) {
    assert.equal(second[name].weight.bytes, first[name].weight.bytes);
    assert.equal(reordered[name].weight.bytes, first[name].weight.bytes);
    assert.not.equal(other[name].weight.bytes, first[name].weight.bytes);
  }
});

test('a seed may be a number, a bigint or digits; the plan holds it as digits', () => {
  for (const seed of [18446744073709551615n, '18446744073709551615']) {
    assert.is(plan(new Net(), RULES, { seed }).seed, '18446744073709551615');
  }
  assert.is(plan(new Net(), RULES).seed, '0');
});

for (const seed of [-1, 1.5, Number.NaN, 2 ** 53, '18446744073709551616', '0x1', '']) {
  test(`the seed ${JSON.stringify(seed)} is refused and the model left alone`, async () => {
    const model = new Net();
    assert.is(await codeOf(() => initialize(model, RULES, { seed })), 'bad-seed');
    assert.ok(untouched(model));
  });
}

for (const threads of [0, -1, 1.5, 257, Number.NaN]) {
  test(`${threads} threads are refused and the model left alone`, async () => {
    const model = new Net();
    assert.is(await codeOf(() => initialize(model, RULES, { threads })), 'bad-threads');
    assert.ok(untouched(model));
  });
}

test('a plan that went through JSON gives the same bits', async () => {
  const [direct, saved] = [new Net(), new Net()];
  const made = plan(direct, RULES, { seed: 7 });
  await execute(made, direct);
  await execute(JSON.parse(JSON.stringify(made)) as Plan, saved);
  assert.equal(saved.body.weight.bytes, direct.body.weight.bytes);
});

test('a plan of another model is refused, with every difference named', async () => {
  const made = plan(new Net(), RULES);
  class Other extends Module {
    readonly body = new Linear(300, 100);
  }
  const failure = await execute(made, new Other()).catch((error: unknown) => error as IncipitError);
  assert.is((failure as IncipitError).code, 'plan-mismatch');
  assert.match((failure as IncipitError).message, /body\.weight.*head\.weight/s);
});

test('an abort in the middle leaves the model as it was', async () => {
  const model = new Net();
  const controller = new AbortController();
  const options: InitializeOptions = {
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('stop')),
  };
  assert.is(await codeOf(() => initialize(model, RULES, options)), 'Error: stop');
  assert.ok(untouched(model));
});

test('progress is told after each parameter and ends at the whole', async () => {
  const seen: string[] = [];
  await initialize(new Net(), RULES, {
    onProgress: ({ done, total, elementsDone, elementsTotal }) =>
      seen.push(`${done}/${total} ${elementsDone}/${elementsTotal}`),
  });
  assert.is(seen.length, 4);
  assert.is(seen.at(-1), '4/4 62210/62210');
});

test("device 'tpu' is a typed error", async () => {
  const model = new Net();
  assert.is(await codeOf(() => initialize(model, RULES, { device: 'tpu' as 'webgpu' })), 'unsupported-device');
  assert.ok(untouched(model));
});

test('the wasm memory is as large after 200 runs as after 20', async () => {
  const device = await createCpuDevice();
  const sizes: number[] = [];
  for (let run = 1; run <= 200; run++) {
    await initialize(new Net(), RULES, { device, seed: run });
    if (run === 20 || run === 200) sizes.push(device.memoryBytes);
  }
  device.dispose();
  assert.is(sizes[0], sizes[1]);
});

test('what is no model is refused with the way to make one', async () => {
  assert.is(await codeOf(() => plan({} as Net, RULES)), 'not-a-model');
});

async function checkpoint(): Promise<{ readonly folder: string; readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'incipit-'));
  const path = join(folder, 'head.safetensors');
  const bytes = (length: number, value: number): Uint8Array =>
    new Uint8Array(new Float64Array(length).fill(value).buffer);
  await writeSafetensors(path, [
    { name: 'head.weight', dtype: 'float64', shape: [10, 200], bytes: () => bytes(2000, 0.1) },
    { name: 'head.bias', dtype: 'float64', shape: [10], bytes: () => bytes(10, 3) },
  ]);
  return { folder, path };
}

test('Pretrained copies what the file holds, in the dtype of the parameter, after the other rules', async () => {
  const { folder } = await checkpoint();
  const model = new Net();
  const rules: InitConfig = [
    { type: 'Constant', layer: 'Linear', val: 1 },
    { type: 'Pretrained', checkpoint: 'head.safetensors' },
  ];
  await initialize(model, rules, { checkpoints: fileCheckpoints(folder) });
  assert.is(model.head.weight.values()[0], Math.fround(0.1));
  assert.is(model.body.weight.values()[0], 1);
});

test('without an opener, a checkpoint is a file', async () => {
  const { path } = await checkpoint();
  const model = new Net();
  await initialize(model, { type: 'Pretrained', checkpoint: path });
  assert.is(model.head.bias.values()[9], 3);
});

test('a checkpoint that is missing, cut short or no checkpoint leaves the model as it was', async () => {
  const { path } = await checkpoint();
  const model = new Net();
  const rules: InitConfig = [
    { type: 'Constant', layer: 'Linear', val: 1 },
    { type: 'Pretrained', checkpoint: path },
  ];
  await truncate(path, 4000);
  assert.is(await codeOf(() => initialize(model, rules)), 'truncated');
  await writeFile(path, 'this is no checkpoint');
  assert.is(await codeOf(() => initialize(model, rules)), 'malformed');
  assert.is(await codeOf(() => initialize(model, { type: 'Pretrained', checkpoint: `${path}.none` })), 'not-found');
  assert.ok(untouched(model));
});

class Block extends BaseModule {
  static override readonly className = 'Block';
  readonly linear = new Linear(20, 10);
}

test('initWeights runs the init_cfg of each module once', async () => {
  const block = new Block({ type: 'Uniform', layer: 'Linear', a: 1, b: 2, bias: 4 });
  const first = await initWeights(block, { seed: 1 });
  assert.ok(block.linear.weight.values().every((value) => value >= 1 && value < 2));
  assert.is(block.isInit, true);
  assert.equal(first.warnings, []);
  const before = block.linear.weight.bytes.slice();
  const second = await initWeights(block, { seed: 2 });
  assert.equal(
    second.warnings.map((warning) => warning.code),
    ['init-twice'],
  );
  assert.equal(block.linear.weight.bytes, before);
});

test.run();
