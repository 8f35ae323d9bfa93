import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MatchBudget, patternCost } from './pattern-cost.js';

for (const [pattern, degree] of [
  ['^module\\.', 0],
  ['module\\.', 1],
  ['^(.*)\\.bn$', 1],
  ['(.*)\\.(.*)', 3],
  ['^[*+?]{3}x', 0],
  ['^[^\\]*]+x', 1],
  ['^(?:a|b)\\.c', 0],
  ['^(?:abc)+x', 1],
  ['^(?<top>\\w+)\\.\\k<top>', 2],
  ['^(?!head)(?=x)(?<=y)(?<!z)a', 0],
  ['^a{2,5}b{3}', 1],
] as const) {
  test(`${pattern} takes length^${degree}`, () => assert.is(patternCost(pattern)?.degree, degree));
}

for (const pattern of [
  '(a+)+$',
  '(\\w+\\.)*x',
  '(?:a|aa)+$',
  '(a?b?)*x',
  '((ab)*)*x',
  '(([a-z])+.)+[A-Z]',
  '(a{1,30}){1,30}x',
  '(?:(?:x|y))*z',
]) {
  test(`${pattern} might take forever`, () => assert.is(patternCost(pattern), undefined));
}

test('a budget is spent by long names at once, and by many short ones', () => {
  const cost = { degree: 3, factor: 1 };
  assert.is(new MatchBudget().spend(cost, 4096), false);
  const budget = new MatchBudget();
  for (let k = 0; k < 20_000; k++) assert.ok(budget.spend(cost, 60));
  let left = 0;
  while (budget.spend(cost, 60)) left += 1;
  assert.ok(left < 50_000);
});

test.run();
