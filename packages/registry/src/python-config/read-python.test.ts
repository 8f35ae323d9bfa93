import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { linesOf } from '../config/loaded-config.js';
import type { SourceContext, SourceTree } from '../config/source-reader.js';
import { ConfigError } from '../errors.js';
import { readPythonConfig } from './read-python.js';

const test = suite('readPythonConfig');

const CONTEXT: SourceContext = {
  file: 'a.py',
  variables: { find: () => [], text: () => '' },
  readBases: async () => ({
    value: { model: { depth: 50, neck: [1, 2] }, lr: 0.1 },
    lines: { line: 1, file: 'base.py' },
  }),
  readModule: async () => ({
    value: { model: { depth: 50, $type: 'x' }, lr: 0.1 },
    lines: { line: 1, file: 'base.py' },
  }),
};

async function read(text: string): Promise<SourceTree> {
  return readPythonConfig(text, CONTEXT);
}

async function refusal(text: string): Promise<ConfigError> {
  try {
    await read(text);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text.slice(0, 80)}`);
}

/** Expression → what CPython 3.11 prints for its repr. */
const EXPRESSIONS: readonly (readonly [code: string, repr: string])[] = [
  ['[1., 1.e-5, .5, 1_000, 0x1F]', '[1.0, 1e-05, 0.5, 1000, 31]'],
  ['-7 // 2, -7 % 3, 7.5 // -2, 2 ** -1', '(-4, 2, -4.0, 0.5)'],
  ['2 ** 70', '1180591620717411303424'],
  ['1 < 2 < 3, 1 < 3 < 2, not 1 == 2', '(True, False, True)'],
  ['round(0.5), round(2.675, 2), round(1234.5, -2)', '(0, 2.67, 1200.0)'],
  ["'%.2f|%5d|%-5s|%r' % (0.125, 42, 'a', 'b')", '"0.12|   42|a    |\'b\'"'],
  ['f\'{3.14159:.2f} {1:>3} {"x"!r}\'', '"3.14   1 \'x\'"'],
  ["'{:{}}|{a[0]}'.format('x', 3, a=[1])", "'x  |1'"],
  ["format(255., '.3'), format(1e22, '%')", "('2.55e+02', '999999999999999983222784.000000%')"],
  ['[x * y for x in range(3) for y in range(3) if x != y]', '[0, 0, 0, 2, 0, 2]'],
  ["{**{'a': 1}, 'b': [*range(2)]}", "{'a': 1, 'b': [0, 1]}"],
  ["'  hi  there '.split(None, 1)", "['hi', 'there ']"],
  ["[1, 2, 3, 4][::-2], 'é😀z'[1]", "([4, 2], '😀')"],
  ["r'\\d' 'a\\x41' b''.__class__ if False else 'c'", "'c'"],
];

for (const [code, repr] of EXPRESSIONS) {
  test(`${code} is ${repr}, as in CPython`, async () => {
    const { value } = await read(`shown = repr((${code}))\n`);
    assert.is((value as { shown: string }).shown, repr);
  });
}

test('statements change names, items, attributes and slices; lists are shared as in Python', async () => {
  const text = [
    'import copy',
    'a = dict(x=[1, 2])',
    'b = a',
    "b['x'] += [3]",
    'c = copy.deepcopy(a)',
    "c['x'][0] = 9",
    'first, *rest = c["x"]',
    'for i in range(3):',
    '    if i == 1:',
    '        continue',
    '    last = i',
    'del b',
  ].join('\n');
  assert.equal((await read(text)).value, {
    a: { x: [1, 2, 3] },
    c: { x: [9, 2, 3] },
    first: 9,
    rest: [2, 3],
    i: 2,
    last: 2,
  });
});

test('what changes in _base_ comes back as the bases', async () => {
  const tree = await read(
    "_base_ = './b.py'\n_base_.model.depth += 1\nname = f'r{_base_.model.depth}'\ndel _base_.lr\n",
  );
  assert.equal(tree.value, { name: 'r51' });
  assert.equal(tree.bases?.value, { model: { depth: 51, neck: [1, 2] } });
});

test('a file that does not touch _base_ leaves reading the bases to the loader', async () => {
  const tree = await read("_base_ = ['./a.py', './b.py']\nlr = 1\n");
  assert.equal(tree.value, { lr: 1, _base_: ['./a.py', './b.py'] });
  assert.is(tree.bases, undefined);
});

test('imports of others are lazy, and read_base() gives the names of a config', async () => {
  const tree = await read(
    'from mmengine.config import read_base\nfrom mmdet.models import RetinaNet\nimport torch.nn as nn\n' +
      'with read_base():\n    from .base import *\nmodel.update(type=RetinaNet, act=nn.ReLU)\n',
  );
  const { model } = tree.value as { model: Record<string, unknown> };
  assert.equal(model.type, { $lazy: 'mmdet.models.RetinaNet' });
  assert.equal(model.act, { $lazy: 'torch.nn.ReLU' });
  assert.is(tree.complete, true);
  assert.ok(tree.importedNames?.has('RetinaNet'));
});

test('every leaf knows its line', async () => {
  const { lines } = await read('a = dict(\n    b=1,\n    c=[\n        2,\n        3])\n');
  const a = linesOf(lines, 'a') ?? lines;
  const c = linesOf(a, 'c') ?? lines;
  assert.is(linesOf(a, 'b')?.line, 2);
  assert.is(linesOf(c, 0)?.line, 4);
  assert.is(linesOf(c, 1)?.line, 5);
});

const REFUSALS: readonly (readonly [text: string, code: string, line: number])[] = [
  ['a = 1\nimport os\nos.system("x")\n', 'unsupported-python', 3],
  ['a = 1\nb = open("x")\n', 'unsupported-python', 2],
  ['a = (lambda: 1)()\n', 'unsupported-python', 1],
  ['while True:\n    pass\n', 'unsupported-python', 1],
  ['a = 1\nb = (1).__class__\n', 'unsupported-python', 2],
  ['a = 1\n\nb = c\n', 'python-error', 3],
  ['a = 1 / 0\n', 'python-error', 1],
  ['a = [1, 2\nb = 3\n', 'parse-error', 2],
  ['a = 0777\n', 'parse-error', 1],
  ['if 1:\n    a = 1\n  b = 2\n', 'parse-error', 3],
  ['a = {"__proto__": 1}\n', 'python-error', 1],
  ['a = {1, 2}\n', 'python-error', 1],
  ['def f():\n    return 1\na = f()\n', 'python-error', 3],
  ['a = [0] * 10 ** 9\n', 'python-limit', 1],
  ["a = 'a' * 10 ** 9\n", 'python-limit', 1],
  ["a = '%1000000000d' % 1\n", 'python-error', 1],
  ['a = 9 ** 9 ** 9\n', 'python-limit', 1],
  ['a = 1 << 10 ** 9\n', 'python-limit', 1],
  ['a = list(range(10 ** 12))\n', 'python-limit', 1],
  ['a = [0]\na.append(a)\n', 'python-limit', 2],
];

for (const [text, code, line] of REFUSALS) {
  test(`${JSON.stringify(text)} is refused on line ${line}`, async () => {
    const error = await refusal(text);
    assert.is(error.code, code, error.message);
    assert.is(error.origin?.file, 'a.py');
    assert.is(error.origin?.line, line);
  });
}

const HOSTILE: Readonly<Record<string, string>> = {
  'brackets that nest 100,000 deep': `a = ${'['.repeat(100_000)}`,
  'signs that nest deep': `a = ${'- '.repeat(50_000)}1`,
  'a long chain of sums': `a = 1${' + 1'.repeat(50_000)}`,
  'a long chain of attributes': `a = b${'.c'.repeat(50_000)}`,
  'doubling lists': `a = [0]\n${'a = [a, a]\n'.repeat(60)}`,
  'doubling strings': `a = 'x'\n${'a = a + a\n'.repeat(60)}`,
  'doubling numbers': `a = 3\n${'a = a * a\n'.repeat(60)}`,
  'nested loops': 'for i in range(10 ** 4):\n    for j in range(10 ** 4):\n        pass\n',
  'a text of megabytes': `a = '${'x'.repeat(2_000_000)}'`,
};

for (const [name, text] of Object.entries(HOSTILE)) {
  test(`${name}: refused, and not run out of stack or memory`, async () => {
    // The grammar itself gives up on what nests very deep.
    assert.ok(['python-limit', 'parse-error'].includes((await refusal(text)).code));
  });
}

test('what is never reached may be anything', async () => {
  const text = "def main():\n    import os\n    os.remove('x')\n\nif __name__ == '__main__':\n    main()\na = 1\n";
  assert.equal((await read(text)).value, { a: 1 });
});

test.run();
