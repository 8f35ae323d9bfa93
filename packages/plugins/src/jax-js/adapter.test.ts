import { type InitConfig, initialize, type ModuleNode, type Report } from '@incipit/core';
import { ADAPTER_CASES } from '@incipit/core/testing';
import * as jax from '@jax-js/jax';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type JaxJsOptions, jaxJs } from './adapter.js';
import { makeAdapter, makeTree, TREE_OPTIONS } from './testing/adapter-trees.js';

const test = suite('jax-js');
const { numpy: np } = jax;

test.before(async () => {
  await jax.init('cpu', 'wasm');
  jax.defaultDevice('wasm');
});

const perceptron = () => ({ wide: { w: np.zeros([200, 500]), b: np.zeros([500]) }, norm: { scale: np.ones([500]) } });
const PERCEPTRON: JaxJsOptions = { axes: { 'wide.w': ['in', 'out'] }, types: { wide: 'Linear' } };

function run(tree: object, options: JaxJsOptions, config: InitConfig, seed = 42): Promise<Report> {
  return initialize(jaxJs(jax, tree, options), config, { measure: true, seed });
}

function modules(node: ModuleNode): readonly ModuleNode[] {
  return [node, ...node.children.flatMap(modules)];
}

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

for (const { name, check } of ADAPTER_CASES) {
  test(name, () => check(makeAdapter(jax)));
  test(`${name}, on cpu`, async () => {
    jax.defaultDevice('cpu');
    try {
      await check(makeAdapter(jax));
    } finally {
      jax.defaultDevice('wasm');
    }
  });
}

test('objects and arrays are modules, with the types, axes and roles that the options give', () => {
  const all = modules(jaxJs(jax, makeTree(jax), { ...TREE_OPTIONS, roles: { scalar: 'temperature' } }).tree());
  const at = (path: string): ModuleNode | undefined => all.find((module) => module.path === path);
  assert.equal(at('conv')?.types, ['Conv2d', '_ConvNd', 'Module']);
  assert.equal(at('layers')?.types, ['Module']);
  assert.equal(at('conv')?.parameters[0]?.axes, ['out', 'in', 'spatial', 'spatial']);
  assert.equal(
    at('layers.1')?.parameters.map(({ path, role, axes }) => [path, role, axes]),
    [
      ['layers.1.w', 'weight', ['in', 'out']],
      ['layers.1.b', 'bias', ['elementwise']],
    ],
  );
  assert.equal(at('layers.0')?.parameters[0]?.aliases, ['tied']);
  assert.equal(
    at('extra')?.parameters.map(({ path, dtype }) => [path, dtype]),
    [
      ['extra.a\\.b', 'int32'],
      ['extra.ключ \\\\ 名', 'uint32'],
      ['extra.flags', 'bool'],
    ],
  );
  assert.is(at('')?.parameters.find(({ path }) => path === 'scalar')?.role, 'temperature');
});

test('reading leaves the owners of an array, and writing frees the old one', async () => {
  const tree = { w: np.zeros([2]) };
  const old = tree.w;
  const adapter = jaxJs(jax, tree);
  await adapter.read('w');
  assert.is(old.refCount, 1);
  await adapter.write('w', { dtype: 'float32', shape: [2], bytes: floats(1, 2) });
  assert.equal([old.refCount, tree.w.refCount], [0, 1]);
  assert.equal([...(await tree.w.ref.data())], [1, 2]);
  const outside = tree.w.ref;
  await adapter.write('w', { dtype: 'float32', shape: [2], bytes: floats(3, 4) });
  assert.is(outside.refCount, 1);
  assert.equal([...(await outside.data())], [1, 2]);
});

test('a tied array stays tied, with one owner for each place', async () => {
  const tree = makeTree(jax);
  const old = tree.tied;
  await run(tree, TREE_OPTIONS, { type: 'Xavier', layer: 'Linear' });
  assert.is(tree.tied, tree.layers[0]?.w);
  assert.equal([old.refCount, tree.tied.refCount], [0, 2]);
});

test('what was kept has its owner back when it is restored, and none when it is released', async () => {
  const tree = { w: np.array([5, 6]) };
  const [old, adapter] = [tree.w, jaxJs(jax, tree)];
  const data = { dtype: 'float32', shape: [2], bytes: floats(1, 2) } as const;
  const kept = await adapter.keep?.('w');
  await adapter.write('w', data);
  const written = tree.w;
  await kept?.restore();
  assert.is(tree.w, old);
  assert.equal([old.refCount, written.refCount], [1, 0]);
  const again = await adapter.keep?.('w');
  await adapter.write('w', data);
  await again?.release?.();
  assert.is(old.refCount, 0);
});

test("Kaiming on Linear gives the law's moments, from the axes told, and says what it left", async () => {
  const tree = perceptron();
  const config: InitConfig = { type: 'Kaiming', layer: 'Linear', mode: 'fan_in', bias: 0.5 };
  const { plan, steps } = await run(tree, PERCEPTRON, config);
  assert.equal(
    plan.untouched.map(({ path }) => path),
    ['norm.scale'],
  );
  const { mean = Number.NaN, std = Number.NaN } = steps[0]?.statistics ?? {};
  assert.ok(Math.abs(mean) < 0.001, `mean ${mean}`);
  assert.ok(Math.abs(std / Math.sqrt(2 / 200) - 1) < 0.01, `std ${std}`);
  const square = (await np.mean(np.square(tree.wide.w.ref)).jsAsync()) as number;
  assert.ok(Math.abs(Math.sqrt(square) / std - 1) < 1e-3, 'jax-js computes with what was written');
  assert.equal(new Set(await tree.wide.b.ref.data()), new Set([0.5]));
});

test('a seed is repeatable, and another gives other values', async () => {
  const values = async (seed: number): Promise<unknown> => {
    const tree = perceptron();
    await run(tree, PERCEPTRON, { type: 'Xavier', layer: 'Linear' }, seed);
    return [...(await tree.wide.w.data())].slice(0, 100);
  };
  assert.equal(await values(0), await values(0));
  assert.not.equal(await values(1), await values(0));
});

test('a number in the tree is left alone, and told of', () => {
  const { warnings, parameters } = jaxJs(jax, { w: np.zeros([2]), rate: 0.1 }).tree();
  assert.equal([warnings?.map(({ path }) => path), parameters.length], [['rate'], 1]);
});

test('a pattern that fits nothing and axes of another rank are refused', () => {
  const tree = { head: { w: np.zeros([2, 2]) } };
  assert.throws(() => jaxJs(jax, tree, { axes: { 'haed.*': ['in', 'out'] } }).tree(), /'haed\.\*' of `axes`/);
  assert.throws(() => jaxJs(jax, tree, { axes: { '**.w': ['in'] } }).tree(), /names 1 axes/);
  assert.equal(jaxJs(jax, tree, { axes: { '**': ['in', 'out'] } }).tree().children[0]?.parameters[0]?.axes, [
    'in',
    'out',
  ]);
});

test('what is not jax-js, not a tree, cyclic, disposed or frozen is refused', () => {
  assert.throws(() => jaxJs({} as never, {}), /not jax-js/);
  assert.throws(() => jaxJs(jax, np.zeros([2])), /single array/);
  assert.throws(() => jaxJs(jax, new Map()), /not a tree/);
  const cyclic: Record<string, unknown> = {};
  cyclic['inner'] = { outer: cyclic };
  assert.throws(() => jaxJs(jax, cyclic).tree(), /holds itself/);
  const gone = np.zeros([2]);
  gone.dispose();
  assert.throws(() => jaxJs(jax, { gone }).tree(), /disposed/);
  const frozen = Object.freeze({ w: np.zeros([2]) });
  const data = { dtype: 'float32', shape: [2], bytes: floats(1, 2) } as const;
  assert.throws(() => jaxJs(jax, frozen).write('w', data), /frozen/);
  assert.is(frozen.w.refCount, 1);
});

test.run();
