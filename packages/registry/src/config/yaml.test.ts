import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../errors.js';
import { linesOf } from './loaded-config.js';
import { parseYaml } from './yaml.js';

const test = suite('yaml');

function refusal(text: string): ConfigError {
  try {
    parseYaml(text, 'a.yaml');
  } catch (error) {
    assert.instance(error, ConfigError);
    return error as ConfigError;
  }
  throw new Error(`accepted ${text.slice(0, 100)}`);
}

test('JSON is YAML: what JSON.stringify writes is read back', () => {
  const text = fc
    .jsonValue({ maxDepth: 3 })
    .map((value) => JSON.stringify(value))
    // The parser limits keys on one line to 1024 characters, as YAML says.
    .filter((json) => !json.includes('__proto__') && json.length < 1000);
  fc.assert(
    fc.property(text, (json) => assert.equal(parseYaml(json, undefined).value, JSON.parse(json))),
    { numRuns: 150 },
  );
});

/** Text and value: YAML 1.2's core schema, not 1.1's. */
const VALUES: readonly (readonly [string, unknown])[] = [
  ['', null],
  ['# nothing but a comment', null],
  ['a:', { a: null }],
  ['a: ~', { a: null }],
  ['a: yes', { a: 'yes' }],
  ['a: True', { a: true }],
  ['a: 0o17', { a: 15 }],
  ['a: 0x1f', { a: 31 }],
  ['a: 017', { a: 17 }],
  ['a: 1_000', { a: '1_000' }],
  ['a: 1e-3', { a: 0.001 }],
  ['a: -82461188035037780', { a: -82461188035037776 }],
  ['a: 0x20000000000000', { a: 2 ** 53 }],
  ['a: -.Inf', { a: Number.NEGATIVE_INFINITY }],
  ['a: .inf', { a: Number.POSITIVE_INFINITY }],
  ['a: 2020-01-01', { a: '2020-01-01' }],
  ['a: 12:30', { a: '12:30' }],
  ['a: !!str 12', { a: '12' }],
  ['a: None', { a: 'None' }],
  ['a: |\n  x\n  y\n', { a: 'x\ny\n' }],
  ['1: one\nnull: two\ntrue: three', { 1: 'one', null: 'two', true: 'three' }],
  ['x: &p {a: 1}\ny: *p', { x: { a: 1 }, y: { a: 1 } }],
  ['&k a: 1\nb: *k', { a: 1, b: 'a' }],
  ['x: &p 1\ny: *p\nz: &p 2\nw: *p', { x: 1, y: 1, z: 2, w: 2 }],
  ['x: &p {a: 1, b: 1}\ny:\n  <<: *p\n  b: 2', { x: { a: 1, b: 1 }, y: { a: 1, b: 2 } }],
  ['<<: [{a: 1}, {a: 2, b: 3}]\nc: 4', { a: 1, b: 3, c: 4 }],
  ['"<<": 1', { '<<': 1 }],
  ['%YAML 1.1\n---\na: yes', { a: 'yes' }],
];

for (const [text, value] of VALUES) {
  test(`${JSON.stringify(text)} is read`, () => {
    assert.equal(parseYaml(text, undefined).value, value);
  });
}

test('.nan is a number, for the schema to refuse', () => {
  const { a } = parseYaml('a: .nan', undefined).value as { a: number };
  assert.ok(Number.isNaN(a));
});

/** Text, line of the fault, words of the message. */
const REFUSED: readonly (readonly [string, number, RegExp])[] = [
  ['a: 1\nb:\n  c: 1\n  c: 2', 4, /"c" is given twice.*line 3/],
  ['1: a\n"1": b', 2, /"1" is given twice/],
  ['a:\n  __proto__: 1', 2, /'__proto__' is not allowed/],
  ['"__proto__": 1', 1, /'__proto__' is not allowed/],
  ['a: 1\nb: !!python/object/apply:os.system [ls]', 2, /tag[\s\S]*config text is data/],
  ['a: !!js/function "x"', 1, /tag/],
  ['a: !!binary aGk=', 1, /tag/],
  ['a: !!timestamp 2020-01-01', 1, /tag/],
  ['a: !!set {b}', 1, /tag/],
  ['a: !mine b', 1, /tag/],
  ['a: 1\nb: *nothing', 2, /nothing/],
  ['a: &x [*x]', 1, /inside what it repeats/],
  ['a: &x {b: {c: *x}}', 1, /inside what it repeats/],
  ['<<: 3', 1, /needs a mapping/],
  ['<<: [3]', 1, /needs a mapping/],
  ['? [a]\n: b', 1, /A key is a list or a mapping/],
  ['a: 1\n---\nb: 2', 2, /several YAML documents/],
  ['a: [1,\n', 2, /\]/],
  ['a:\n\t- b', 2, /Tab/],
  ['a: b: c', 1, /a\.yaml:1/],
  ['a: @x', 1, /@/],
  ['a: 1\nb: 12345678901234567890', 2, /does not fit/],
  ['a: 0xffffffffffffffff', 1, /does not fit/],
  [`a: ${'1'.repeat(400)}`, 1, /does not fit/],
  ['a: -1e999', 1, /does not fit/],
];

for (const [text, line, words] of REFUSED) {
  test(`${JSON.stringify(text)} is refused with its line`, () => {
    const error = refusal(text);
    assert.is(error.code, 'parse-error');
    assert.equal(error.origin, { file: 'a.yaml', line });
    assert.match(error.message, words);
  });
}

test('what an alias repeats is a copy, so that changing one leaves the other', () => {
  const { x, y } = parseYaml('x: &p {a: [1]}\ny: *p', undefined).value as Record<string, { a: number[] }>;
  y?.a.push(2);
  assert.equal(x, { a: [1] });
});

test('merged parts keep the lines where they were written', () => {
  const { lines } = parseYaml('x: &p\n  a: 1\ny:\n  <<: *p\n  b: 2', undefined);
  const y = linesOf(lines, 'y');
  assert.ok(y);
  assert.is(linesOf(y, 'a')?.line, 2);
  assert.is(linesOf(y, 'b')?.line, 5);
});

test('aliases that grow without bound are refused', () => {
  const names = [...'abcdefghijk'];
  const line = (name: string, index: number): string =>
    index === 0 ? `a: &a [x, x, x, x, x, x, x, x, x]` : `${name}: &${name} [${`*${names[index - 1]}, `.repeat(9)}]`;
  assert.match(refusal(names.map(line).join('\n')).message, 'more than 1000000 values');
});

test('hostile nesting is refused', () => {
  for (const text of ['['.repeat(5_000), '- '.repeat(5_000), `${'{a: '.repeat(300)}1${'}'.repeat(300)}`]) {
    assert.match(refusal(text).message, /nests/);
  }
});

test('ten thousand keys are read', () => {
  const text = Array.from({ length: 10_000 }, (_, index) => `k${index}: ${index}`).join('\n');
  assert.is(Object.keys(parseYaml(text, undefined).value as object).length, 10_000);
});

test.run();
