import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { suite, test } from 'uvu';
import * as assert from 'uvu/assert';
import { answer } from './answer.js';
import { differs, type GoldenCase } from './compare.js';
import { isAnswered } from './config-ops.js';
import { type InitialiseInput, initialize } from './initialise.js';
import type { Response } from './protocol.js';

const DATA = fileURLToPath(new URL('../test-data/', import.meta.url));

interface Suite {
  readonly title: string;
  readonly cases: readonly GoldenCase[];
  /** Inputs that several cases share, by name. */
  readonly worlds?: Readonly<Record<string, unknown>>;
}

function load(name: string): Suite {
  return JSON.parse(readFileSync(`${DATA}${name}.json`, 'utf8')) as Suite;
}

/** The driver puts shared worlds in the place of their names. */
function inputOf({ input }: GoldenCase, { worlds = {} }: Suite): GoldenCase['input'] {
  const { world } = input;
  return typeof world === 'string' ? { ...input, world: worlds[world] } : input;
}

for (const name of ['S1-registry', 'S2-config', 'S3-initialise', 'S4-formulas']) {
  const golden = load(name);
  const cases = suite(golden.title);
  for (const one of golden.cases.filter(({ input }) => isAnswered(input))) {
    cases(`${one.id} ${one.class}: ${one.op} answers as the original, or as a sane one`, async () => {
      // The id must not help: a hidden half of the cases has other ids.
      const got = await answer({ id: 'x', op: one.op, input: inputOf(one, golden), dir: DATA });
      assert.not('skip' in got, 'the operation is answered');
      const difference = 'skip' in got ? 'skipped' : differs(one, got);
      assert.is(difference, undefined, difference);
    });
  }
  cases.run();
}

for (const one of load('S3-initialise').cases.filter(({ class: name }) => /^(grouped|transposed)-fan$/.test(name))) {
  test(`${one.id} ${one.class}: by default, fans are those of the sane answer`, async () => {
    const expect = one.sane?.expect;
    assert.ok(expect);
    const { ok } = await initialize(one.input as unknown as InitialiseInput, DATA, 'axes');
    assert.is(differs({ ...one, expect, mmengine_bug: false }, { ok }), undefined);
  });
}

test('a wrong answer to each kind of case is told from the right one', async () => {
  const [one] = load('S4-formulas').cases;
  assert.ok(one !== undefined);
  assert.is(differs(one, { ok: [4, 3] }), undefined);
  assert.ok(differs(one, { ok: [3, 4] }));
  assert.ok(differs(one, { error: { kind: 'ValueError', message: '' } }));
});

test('the adapter answers each line with one line and prints nothing else', async () => {
  const [first] = load('S3-initialise').cases;
  assert.ok(first !== undefined);
  const lines = [
    { id: 'a', op: 'formula.fans', input: { shape: [3, 4] }, dir: DATA },
    { id: 'b', op: 'torch.stream', input: {}, dir: DATA },
    { id: 'c', op: first.op, input: first.input, dir: DATA },
  ];
  const out = await runAdapter(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
  const answers = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Response);
  assert.equal(
    answers.map((one) => one.id),
    ['a', 'b', 'c'],
  );
  assert.equal(answers[0], { id: 'a', ok: [4, 3] });
  assert.equal(answers[1], { id: 'b', skip: true });
});

function runAdapter(input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('./adapter.js', import.meta.url))]);
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.on('error', reject).on('close', () => resolve(out));
    child.stdin.end(input);
  });
}

test.run();
