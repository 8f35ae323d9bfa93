import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CASES } from './cases.js';
import { type BenchReport, ratio, renderMarkdown, toJson } from './report.js';
import { measureCases } from './rounds.js';
import { spread } from './statistics.js';

const test = suite('benchmark report');

test('the spread of an odd and of an even number of measurements', () => {
  assert.equal(spread([3, 1, 2]), { median: 2, min: 1, max: 3, count: 3 });
  assert.equal(spread([4, 1, 2, 3]), { median: 2.5, min: 1, max: 4, count: 4 });
  assert.throws(() => spread([]), /no measurements/);
});

/** Always takes the same time; knows no truncated law. */
function steady(name: string, seconds: number, calls: string[] = []) {
  return {
    name,
    what: 'a stand-in',
    async fill(law: { readonly kind: string }): Promise<number | undefined> {
      calls.push(name);
      return law.kind === 'truncated-normal' ? undefined : seconds;
    },
    async dispose(): Promise<void> {},
  };
}

async function sample(): Promise<BenchReport> {
  const contenders = [steady('incipit', 0.5), steady('torch', 1)];
  const cases = await measureCases(CASES, contenders, { size: 2e6, rounds: 3, log: () => {} });
  return {
    machine: 'one core of a test',
    versions: ['Node 20'],
    absent: ['numpy: not here'],
    size: 2e6,
    rounds: 3,
    contenders,
    cases,
    resnet50: { elements: 10, incipit: [1, 2, 3], tfjs: [10, 20, 30] },
  };
}

test('rounds count every contender but the warming up, each round begun by another', async () => {
  const calls: string[] = [];
  const contenders = [steady('a', 1, calls), steady('b', 1, calls)];
  const [first] = CASES;
  assert.ok(first);
  const [result] = await measureCases([first], contenders, { size: 1e6, rounds: 3, log: () => {} });
  assert.equal(calls, ['a', 'b', 'b', 'a', 'a', 'b', 'b', 'a']);
  assert.equal(result?.rates.get('a'), { median: 1, min: 1, max: 1, count: 3 });
});

test('a ratio is ours to the peer, and there is none where one is absent', async () => {
  const { cases } = await sample();
  const named = (name: string) => cases.find((result) => result.case.name === name);
  const uniform = named('uniform');
  const truncated = named('truncated-normal-std-1');
  assert.ok(uniform !== undefined && truncated !== undefined);
  assert.is(ratio(uniform, 'torch'), 2);
  assert.is(ratio(uniform, 'numpy'), undefined);
  assert.is(ratio(truncated, 'torch'), undefined);
});

test('the Markdown names the machine, what is absent, the rates and the aims', async () => {
  const text = renderMarkdown(await sample());
  assert.match(text, 'Machine: one core of a test.');
  assert.match(text, 'Absent: numpy: not here.');
  assert.match(text, '| uniform [-0.05, 0.05) | 4 (4–4) | 2 (2–2) |');
  assert.match(text, '**2.00×** (≥ 1.1), best 2.00×');
  assert.match(text, '| incipit | 2000 ms (1000–3000) | **10.0×** (≥ 5), best 10.0× |');
});

test('the JSON has one entry a case, with null where something is absent', async () => {
  const list = toJson(await sample()) as Record<string, unknown>[];
  assert.equal(
    list.map((entry) => entry['case']),
    [...CASES.map(({ name }) => name), 'resnet50'],
  );
  for (const entry of list) {
    for (const key of ['size', 'dtype', 'unit', 'ours', 'peers'])
      assert.ok(key in entry, `${String(entry['case'])} has ${key}`);
  }
  assert.equal(list[0]?.['ours'], { threads1: 4, threadsN: null, gpu: null, threads1Fresh: null });
  assert.equal(list[0]?.['peers'], { torch: 2, numpy: null, tfjs: null });
  assert.is(list.at(-1)?.['unit'], 's');
  assert.equal(JSON.parse(JSON.stringify(list)), list);
});

test.run();
