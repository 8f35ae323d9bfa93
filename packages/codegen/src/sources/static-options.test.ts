import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IMPORTS, optionsOf, problemsOf, readFiles, readSource, SHAPES } from '../testing/temporary-project.js';

const test = suite('static options');

test('add ranges, enum values, defaults and descriptions to the type, through spreads and constants of other files', () => {
  const base = `${IMPORTS}export const BASE: OptionsSchema = { bias: { type: 'number', default: 0, description: 'Bias.' } };\nexport const MODES = ['a', 'b'] as const;`;
  const source = `import { BASE, MODES } from './base.js';
export interface O { mode?: 'a' | 'b'; bias?: number; std?: number }
@SHAPES.register('A')
export class A {
  static readonly options: OptionsSchema = {
    std: { type: 'number', minimum: 0, default: 1 },
    mode: { type: 'enum', values: MODES, ignoreCase: true },
    ...BASE,
  } satisfies OptionsSchema;
  constructor(o: O) {}
}`;
  assert.equal(optionsOf(readFiles({ 'src/base.ts': base, 'src/a.ts': SHAPES + source })), {
    std: { type: 'number', minimum: 0, default: 1 },
    mode: { type: 'enum', values: ['a', 'b'], ignoreCase: true },
    bias: { type: 'number', default: 0, description: 'Bias.' },
  });
});

test('that a call makes are not known: there the type alone counts', () => {
  const options = optionsOf(
    readSource(
      "function mk(): OptionsSchema { return {}; }\n@SHAPES.register('A') export class A { static readonly options: OptionsSchema = { ...mk(), std: { type: 'number', minimum: 0 } }; constructor(o: { std?: number; k?: string }) {} }",
    ),
  );
  assert.equal(options, { std: { type: 'number', minimum: 0 }, k: { type: 'string' } });
});

test('that are inherited say nothing of options which a constructor of its own adds', () => {
  const options = optionsOf(
    readSource(
      "class B { static readonly options: OptionsSchema = { b: { type: 'number', minimum: 0 } }; constructor(o: { b?: number }) {} }\n@SHAPES.register('A') export class A extends B { constructor(o: { b?: number; own?: string }) { super(o); } }",
    ),
  );
  assert.equal(options, { b: { type: 'number', minimum: 0 }, own: { type: 'string' } });
});

test('in the call of a registration count before those of the class', () => {
  const options = optionsOf(
    readSource(
      "const f = ({ k }: { k?: number }) => ({ k });\nSHAPES.add('A', f, { options: { k: { type: 'integer', minimum: 2 } } });",
    ),
  );
  assert.equal(options, { k: { type: 'integer', minimum: 2 } });
});

/** An option that the schema and the type disagree on: the sources of both. */
const DIFFERENT: readonly (readonly [string, string, string])[] = [
  ['lacks in the schema', "{ a: { type: 'number' } }", '{ a?: number; b?: number }'],
  ['lacks in the type', "{ a: { type: 'number' }, b: { type: 'number' } }", '{ a?: number }'],
  ['is of another kind in each', "{ a: { type: 'number' }, b: { type: 'string' } }", '{ a?: number; b?: number }'],
];

for (const [what, schema, type] of DIFFERENT) {
  test(`and a type of which an option ${what} are a mistake, at the option`, () => {
    const source = `@SHAPES.register('A')\nexport class A {\n  static readonly options: OptionsSchema = ${schema};\n  constructor(o: ${type}) {}\n}`;
    const { code, message } = problemsOf({ 'src/a.ts': SHAPES + source });
    assert.is(code, 'options-differ');
    assert.match(message, /The option 'b' of A/);
    assert.match(message, /src\/a\.ts:[67]/);
  });
}

test.run();
