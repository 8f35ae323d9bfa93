import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../errors.js';
import type { OptionSchema, OptionsSchema, OptionType } from '../schema/entry.js';
import { testOf, testOfOptions } from '../schema/option-test.js';
import { findFaults } from '../schema/value-type.js';
import { checkOptions } from './check-options.js';

const test = suite('check-options');

function refusal(schema: OptionsSchema, options: Record<string, unknown>, origin?: { file: string; key: string }) {
  try {
    checkOptions(schema, options, { type: 'Thing', origin });
  } catch (error) {
    assert.instance(error, ConfigError);
    return error as ConfigError;
  }
  throw new Error(`accepted ${JSON.stringify(options)}`);
}

const LAYERS: OptionType = {
  type: 'union',
  of: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
  nullable: true,
};

/** Type, values that it accepts, values that it refuses with the code. */
const TYPES: readonly (readonly [OptionType, readonly unknown[], readonly (readonly [unknown, string])[]])[] = [
  [
    { type: 'number' },
    [0, -0, 1.5, Number.POSITIVE_INFINITY],
    [
      [Number.NaN, 'bad-option'],
      ['1', 'bad-option'],
      [true, 'bad-option'],
      [1n, 'bad-option'],
      [null, 'bad-option'],
      [[1], 'bad-option'],
    ],
  ],
  [
    { type: 'integer', minimum: 0 },
    [0, 7],
    [
      [1.5, 'bad-option'],
      [Number.POSITIVE_INFINITY, 'bad-option'],
      [-1, 'bad-value'],
    ],
  ],
  [
    { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, nullable: true },
    [0.5, null],
    [
      [0, 'bad-value'],
      [1, 'bad-value'],
      [Number.NaN, 'bad-option'],
    ],
  ],
  [
    { type: 'number', minimum: 1, maximum: 2 },
    [1, 2],
    [
      [0.9, 'bad-value'],
      [2.1, 'bad-value'],
    ],
  ],
  [
    { type: 'boolean' },
    [true, false],
    [
      [0, 'bad-option'],
      ['true', 'bad-option'],
    ],
  ],
  [
    { type: 'string', minLength: 1 },
    ['a'],
    [
      ['', 'bad-value'],
      [3, 'bad-option'],
    ],
  ],
  [
    { type: 'enum', values: ['fan_in', 'fan_out'] },
    ['fan_in'],
    [
      ['fan_avg', 'bad-value'],
      [3, 'bad-option'],
      [null, 'bad-option'],
    ],
  ],
  [
    { type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 2 },
    [[1], [1, 2]],
    [
      [[], 'bad-value'],
      [[1, 2, 3], 'bad-value'],
      [['a'], 'bad-option'],
      ['a', 'bad-option'],
      [{ 0: 1 }, 'bad-option'],
    ],
  ],
  [
    LAYERS,
    ['a', [], ['a', 'b'], null],
    [
      [3, 'bad-option'],
      [['a', 3], 'bad-option'],
      [{}, 'bad-option'],
    ],
  ],
  [
    { type: 'object' },
    [{}, { a: 1 }, Object.create(null)],
    [
      [[], 'bad-option'],
      [new Map(), 'bad-option'],
      [null, 'bad-option'],
    ],
  ],
  [
    { type: 'object', options: { name: { type: 'string', required: true } } },
    [{ name: 'a' }],
    [
      [{}, 'missing-option'],
      [{ name: 'a', other: 1 }, 'unknown-option'],
      [{ name: 1 }, 'bad-option'],
    ],
  ],
  [{ type: 'any' }, [undefined, null, Number.NaN, () => 0, new Map()], []],
];

for (const [type, accepted, refused] of TYPES) {
  const name = JSON.stringify(type);
  test(`${name} accepts what fits it`, () => {
    for (const value of accepted) checkOptions({ x: type }, { x: value }, { type: 'Thing' });
  });
  for (const [value, code] of refused) {
    test(`${name} refuses ${typeof value === 'bigint' ? '1n' : (JSON.stringify(value) ?? String(value))} as ${code}`, () => {
      assert.is(refusal({ x: type }, { x: value }).code, code);
    });
  }
}

const SCHEMA: OptionsSchema = {
  val: { type: 'number', required: true },
  bias: { type: 'number', default: 0 },
  layer: LAYERS,
  override: { type: 'union', of: [{ type: 'object' }, { type: 'array', items: { type: 'object' } }], nullable: true },
};

test('an option that is undefined is absent', () => {
  checkOptions(SCHEMA, { val: 1, bias: undefined, stranger: undefined }, { type: 'Thing' });
  assert.is(refusal(SCHEMA, { val: undefined }).code, 'missing-option');
});

test('all that is wrong is told at once: missing first, then unknown, then bad, each with its key', () => {
  const error = refusal(SCHEMA, { bais: 1, bias: 'x', layer: ['a', 3] }, { file: 'a.yaml', key: 'init_cfg[0]' });
  assert.is(error.code, 'missing-option');
  assert.equal(
    error.problems.map(({ code, subject, origin }) => [code, subject, origin?.key]),
    [
      ['missing-option', 'val', 'init_cfg[0].val'],
      ['unknown-option', 'bais', 'init_cfg[0].bais'],
      ['bad-option', 'bias', 'init_cfg[0].bias'],
      ['bad-option', 'layer[1]', 'init_cfg[0].layer[1]'],
    ],
  );
  for (const part of ["'val'", "did you mean 'bias'?", '"x"', 'a.yaml', '4 options']) assert.match(error.message, part);
});

test('one problem alone is the error itself', () => {
  const error = refusal(SCHEMA, { val: Number.NaN }, { file: 'a.yaml', key: 'init_cfg' });
  assert.is(error.what, "option 'val' of 'Thing' is NaN");
  assert.is(error.expected, 'a number');
  assert.equal(error.origin, { file: 'a.yaml', key: 'init_cfg.val' });
  assert.is(error.problems.length, 1);
});

test('names that every object inherits are options like others', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    const options = JSON.parse(`{ "val": 1, ${JSON.stringify(name)}: 2 }`) as Record<string, unknown>;
    assert.is(refusal(SCHEMA, options).code, 'unknown-option', name);
  }
  const schema: OptionsSchema = { constructor: { type: 'number' as const, required: true } };
  assert.is(refusal(schema, {}).code, 'missing-option');
  checkOptions(schema, { constructor: 1 }, { type: 'Thing' });
});

const ADVICE: readonly (readonly [unknown, RegExp])[] = [
  ['0.5', /write 0\.5 without quotes/],
  ['None', /write null/],
  ['True', /write true/],
];

for (const [value, fix] of ADVICE) {
  test(`the text ${JSON.stringify(value)} for a number is explained`, () => {
    assert.match(refusal({ x: { type: 'number' } }, { x: value }).fix ?? '', fix);
  });
}

test('a value that cannot be printed does not break the message', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const hostile = {
    toJSON: () => {
      throw new Error('no');
    },
  };
  for (const value of [cycle, [cycle], hostile, 'x'.repeat(1_000_000), Symbol('s'), 10n, () => 0, new Date(0)]) {
    const error = refusal({ x: { type: 'number' } }, { x: value });
    assert.is(error.code, 'bad-option');
    assert.ok(error.message.length < 400);
  }
});

test('a quick yes and a list of no faults always agree', () => {
  const leaves: readonly OptionType[] = [
    { type: 'number' },
    { type: 'integer', minimum: 0, nullable: true },
    { type: 'string' },
    { type: 'boolean', nullable: true },
    { type: 'enum', values: ['a', 1, true] },
    LAYERS,
    { type: 'any' },
  ];
  const leaf = fc.constantFrom(...leaves);
  const type = fc.oneof(
    leaf,
    leaf.map((items): OptionType => ({ type: 'array', items, maxItems: 2 })),
    fc.tuple(leaf, leaf).map((of): OptionType => ({ type: 'union', of })),
    leaf.map((inner): OptionType => ({ type: 'object', options: { a: { ...inner, required: true } as OptionSchema } })),
  );
  const schema = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'constructor'), type, { noNullPrototype: true });
  const options = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'constructor'), fc.anything({ maxDepth: 2 }), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(schema, options, (declared, given) => {
      const faults = findFaults(declared, given, []);
      assert.is(testOfOptions(declared)(given), faults.length === 0, JSON.stringify(faults));
    }),
    { numRuns: 500 },
  );
});

test('a schema with a type that does not exist is refused, not ignored', () => {
  assert.throws(() => testOf({ type: 'float' } as unknown as OptionType), /float/);
});

test.run();
