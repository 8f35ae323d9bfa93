import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IncipitError } from '../errors.js';
import { buildRunnerFromConfig, buildSchedulerFromConfig, buildSequenceWith } from './build-functions.js';
import { Registry } from './registry.js';
import { createRootRegistries } from './root-registries.js';
import { countRegisteredModules, traverseRegistryTree } from './traverse.js';

const test = suite('build functions');

function refusal(act: () => unknown): IncipitError {
  try {
    act();
  } catch (error) {
    if (error instanceof IncipitError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

class Thing {
  readonly given: object;
  constructor(options: object) {
    this.given = options;
  }
  static fromCfg(cfg: object): unknown {
    return ['from', cfg];
  }
  static buildIterFromEpoch(options: object): unknown {
    return ['iter', options];
  }
}

test('a list builds a sequence, also in a child, and an error says which item', () => {
  const root = new Registry<unknown>('models', { build: buildSequenceWith<unknown>((parts) => ({ parts })) });
  root.add('Echo', (options: object) => options, { options: { a: { type: 'number' } } });
  const child = new Registry<unknown>('child', { scope: 'child', parent: root });
  for (const registry of [root, child]) {
    assert.equal(registry.build([{ type: 'Echo', a: 1 }, { type: 'Echo' }]), { parts: [{ a: 1 }, {}] });
    assert.equal(registry.build({ type: 'Echo', a: 1 }), { a: 1 });
  }
  const origin = { file: 'a.yaml', key: 'layers' };
  const error = refusal(() => root.build([{ type: 'Echo' }, { type: 'Echo', a: 'x' }], { origin }));
  assert.match(error.message, 'a.yaml (layers[1].a)');
});

test('a runner makes itself from the whole config', () => {
  const RUNNERS = new Registry<unknown>('runner', { build: buildRunnerFromConfig });
  RUNNERS.add('Runner', Thing);
  RUNNERS.add('Mine', Thing);
  RUNNERS.add('Plain', class {});
  assert.equal(RUNNERS.build({ a: 1 }), ['from', { a: 1 }]);
  assert.equal(RUNNERS.build({ runner_type: 'Mine' }), ['from', { runner_type: 'Mine' }]);
  assert.is(refusal(() => RUNNERS.build({ runner_type: 'Nope' })).code, 'unknown-type');
  assert.is(refusal(() => RUNNERS.build({ runner_type: 4 })).code, 'bad-type');
  assert.is(refusal(() => RUNNERS.build({ runner_type: 'Plain' })).code, 'missing-method');
  assert.is(refusal(() => RUNNERS.build([])).code, 'bad-config');
});

test('a scheduler is converted to iterations on demand, and only when it counts epochs', () => {
  const SCHEDULERS = new Registry<unknown>('scheduler', { build: buildSchedulerFromConfig });
  SCHEDULERS.add('Step', Thing);
  const built = SCHEDULERS.build({ type: 'Step', step: 3, epoch_length: 9 });
  assert.equal((built as Thing).given, { step: 3 });
  const converts = { type: 'Step', convert_to_iter_based: true };
  const defaultArgs = { epoch_length: 9 };
  assert.equal(SCHEDULERS.build(converts, { defaultArgs }), ['iter', { epoch_length: 9 }]);
  assert.is(refusal(() => SCHEDULERS.build(converts)).code, 'not-epoch-based');
  assert.is(refusal(() => SCHEDULERS.build({ ...converts, ...defaultArgs, by_epoch: false })).code, 'not-epoch-based');
  assert.is(refusal(() => SCHEDULERS.build({ ...converts, ...defaultArgs, type: 'Nope' })).code, 'unknown-type');
});

test('the root registries are those of OpenMMLab, fresh each time', () => {
  const roots = createRootRegistries({ sequence: (parts) => parts });
  assert.is(Object.keys(roots).length, 23);
  assert.is(roots.MODELS.scope, 'mmengine');
  roots.MODELS.add('Echo', (options: object) => options);
  assert.equal(roots.MODELS.build([{ type: 'Echo' }]), [{}]);
  assert.is(createRootRegistries().MODELS.size, 0);
  assert.is(refusal(() => createRootRegistries().MODELS.build([{ type: 'Echo' }])).code, 'bad-config');
});

test('default arguments fill what a node lacks, its type and scope too', () => {
  const THINGS = new Registry<unknown>('things', { scope: 'zoo' });
  const echo = (options: object): object => options;
  THINGS.add('Echo', echo);
  const other = new Registry<unknown>('other', { scope: 'cat', parent: THINGS });
  other.add('Echo', (options: object) => ({ cat: options }));
  const build = (cfg: object, defaultArgs: object): unknown =>
    THINGS.build(cfg as never, { defaultArgs: defaultArgs as never });
  assert.equal(build({ type: 'Echo', a: 1 }, { a: 2, b: 3, type: 'Nope' }), { a: 1, b: 3 });
  assert.equal(build({ a: undefined }, { a: 2, type: 'Echo' }), { a: 2 });
  assert.equal(build({ type: 'Echo' }, { _scope_: 'cat' }), { cat: {} });
  assert.is(refusal(() => build({ type: 'Echo' }, 3 as never)).code, 'bad-default-args');
  assert.is(refusal(() => build({}, { a: 1 })).code, 'missing-type');
});

test('what a built-in build function cannot use is refused', () => {
  const THINGS = new Registry<unknown>('things');
  THINGS.add('Thing', Thing);
  assert.is(refusal(() => THINGS.build({ type: 'Thing' }, { extra: 1 })).code, 'bad-extra');
  const own = new Registry<unknown>('own', { build: (_cfg, { extra }) => extra });
  assert.is(own.build({}, { extra: 5 }), 5);
});

test('a tree is told from its root, whichever registry is asked', () => {
  const root = new Registry<unknown>('root', { scope: 'zoo' });
  const cats = new Registry<unknown>('cats', { scope: 'cat', parent: root });
  const lions = new Registry<unknown>('lions', { scope: 'lion', parent: cats });
  new Registry<unknown>('dogs', { scope: 'dog', parent: root });
  lions.add(['A', 'B'], Thing);
  const told = traverseRegistryTree(cats);
  assert.equal(
    told.map(({ scope, numModules }) => [scope, numModules]),
    [
      ['zoo', 0],
      ['cat', 0],
      ['lion', 2],
      ['dog', 0],
    ],
  );
  assert.equal(told[2]?.modules, ['A', 'B']);
  assert.equal(countRegisteredModules({ MODELS: lions }), { MODELS: told });
});

test('a registry prints as a table of its names', () => {
  const THINGS = new Registry<unknown>('things', { scope: 'zoo' });
  assert.snapshot(THINGS.toTable(), "Registry 'things' (scope 'zoo'): 0 names");
  THINGS.add('Thing', Thing, { options: { a: { type: 'number' }, bee: { type: 'any' } } });
  THINGS.add('Echo', function echo(options: object) {
    return options;
  });
  assert.snapshot(
    THINGS.toTable(),
    [
      "Registry 'things' (scope 'zoo'): 2 names",
      'Name   Kind      Object  Options',
      '─────  ────────  ──────  ───────────',
      'Echo   function  echo    (unchecked)',
      'Thing  class     Thing   a, bee',
    ].join('\n'),
  );
});

test.run();
