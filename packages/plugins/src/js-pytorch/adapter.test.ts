import { type InitConfig, initialize, type ModuleNode, type Report } from '@incipit/core';
import { ADAPTER_CASES } from '@incipit/core/testing';
import { torch } from 'js-pytorch';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jsPytorch } from './adapter.js';

const test = suite('js-pytorch');
const { nn } = torch;

class Decoder extends nn.Module {
  constructor() {
    super();
    this['tokens'] = new nn.Embedding(50, 16);
    this['places'] = new nn.PositionalEmbedding(8, 16);
    this['block'] = new nn.Block(16, 16, 4, 8);
    this['head'] = new nn.Linear(16, 50, 'cpu', false);
    this['tied'] = new nn.Linear(16, 50);
    this['tied'].W = this['head'].W;
    this['again'] = this['block'].fcc;
    this['a.b'] = torch.randn([2, 3, 4], true);
    this['ключ \\ 名'] = torch.randn([5], true);
    this['single'] = torch.randn([1], true);
  }
}

function modules(node: ModuleNode): readonly ModuleNode[] {
  return [node, ...node.children.flatMap(modules)];
}

function run(model: InstanceType<typeof nn.Module>, config: InitConfig, seed = 42): Promise<Report> {
  return initialize(jsPytorch(torch, model), config, { measure: true, seed });
}

for (const { name, check } of ADAPTER_CASES) test(name, () => check(jsPytorch(torch, new Decoder())));

test('a model is a tree of its classes, with roles and axes from the table', () => {
  const all = modules(jsPytorch(torch, new Decoder()).tree());
  const at = (path: string): ModuleNode | undefined => all.find((module) => module.path === path);
  assert.equal(at('')?.types, ['Decoder', 'Module']);
  assert.equal(at('block.att.Wk')?.types, ['Linear', 'Module']);
  const [weight, bias] = at('block.att.Wk')?.parameters ?? [];
  assert.equal([weight?.path, weight?.role, weight?.axes], ['block.att.Wk.W', 'weight', ['in', 'out']]);
  assert.equal([bias?.path, bias?.role, bias?.axes], ['block.att.Wk.b', 'bias', ['elementwise']]);
  const norm = at('block.ln1')?.parameters.map(({ nativeName, role }) => `${nativeName}: ${role}`);
  assert.equal(norm, ['gamma: weight', 'beta: bias']);
  assert.equal(at('tokens')?.parameters[0]?.axes, ['vocabulary', 'embedding']);
  assert.equal(
    at('block.att')?.parameters.map(({ path, trainable }) => [path, trainable]),
    [['block.att.mask', false]],
  );
  assert.equal(at('')?.parameters[0]?.path, 'a\\.b');
});

test('a shared module is one, and a tied weight one, with its other paths as aliases', () => {
  const all = modules(jsPytorch(torch, new Decoder()).tree());
  assert.ok(all.some(({ path }) => path === 'again'));
  assert.not.ok(all.some(({ path }) => path === 'block.fcc'));
  const find = (path: string) => all.flatMap(({ parameters }) => parameters).find((one) => one.path === path);
  assert.equal(find('again.l1.W')?.aliases, ['block.fcc.l1.W']);
  assert.equal(find('head.W')?.aliases, ['tied.W']);
});

test('a Linear without a bias has none, although js-pytorch holds one', () => {
  const { parameters, absent } = jsPytorch(torch, new nn.Linear(3, 2, 'cpu', false)).tree();
  assert.equal([parameters.map(({ path }) => path), absent], [['W'], ['b']]);
  assert.is(jsPytorch(torch, new nn.Linear(3, 2)).tree().parameters.length, 2);
});

test('a class is known by the name that the options give, else by its own', () => {
  const Minified = class extends nn.Linear {};
  Object.defineProperty(Minified, 'name', { value: 't' });
  const model = new Minified(3, 2);
  assert.equal(jsPytorch(torch, model).tree().types, ['t', 'Linear', 'Module']);
  const named = jsPytorch(torch, model, { classes: { Projection: Minified } }).tree();
  assert.equal(named.types, ['Projection', 'Linear', 'Module']);
  assert.equal(named.parameters[0]?.axes, ['in', 'out']);
});

test("Kaiming on Linear gives the law's moments, from fans of (in, out), and says what it left", async () => {
  class Wide extends nn.Module {
    constructor() {
      super();
      this['wide'] = new nn.Linear(200, 500);
      this['norm'] = new nn.LayerNorm(500);
    }
  }
  const model = new Wide();
  const config: InitConfig = { type: 'Kaiming', layer: 'Linear', mode: 'fan_in', bias: 0.5 };
  const { plan, steps } = await run(model, config);
  assert.equal(
    plan.untouched.map(({ path }) => path),
    ['norm.gamma', 'norm.beta'],
  );
  const { mean = Number.NaN, std = Number.NaN } = steps[0]?.statistics ?? {};
  assert.ok(Math.abs(mean) < 0.001, `mean ${mean}`);
  assert.ok(Math.abs(std / Math.sqrt(2 / 200) - 1) < 0.01, `std ${std}`);
  const flat = (model['wide'].W._data as number[][]).flat();
  assert.is(flat.length, 100_000);
  assert.ok(Math.abs(Math.sqrt(flat.reduce((sum, value) => sum + value * value, 0) / flat.length) / std - 1) < 1e-3);
  assert.ok((model['wide'].b._data as number[]).every((value) => value === 0.5));
});

test('a seed is repeatable, and another gives other values', async () => {
  const values = async (seed: number): Promise<unknown> => {
    const model = new nn.FullyConnected(4, 2);
    await run(model, { type: 'Xavier', layer: 'Linear' }, seed);
    return [model.l1.W._data, model.l2.W._data];
  };
  assert.equal(await values(0), await values(0));
  assert.not.equal(await values(1), await values(0));
});

test('js-pytorch computes and trains with what was written', async () => {
  const model = new nn.Linear(2, 1);
  await run(model, { type: 'Constant', layer: 'Linear', val: 2, bias: 1 });
  const out = model.forward(torch.tensor([[3, 4]]));
  assert.equal(out.data, [[15]]);
  const optimizer = new torch.optim.Adam(model.parameters(), 0.1);
  out.backward();
  optimizer.step();
  assert.not.equal(model.W.data, [[2], [2]]);
});

test('modules in an array are told of, since js-pytorch does not see them', () => {
  class Hidden extends nn.Module {
    constructor() {
      super();
      this['layers'] = [new nn.Linear(2, 2)];
    }
  }
  const [warning] = jsPytorch(torch, new Hidden()).tree().warnings ?? [];
  assert.equal([warning?.code, warning?.path], ['hidden-modules', 'layers']);
  assert.is(jsPytorch(torch, new Decoder()).tree().warnings, undefined);
});

test('what is not js-pytorch, not a module, cyclic or broken is refused', async () => {
  assert.throws(() => jsPytorch({} as never, new nn.Linear(1, 1)), /not js-pytorch/);
  assert.throws(() => jsPytorch(torch, {} as never), /not a module/);
  const cyclic = new nn.Module();
  cyclic['inner'] = new nn.Module();
  cyclic['inner'].outer = cyclic;
  assert.throws(() => jsPytorch(torch, cyclic).tree(), /holds itself/);
  const broken = new nn.Linear(2, 2);
  broken.W._data = [[1, 2], [3]];
  try {
    await jsPytorch(torch, broken).read('W');
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /do not have the shape/);
  }
});

test.run();
