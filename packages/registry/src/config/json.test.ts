import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError } from '../errors.js';
import { parseJson } from './json.js';

const test = suite('json');

function refusal(text: string): ConfigError {
  try {
    parseJson(text, 'a.json');
  } catch (error) {
    assert.instance(error, ConfigError);
    return error as ConfigError;
  }
  throw new Error(`accepted ${text.slice(0, 100)}`);
}

test('what JSON.stringify writes is read back, with or without line breaks', () => {
  const json = fc.jsonValue({ noUnicodeString: false }).filter((value) => !JSON.stringify(value).includes('__proto__'));
  fc.assert(
    fc.property(json, fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      assert.equal(parseJson(text, undefined).value, JSON.parse(text));
    }),
  );
});

test('a text is accepted exactly when JSON.parse accepts it', () => {
  const piece = fc.constantFrom(
    ...'{}[]:,"\\ \n\t',
    '1',
    '0',
    '-',
    '.',
    'e',
    '1.5',
    'true',
    'null',
    'tru',
    '"a"',
    '\\u00e9',
  );
  const accepted = (read: () => unknown): boolean => {
    try {
      read();
      return true;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join('');
      // JSON.parse reads 1e999 as an infinity; here that is an error of its own.
      fc.pre(!/e\d{3}/.test(text));
      assert.is(
        accepted(() => parseJson(text, undefined)),
        accepted(() => JSON.parse(text)),
        text,
      );
    }),
    { numRuns: 2000 },
  );
});

const WELL_FORMED: readonly (readonly [string, unknown])[] = [
  ['"\\ud83d\\ude00\\u00e9é"', '😀éé'],
  ['"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/\b\f\n\r\t'],
  [' [ ] ', []],
  ['{ }', {}],
  ['-0.5e-3', -0.0005],
  ['9007199254740993.0', 9007199254740992],
  ['100000000000000000000', 1e20],
  ['-82461188035037780', -82461188035037776],
];

for (const [text, value] of WELL_FORMED) {
  test(`${text} is read`, () => {
    assert.equal(parseJson(text, undefined).value, value);
  });
}

/** Text, line of the fault, words of the message. */
const MALFORMED: readonly (readonly [string, number, RegExp])[] = [
  ['', 1, /ends too early/],
  ['{\n"a": 1,\n}', 3, /remove the last comma/],
  ['[1,\n]', 2, /remove the last comma/],
  ['{"a": 1,\n "a": 2}', 2, /"a" is given twice.*line 1/],
  ['{"x": {"__proto__": 1}}', 1, /'__proto__' is not allowed/],
  ['{"x": {"__pr\\u006fto__": 1}}', 1, /'__proto__' is not allowed/],
  ['[1, 2', 1, /ends too early/],
  ['{"a": "x\ny"}', 1, /closed on its line/],
  ['"abc', 1, /ends too early/],
  ['"\\x"', 1, /escape.*\n.*\nFix: write a backslash as two/],
  ['{"a" 1}', 1, /':' after the key/],
  ['{a: 1}', 1, /Unexpected "a" in column 2[\s\S]*double quotes/],
  ["['a']", 1, /double quotes/],
  ['\n// note\n1', 2, /no comments/],
  ['# note\n1', 1, /no comments/],
  ['[None]', 1, /null, true or false/],
  ['[NaN]', 1, /\.nan/],
  ['[-Infinity]', 1, /\.inf/],
  ['1 2', 1, /the end of the text/],
  ['01', 1, /the end of the text/],
  ['[1e999]', 1, /does not fit/],
  [`[${'1'.repeat(400)}]`, 1, /does not fit/],
  ['12345678901234567890', 1, /does not fit[\s\S]*in quotes/],
];

for (const [text, line, words] of MALFORMED) {
  test(`${JSON.stringify(text)} is refused with its line and advice`, () => {
    const error = refusal(text);
    assert.is(error.code, 'parse-error');
    assert.equal(error.origin, { file: 'a.json', line });
    assert.match(error.message, words);
  });
}

test('hostile nesting is refused, and nesting within the limit read', () => {
  assert.match(refusal('['.repeat(100_000)).message, 'deeper than 256');
  assert.match(refusal('{"a":'.repeat(100_000)).message, 'deeper than 256');
  const deep = '['.repeat(256) + ']'.repeat(256);
  assert.equal(parseJson(deep, undefined).value, JSON.parse(deep));
});

test('long strings and long lists are read', () => {
  const text = JSON.stringify(['x\n'.repeat(500_000), ...Array.from({ length: 50_000 }, (_, index) => index)]);
  assert.is((parseJson(text, undefined).value as unknown[]).length, 50_001);
});

test.run();
