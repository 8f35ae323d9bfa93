import type { OptionSchema, OptionsSchema } from '@incipit/registry';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { optionsOf, readOptions, readSource, registryOf } from '../testing/temporary-project.js';

const test = suite('option types');

const NESTED: OptionSchema = { type: 'config', registry: 'shape' };

/** A type as written, and what is read. */
const TYPES: readonly (readonly [string, OptionSchema])[] = [
  ['string', { type: 'string' }],
  ['number', { type: 'number' }],
  ['boolean', { type: 'boolean' }],
  ['unknown', { type: 'any' }],
  ['string | null', { type: 'string', nullable: true }],
  ["'x' | 'a'", { type: 'enum', values: ['x', 'a'] }],
  ["'x' | 1 | true | null", { type: 'enum', values: ['x', 1, true], nullable: true }],
  ['readonly string[]', { type: 'array', items: { type: 'string' } }],
  ['Array<number>', { type: 'array', items: { type: 'number' } }],
  ['Record<string, number>', { type: 'object', values: { type: 'number' } }],
  ['{ readonly [name: string]: boolean }', { type: 'object', values: { type: 'boolean' } }],
  ['[number, string]', { type: 'tuple', items: [{ type: 'number' }, { type: 'string' }] }],
  ['[number, number?]', { type: 'array', items: { type: 'number' }, minItems: 1, maxItems: 2 }],
  ['readonly [number, ...number[]]', { type: 'array', items: { type: 'number' }, minItems: 1 }],
  [
    '{ left: number; right?: number }',
    { type: 'object', options: { left: { type: 'number', required: true }, right: { type: 'number' } } },
  ],
  ['boolean | string[]', { type: 'union', of: [{ type: 'array', items: { type: 'string' } }, { type: 'boolean' }] }],
  ['string & { readonly __brand: 1 }', { type: 'string' }],
  ['NestedConfig<typeof SHAPES>', NESTED],
  ['readonly NestedConfig<typeof SHAPES>[]', { type: 'array', items: NESTED }],
  ['[NestedConfig<typeof SHAPES>, number]', { type: 'tuple', items: [NESTED, { type: 'number' }] }],
  ['Record<string, NestedConfig<typeof SHAPES>>', { type: 'object', values: NESTED }],
  ['{ z?: NestedConfig<typeof SHAPES> }', { type: 'object', options: { z: NESTED } }],
  ['NestedConfig<typeof SHAPES> | null', { ...NESTED, nullable: true }],
];

const READ = readOptions(TYPES.map(([text], index) => `v${index}?: ${text};`).join('\n'));

for (const [index, [text, expected]] of TYPES.entries()) {
  test(`${text} is ${JSON.stringify(expected)}`, () => assert.equal(READ?.[`v${index}`], expected));
}

test('an option that may be left out or be undefined is not required', () => {
  assert.equal(readOptions('a: number; b?: number; c: number | undefined;'), {
    a: { type: 'number', required: true },
    b: { type: 'number' },
    c: { type: 'number' },
  });
});

test('aliases, enums, keys and members of constants are what they stand for', () => {
  const head =
    "export enum E { B = 'b', A = 'a' }\nconst NAMES = ['z', 'a'] as const; const TAB = { q: 1, b: 2 }; type Al = NestedConfig<typeof SHAPES>; type Reg = typeof SHAPES;\n";
  const { e, n, k, al, list } = readOptions(
    'e?: E; n?: (typeof NAMES)[number]; k?: keyof typeof TAB; al?: Al; list?: ReadonlyArray<NestedConfig<Reg>>;',
    head,
  ) as OptionsSchema;
  assert.equal(e, { type: 'enum', values: ['b', 'a'] });
  assert.equal(n, { type: 'enum', values: ['z', 'a'] });
  assert.equal(k?.type === 'enum' ? [...k.values].sort() : k, ['b', 'q']);
  assert.equal(al, NESTED);
  assert.equal(list, { type: 'array', items: NESTED });
});

test('template literals are patterns', () => {
  const { size } = readOptions('size?: `$' + '{number}px`;') as OptionsSchema;
  assert.is(size?.type, 'string');
  const pattern = new RegExp((size as { readonly pattern: string }).pattern, 'u');
  assert.equal(
    ['12px', '-1.5px', 'px', '12'].map((text) => pattern.test(text)),
    [true, true, false, false],
  );
});

test('types that are computed from others are read', () => {
  const options = readOptions(
    'inner?: Partial<Pick<B, "b" | "a">> & Omit<D, "x"> & { readonly f?: number };',
    'interface B { a: number; b: string; c: boolean }\ninterface D { d: number; x: string }\n',
  ) as OptionsSchema;
  const { inner } = options;
  const members = inner?.type === 'object' ? (inner.options ?? {}) : {};
  assert.equal(Object.keys(members).sort(), ['a', 'b', 'd', 'f']);
  assert.equal([members['a']?.required, members['d']?.required], [undefined, true]);
});

test('type parameters are their defaults, else their constraints', () => {
  const byDefault = readSource(
    "interface O<T> { v?: T }\n@SHAPES.register('A') export class A<T extends string = 'x' | 'y'> { constructor(o: O<T>) {} }",
  );
  assert.equal(optionsOf(byDefault), { v: { type: 'enum', values: ['x', 'y'] } });
  const byConstraint = readSource(
    "@SHAPES.register('A') export class A<T extends { q?: number }> { constructor(o: T) {} }",
  );
  assert.equal(optionsOf(byConstraint), { q: { type: 'number' } });
});

test('a constructor that is inherited counts; one that is not there takes nothing; services come after the options', () => {
  const inherited =
    "class B<T> { constructor(o: { v: T }) {} }\n@SHAPES.register('A') export class A extends B<number> {}";
  assert.equal(optionsOf(readSource(inherited)), { v: { type: 'number', required: true } });
  assert.equal(optionsOf(readSource("@SHAPES.register('A') export class A {}")), {});
  const service =
    "@SHAPES.register('A') export class A { static readonly inject = ['log']; constructor(o: { v?: number }, log: Console) {} }";
  assert.equal(optionsOf(readSource(service)), { v: { type: 'number' } });
});

test('tags say ranges, lengths, patterns, whole numbers and defaults', () => {
  const options = readOptions(`
    /** Width.
     * @minimum 1
     * @maximum 9
     * @integer
     * @default 3 */
    w?: number;
    /** @minLength 2
     * @pattern ^a */
    s?: string;
    /** @minItems 1
     * @exclusiveMinimum 0 */
    l?: number[];
    /** @default fan_in */
    m?: 'fan_in' | 'fan_out';
    /** @default 'q' */
    q?: string;
    /** @default [1, 2] */
    k?: number[];`);
  assert.equal(options, {
    w: { type: 'integer', minimum: 1, maximum: 9, default: 3, description: 'Width.' },
    s: { type: 'string', minLength: 2, pattern: '^a' },
    l: { type: 'array', items: { type: 'number', exclusiveMinimum: 0 }, minItems: 1 },
    m: { type: 'enum', values: ['fan_in', 'fan_out'], default: 'fan_in' },
    q: { type: 'string', default: 'q' },
    k: { type: 'array', items: { type: 'number' }, default: [1, 2] },
  });
});

test('a destructuring pattern says defaults too, and that an option may be left out', () => {
  const options = optionsOf(
    readSource(
      "const D = 4;\n@SHAPES.register('A') export class A { constructor({ a = 1, b: c = 'x', d = D, e = -1 }: { a?: number; b?: string; d?: number; e: number }) {} }",
    ),
  );
  assert.equal(options, {
    a: { type: 'number', default: 1 },
    b: { type: 'string', default: 'x' },
    d: { type: 'number', default: 4 },
    e: { type: 'number', default: -1 },
  });
});

test('an option with @configOnly is left to the class, whatever its type', () => {
  const read = readSource(
    "export interface O { n?: number;\n/** @configOnly */ fn?: () => void }\n@SHAPES.register('A') export class A { constructor(o: O) {} }",
  );
  assert.equal(registryOf(read).entries[0]?.configOnly, ['fn']);
  assert.equal(optionsOf(read), { n: { type: 'number' } });
});

test('TSDoc on one line with the option before it counts, and what is behind the last option of a line does not', () => {
  const read = readSource(
    "@SHAPES.register('A') export class A { constructor(o: { /** How many.\n@minimum 0 */ n?: number; /** @configOnly */ fn?: () => void; /** Of fn. */\ns: string }) {} }",
  );
  assert.equal(registryOf(read).entries[0]?.configOnly, ['fn']);
  assert.equal(optionsOf(read), {
    n: { type: 'number', minimum: 0, description: 'How many.' },
    s: { type: 'string', required: true },
  });
});

test('where any options go, none are known', () => {
  const source = "const f = (o: Record<string, unknown>) => o;\nSHAPES.add('A', f";
  assert.is(optionsOf(readSource(`${source});`)), undefined);
  assert.equal(optionsOf(readSource(`${source}, { options: { k: { type: 'integer' } } });`)), {
    k: { type: 'integer' },
  });
});

test.run();
