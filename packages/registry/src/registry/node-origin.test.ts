import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IncipitError } from '../errors.js';
import type { OriginLookup } from '../schema/origin.js';
import { Registry } from './registry.js';

const test = suite('node origin');

type Inner = Readonly<Record<string, unknown>>;

const THINGS = new Registry<unknown>('things');
THINGS.add('Outer', ({ parts = [] }: { readonly parts?: readonly Inner[] }) => parts.map((part) => THINGS.build(part)));
THINGS.add('Leaf', () => 1, { options: { std: { type: 'number' }, mean: { type: 'number' } } });
THINGS.add('Boom', () => {
  throw new Error('boom');
});
THINGS.add('Copying', ({ inner }: { readonly inner: Inner }) => THINGS.build({ ...inner }));

const LOOKUP: OriginLookup = (path) => ({ file: 'a.yaml', line: 1 + path.length, key: path.join('/') });

function nested(leaf: Inner): { readonly type: string; readonly parts: readonly Inner[] } {
  return { type: 'Outer', parts: [{ type: 'Leaf' }, { type: 'Outer', parts: [leaf] }] };
}

function originOf(act: () => unknown): IncipitError['origin'] {
  try {
    act();
  } catch (error) {
    if (error instanceof IncipitError) return error.origin;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const FAULTS: readonly (readonly [string, Inner, string])[] = [
  ['a bad option', { type: 'Leaf', std: 'x' }, '/std'],
  ['an unknown name', { type: 'Laef' }, '/type'],
  ['a bad type', { type: 3 }, '/type'],
  ['a missing type', { std: 1 }, ''],
  ['a bad scope', { type: 'Leaf', _scope_: 3 }, '/_scope_'],
  ['what a constructor throws', { type: 'Boom' }, ''],
];

for (const [what, leaf, part] of FAULTS) {
  test(`${what} in an inner node has the place of that node, though constructors hand on no origin`, () => {
    const key = `parts/1/parts/0${part}`;
    const line = 5 + (part === '' ? 0 : 1);
    assert.equal(
      originOf(() => THINGS.build(nested(leaf), { origin: LOOKUP })),
      { file: 'a.yaml', line, key },
    );
  });
}

test('each of several wrong options of an inner node has its own place', () => {
  const leaf = { type: 'Leaf', std: 'x', mean: 'y' };
  for (const [origin, keys, place] of [
    [LOOKUP, ['parts/1/parts/0/std', 'parts/1/parts/0/mean'], { file: 'a.yaml', line: 5, key: 'parts/1/parts/0' }],
    [undefined, ['parts[1].parts[0].std', 'parts[1].parts[0].mean'], { key: 'parts[1].parts[0]' }],
  ] as const) {
    try {
      THINGS.build(nested(leaf), origin === undefined ? {} : { origin });
      assert.unreachable();
    } catch (error) {
      assert.instance(error, IncipitError);
      const { problems, origin: whole } = error as IncipitError;
      assert.equal(
        problems.map((problem) => problem.origin?.key),
        keys,
      );
      assert.equal(whole, place);
    }
  }
});

test('without any origin an inner error still has the whole key', () => {
  const origin = originOf(() => THINGS.build(nested({ type: 'Leaf', std: 'x' })));
  assert.equal(origin, { key: 'parts[1].parts[0].std' });
});

test('a located config is built with its own origins', () => {
  const located = { value: nested({ type: 'Leaf', std: 'x' }), origin: LOOKUP };
  assert.is(originOf(() => THINGS.build(located))?.line, 6);
  assert.equal(THINGS.build({ value: nested({ type: 'Leaf' }), origin: LOOKUP }), [1, [1]]);
});

test('default arguments do not hide where a node stands', () => {
  const OUTER = new Registry<unknown>('outer');
  OUTER.add('Outer', ({ inner }: { readonly inner: Inner }) => THINGS.build(inner, { defaultArgs: { type: 'Leaf' } }));
  const cfg = { type: 'Outer', inner: { std: 'x' } };
  assert.is(originOf(() => OUTER.build(cfg, { origin: LOOKUP }))?.key, 'inner/std');
});

test('a node that was copied on the way has the place of the node around it, never a wrong one', () => {
  const cfg = { type: 'Copying', inner: { type: 'Boom' } };
  assert.equal(
    originOf(() => THINGS.build(cfg, { origin: LOOKUP })),
    { file: 'a.yaml', line: 1, key: '' },
  );
});

function deep(depth: number): Inner {
  let cfg: Inner = { type: 'Boom' };
  for (let level = 0; level < depth; level++) cfg = { type: 'Outer', parts: [cfg] };
  return cfg;
}

for (const [depth, cause] of [
  [200, 'boom'],
  [20_000, 'call stack'],
] as const) {
  test(`${depth} nodes inside each other end in one short error`, () => {
    try {
      THINGS.build(deep(depth));
      assert.unreachable();
    } catch (error) {
      assert.instance(error, IncipitError);
      const { what } = error as IncipitError;
      assert.ok(what.length < 3000, String(what.length));
      assert.match(what, cause);
    }
  });
}

test.run();
