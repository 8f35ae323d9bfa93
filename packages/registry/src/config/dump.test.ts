import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../errors.js';
import { Config } from './config.js';
import { type DumpFormat, dumpData } from './dump.js';
import { memoryConfigHost } from './memory-host.js';
import { tuple } from './value.js';

const test = suite('dump');

test('JSON stands on one line, with the spaces and escapes of Python', () => {
  assert.is(dumpData({ b: [1, 2.5], a: { x: null, y: true } }, 'json'), '{"b": [1, 2.5], "a": {"x": null, "y": true}}');
  assert.is(dumpData({ é: '😀\n' }, 'json'), '{"\\u00e9": "\\ud83d\\ude00\\n"}');
  assert.is(
    dumpData([Number.NaN, -Infinity, 1e16, 1e-5, 12345678901234567890n], 'json'),
    '[NaN, -Infinity, 1e+16, 1e-05, 12345678901234567890]',
  );
});

test('YAML has sorted keys, lists as deep as their key, and quotes only where they are needed', () => {
  const data = {
    b: 1,
    a: { y: [1, [2, 3], { z: 1, x: [] }], t: tuple([1]) },
    s: 'yes',
    e: {},
    n: '1e5',
    u: 'a: b',
    p: 'x y',
  };
  assert.is(
    dumpData(data, 'yaml'),
    [
      'a:',
      '  t: !!python/tuple',
      '  - 1',
      '  y:',
      '  - 1',
      '  - - 2',
      '    - 3',
      '  - x: []',
      '    z: 1',
      'b: 1',
      'e: {}',
      "n: '1e5'",
      'p: x y',
      "s: 'yes'",
      "u: 'a: b'",
      '',
    ].join('\n'),
  );
});

test('what is no plain data cannot be written, and the error names the place', () => {
  for (const format of ['json', 'yaml'] as const) {
    try {
      dumpData({ a: [() => 1] }, format);
      assert.unreachable();
    } catch (error) {
      assert.instance(error, ConfigError);
      assert.match((error as ConfigError).message, /'a\[0\]' is a function/);
    }
  }
});

/** Texts that a careless writer would turn into something else. */
const TEXTS = [
  'yes',
  'Off',
  'null',
  '~',
  '',
  ' ',
  '1',
  '1.5',
  '1e5',
  '017',
  '0x1f',
  '12:30',
  '1_0',
  '.inf',
  '2020-01-01',
  '- a',
  '-',
  '? a',
  ':',
  'a:',
  'a: b',
  'a #b',
  '#',
  '&a',
  '*a',
  '!a',
  '|',
  '>',
  '%',
  '@',
  '`',
  "it's",
  '"',
  '{a}',
  '[a]',
  'a, b',
  '---',
  '...',
  '<<',
  '=',
  'x\ny',
  ' x',
  'x ',
  '\t',
  '\u0085',
  '\u2028',
  'é',
  '😀',
  '\ud800',
  '\u0007',
  'incipit0x0z',
];

const leaf = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, Number.NaN, Infinity, -Infinity, 2n ** 70n, ...TEXTS),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.double(),
  fc.integer(),
);
const key = fc
  .oneof(fc.constantFrom(...TEXTS, 'constructor', 'x'.repeat(1200)), fc.string({ maxLength: 8 }))
  .filter((one) => one !== '__proto__');
const data = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 3 }).map(tuple),
    tie('mapping'),
  ),
  mapping: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
}));

/** Text that is equal for equal data. */
function canonical(value: unknown): string {
  return dumpData(value, 'yaml');
}

for (const format of ['json', 'yaml'] satisfies DumpFormat[]) {
  test(`what is written as ${format} is read back`, async () => {
    await fc.assert(
      fc.asyncProperty(data['mapping'] as fc.Arbitrary<object>, async (value) => {
        const text = dumpData({ a: value }, format);
        const options = { format, host: memoryConfigHost({}), useEnvironmentVariables: false };
        const back = await Config.fromText<{ a: unknown }>(text, options);
        const expected = format === 'json' ? dumpData(value, 'json') : canonical(value);
        assert.is(format === 'json' ? dumpData(back.value.a, 'json') : canonical(back.value.a), expected);
      }),
      { numRuns: 200 },
    );
  });
}

test.run();
