import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AdapterError } from '../errors.js';
import type { Plan } from '../ir/plan.js';
import { BaseModule } from './base-module.js';
import { ModuleDict, ModuleList, Sequential } from './containers.js';
import { Module } from './module.js';
import { ModuleAdapter } from './module-adapter.js';
import type { InitScope, ModuleNode } from './module-node.js';
import { Parameter } from './parameter.js';

class Linear extends Module {
  static override readonly className: string = 'Linear';
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(input: number, output: number, bias = true) {
    super();
    this.weight = new Parameter([output, input], { axes: ['out', 'in'] });
    this.bias = bias ? new Parameter([output]) : null;
  }
}

class MyLinear extends Linear {
  static override readonly className: string = 'MyLinear';
}

/** Has no name of its own. */
class Unnamed extends MyLinear {}

function nodes(node: ModuleNode): readonly ModuleNode[] {
  return [node, ...node.children.flatMap(nodes)];
}

function paths(module: Module): readonly string[] {
  return nodes(new ModuleAdapter(module).tree()).flatMap((node) => node.parameters.map((one) => one.path));
}

test('fields that are modules or parameters make the tree, in the order of assignment', () => {
  class Net extends Module {
    static override readonly className = 'Net';
    readonly name = 'not a parameter';
    readonly first = new Linear(2, 3);
    readonly scale = new Parameter([1]);
    readonly second = new Linear(3, 4, false);
  }
  const tree = new ModuleAdapter(new Net()).tree();
  assert.equal(paths(new Net()), ['scale', 'first.weight', 'first.bias', 'second.weight']);
  assert.equal(
    tree.children.map((child) => child.path),
    ['first', 'second'],
  );
  assert.equal(tree.children[1]?.absent, ['bias']);
});

test('type names follow the classes’ own className, never the name in the source', () => {
  assert.equal(new MyLinear(1, 1).typeNames, ['MyLinear', 'Linear', 'Module']);
  assert.equal(new Unnamed(1, 1).typeNames, ['MyLinear', 'Linear', 'Module']);
  assert.equal(new Sequential().typeNames, ['Sequential', 'BaseModule', 'Module']);
});

test('containers name their modules by place or key', () => {
  const pair = (): Linear[] => [new Linear(1, 1, false), new Linear(1, 1, false)];
  assert.equal(paths(new Sequential(pair())), ['0.weight', '1.weight']);
  assert.equal(paths(new ModuleList(pair()).append(new Linear(1, 1))), ['0.weight', '1.weight', '2.weight', '2.bias']);
  const dict = new ModuleDict({ cls: new Linear(1, 1, false) }).set('reg.x', new Linear(1, 1, false));
  assert.equal(paths(dict), ['cls.weight', 'reg\\.x.weight']);
  assert.is(new ModuleList(pair()).length, 2);
  assert.is([...new ModuleList(pair())].length, 2);
  assert.instance(dict.get('cls'), Linear);
});

test('a container’s config is its own copy', () => {
  const cfg = { type: 'Constant', layer: ['Linear'], val: 1 };
  const list = new ModuleList([], cfg);
  cfg.layer.push('Conv2d');
  assert.equal(list.initCfg, { type: 'Constant', layer: ['Linear'], val: 1 });
});

test('a class inside a config is kept as it is', () => {
  const module = new BaseModule([{ type: Linear }]);
  assert.is((module.initCfg as { type: unknown }[])[0]?.type, Linear);
});

test('only modules that may be initialised say whether they were', () => {
  const seq = new Sequential([new Linear(1, 1)]);
  const [root, child] = nodes(new ModuleAdapter(seq).tree());
  assert.is(root?.isInit, false);
  assert.is(child?.isInit, undefined);
  new ModuleAdapter(seq).executed({ steps: [], initialized: [''] } as unknown as Plan);
  assert.is(seq.isInit, true);
});

test('an initWeights of the user’s is in the tree, the default is not', () => {
  class Head extends BaseModule {
    override initWeights(scope: InitScope): void {
      scope.set('x', { kind: 'constant', value: 1 });
    }
  }
  const asked: string[] = [];
  const scope: InitScope = { initWeights: () => asked.push('default'), set: (path) => asked.push(path) };
  new ModuleAdapter(new Head()).tree().initWeights?.(scope);
  assert.equal(asked, ['x']);
  assert.is(new ModuleAdapter(new BaseModule()).tree().initWeights, undefined);
});

test('a parameter held twice has one path, and the other as an alias', () => {
  const encoder = new Linear(2, 2);
  const decoder = new Linear(2, 2);
  Object.assign(decoder, { weight: encoder.weight });
  const [, first, second] = nodes(new ModuleAdapter(new Sequential([encoder, decoder])).tree());
  assert.equal(first?.parameters[0]?.aliases, ['1.weight']);
  assert.is(second?.parameters[0]?.path, '0.weight');
  assert.is(second?.parameters[1]?.path, '1.bias');
});

test('a module that holds itself is refused', () => {
  const dict = new ModuleDict();
  dict.set('self', dict);
  assert.throws(
    () => new ModuleAdapter(dict).tree(),
    (error: unknown) => error instanceof AdapterError && error.code === 'cycle',
  );
});

test('values are read as a copy and written as they come', async () => {
  const linear = new Linear(1, 2);
  const adapter = new ModuleAdapter(linear);
  const bytes = new Uint8Array(new Float32Array([1.5, -2]).buffer);
  adapter.write('bias', { dtype: 'float32', shape: [2], bytes });
  assert.equal(linear.bias?.values(), [1.5, -2]);
  const read = await adapter.read('bias');
  read.bytes.fill(0);
  assert.equal(linear.bias?.values(), [1.5, -2]);
});

test('a write of another shape, dtype or length, or to nowhere, is refused', () => {
  const adapter = new ModuleAdapter(new Linear(1, 2));
  const bytes = new Uint8Array(8);
  adapter.write('bias', { dtype: 'float32', shape: [2], bytes });
  assert.throws(() => adapter.write('bias', { dtype: 'float32', shape: [1, 2], bytes }), /shape \[2\]/);
  assert.throws(() => adapter.write('bias', { dtype: 'int32', shape: [2], bytes }), /float32/);
  assert.throws(() => adapter.write('bias', { dtype: 'float32', shape: [2], bytes: new Uint8Array(7) }), /8 bytes/);
  assert.throws(
    () => adapter.write('gain', { dtype: 'float32', shape: [2], bytes }),
    /no parameter of this path in the model/,
  );
});

test('a huge parameter costs nothing until its values are asked for', () => {
  assert.equal(paths(new Sequential([new Linear(2 ** 31, 2)])), ['0.weight', '0.bias']);
});

for (const [dtype, values] of [
  ['float16', [0.5, -2]],
  ['bfloat16', [0.5, -2]],
  ['int64', [3, -4]],
] as const) {
  test(`values of ${dtype} are read as numbers`, () => {
    const parameter = new Parameter([2], { dtype });
    const encoded = {
      float16: new Uint16Array([0x3800, 0xc000]),
      bfloat16: new Uint16Array([0x3f00, 0xc000]),
      int64: new BigInt64Array([3n, -4n]),
    }[dtype];
    parameter.set({ dtype, shape: [2], bytes: new Uint8Array(encoded.buffer) });
    assert.equal(parameter.values(), values);
  });
}

test.run();
