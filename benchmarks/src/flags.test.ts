import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FlagError, parseFlags, subsetOf, USAGE } from './flags.js';
import { pickCases } from './suites/suites.js';

const test = suite('benchmark flags');

test('without flags everything is measured, 2^24 among the sizes', () => {
  const flags = parseFlags([]);
  assert.equal([flags.sizes.at(0), flags.sizes.at(-1), flags.sizes.length], [2 ** 10, 2 ** 26, 9]);
  assert.ok(flags.sizes.includes(2 ** 24));
  assert.equal([flags.rounds, flags.quick, flags.gpu, flags.only], [5, false, 'auto', '']);
  assert.is(subsetOf(flags), '');
  const cases = pickCases(flags);
  for (const name of ['constant', 'uniform', 'normal', 'normal-mean', 'truncated-normal', 'resnet-50', 'vit-l-16'])
    assert.ok(cases.has(name), name);
  for (const name of ['gpt2-xl', 'small-parameters', 'start-up', 'browser-start-up', 'memory-file/synthetic-1-gib'])
    assert.ok(cases.has(name), name);
});

test('--quick takes less of everything, and other flags still count', () => {
  const quick = parseFlags(['--quick']);
  assert.ok(quick.sizes.length < 9 && quick.rounds < 5);
  assert.not.ok(pickCases(quick).has('gpt2-xl'));
  assert.equal(subsetOf(quick), '--quick');
  assert.equal(parseFlags(['--quick', '--rounds', '9', '--sizes', '64']).rounds, 9);
});

test('sizes are numbers or powers, in order, each once', () => {
  const { sizes } = parseFlags(['--sizes', '2^12, 1000,4096']);
  assert.equal(sizes, [1000, 4096]);
});

test('--only picks the cases that hold it', () => {
  assert.equal([...pickCases(parseFlags(['--only', 'memory-lean/res']))], ['memory-lean/resnet-50']);
});

for (const [args, flag, words] of [
  [['--sizes', '2^40'], '--sizes', /'2\^40'.*2\^30/],
  [['--sizes', '1024,,4096'], '--sizes', /holds ''/],
  [['--rounds', '0'], '--rounds', /'0'.*whole number/],
  [['--rounds', 'few'], '--rounds', /'few'/],
  [['--gpu', 'yes'], '--gpu', /'yes'.*auto, software, off/],
  [['--json', ''], '--json', /empty.*file name/],
  [['--fast'], '--fast', /--fast.*--rounds N/s],
  [['--only', 'nothing'], '--only', /'nothing'.*truncated-normal/],
  [['uniform'], '', /uniform/],
] as const) {
  test(`'${args.join(' ')}' is refused, and told what was expected`, () => {
    try {
      pickCases(parseFlags(args));
    } catch (error) {
      assert.instance(error, FlagError);
      assert.is((error as FlagError).flag, flag);
      assert.match((error as FlagError).message, words);
      return;
    }
    assert.unreachable('it was taken');
  });
}

test('the usage tells every flag', () => {
  for (const flag of ['json', 'markdown', 'only', 'sizes', 'rounds', 'quick', 'gpu']) assert.match(USAGE, `--${flag} `);
});

test.run();
