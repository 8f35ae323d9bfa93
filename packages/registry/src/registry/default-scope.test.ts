import { setTimeout as wait } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IncipitError } from '../errors.js';
import { CallStorage, openAsyncStorage } from './async-storage.js';
import { DEFAULT_SCOPE, DefaultScope, type ScopeWarning } from './default-scope.js';
import { Registry } from './registry.js';

const test = suite('default scope');

function code(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof IncipitError) return error.code;
    throw error;
  }
  return 'nothing was thrown';
}

test('the scope that was made current last is current, and an instance keeps its scope', () => {
  const scopes = new DefaultScope();
  assert.is(scopes.current, undefined);
  assert.is(scopes.create('a', 'cat'), 'cat');
  assert.is(scopes.create('b', 'dog'), 'dog');
  assert.is(scopes.create('a', 'pig'), 'cat');
  assert.is(scopes.current, 'dog');
  assert.is(scopes.instance('a'), 'cat');
  assert.is(scopes.instance('c'), undefined);
});

test('initialising makes a scope current, with a warning when it replaces one that came after it', () => {
  const warnings: ScopeWarning[] = [];
  const scopes = new DefaultScope({ onWarning: (warning) => warnings.push(warning) });
  scopes.initialize('cat');
  scopes.initialize('dog');
  assert.is(scopes.current, 'dog');
  assert.equal(warnings, []);
  scopes.initialize('cat');
  assert.is(scopes.current, 'cat');
  assert.equal(
    warnings.map((warning) => warning.code),
    ['default-scope-forced'],
  );
});

test('names and scopes of the wrong kind are refused, and nothing changes', () => {
  const scopes = new DefaultScope();
  assert.is(
    code(() => scopes.create('', 'cat')),
    'bad-scope-name',
  );
  assert.is(
    code(() => scopes.create(3 as never, 'cat')),
    'bad-scope-name',
  );
  assert.is(
    code(() => scopes.create('a', 3 as never)),
    'bad-scope-name',
  );
  assert.is(
    code(() => scopes.create('a', undefined as never)),
    'missing-scope-name',
  );
  assert.is(
    code(() => scopes.run(['cat'] as never, () => 1)),
    'bad-scope-name',
  );
  assert.is(scopes.current, undefined);
});

test('what is made current in a run ends with it, however it ends', () => {
  const scopes = new DefaultScope();
  scopes.create('a', 'cat');
  const seen = scopes.run('dog', () => {
    scopes.create('inner', 'pig');
    return [scopes.current, scopes.run('cow', () => scopes.current), scopes.run(null, () => scopes.current)];
  });
  assert.equal(seen, ['pig', 'cow', 'pig']);
  assert.is(scopes.current, 'cat');
  assert.is(scopes.instance('inner'), undefined);
  assert.throws(() =>
    scopes.run('dog', () => {
      throw new Error('boom');
    }),
  );
  assert.is(scopes.current, 'cat');
});

test('runs that overlap in time do not see each other', async () => {
  const scopes = new DefaultScope();
  const walk = (scope: string, pause: number): Promise<(string | undefined)[]> =>
    scopes.run(scope, async () => {
      const seen = [scopes.current];
      await wait(pause);
      seen.push(scopes.current);
      await scopes.run(`${scope}-inner`, () => wait(pause));
      seen.push(scopes.current);
      return seen;
    });
  const both = await Promise.all([walk('cat', 4), walk('dog', 2)]);
  assert.equal(both, [
    ['cat', 'cat', 'cat'],
    ['dog', 'dog', 'dog'],
  ]);
  assert.is(scopes.current, undefined);
});

test('builds that overlap in time build in their own scopes', async () => {
  const root = new Registry<string>('root', { scope: 'zoo', defaultScope: new DefaultScope() });
  for (const scope of ['cat', 'dog']) {
    new Registry<string>(scope, { scope, parent: root }).add('Name', () => scope);
  }
  const build = (scope: string, pause: number): Promise<string> =>
    root.switchScopeAndRegistry(scope, async () => {
      await wait(pause);
      return root.build({ type: 'Name' });
    });
  assert.equal(await Promise.all([build('cat', 4), build('dog', 1)]), ['cat', 'dog']);
});

test('without AsyncLocalStorage a run holds until its first await, and harms nobody afterwards', async () => {
  const storage = openAsyncStorage<string>({});
  assert.instance(storage, CallStorage);
  const seen: unknown[] = [];
  const late = storage.run('cat', async () => {
    seen.push(
      storage.getStore(),
      storage.run('dog', () => storage.getStore()),
    );
    await wait(1);
    seen.push(storage.getStore());
  });
  seen.push(storage.getStore());
  await late;
  assert.equal(seen, ['cat', 'dog', undefined, undefined]);
});

test('this platform has an AsyncLocalStorage, and it is taken', () => {
  assert.not.instance(openAsyncStorage(), CallStorage);
});

test('two default scopes know nothing of each other', () => {
  const [one, two] = [new DefaultScope(), new DefaultScope()];
  one.run('cat', () => {
    assert.is(two.current, undefined);
    assert.is(DEFAULT_SCOPE.current, undefined);
  });
});

test('a registry has its root’s default scope', () => {
  const defaultScope = new DefaultScope();
  const root = new Registry('root', { defaultScope });
  assert.is(new Registry('child', { parent: root }).defaultScope, defaultScope);
  assert.is(new Registry('other').defaultScope, DEFAULT_SCOPE);
  const other = new DefaultScope();
  assert.is(
    code(() => new Registry('bad', { scope: 'bad', parent: root, defaultScope: other })),
    'bad-default-scope',
  );
});

function zoo(): {
  readonly root: Registry<unknown>;
  readonly dogs: Registry<unknown>;
  readonly warnings: ScopeWarning[];
} {
  const warnings: ScopeWarning[] = [];
  const defaultScope = new DefaultScope({ onWarning: (warning) => warnings.push(warning) });
  const root = new Registry<unknown>('models', { scope: 'zoo', defaultScope });
  const dogs = new Registry<unknown>('dogs', { scope: 'dog', parent: root });
  root.add('Net', () => 'Net@zoo');
  root.add('Head', () => 'Head@zoo');
  dogs.add('Net', () => 'Net@dog');
  dogs.add('Scope', () => defaultScope.current);
  dogs.add('Outer', ({ inner }: { readonly inner: Record<string, unknown> }) => root.build(inner));
  return { root, dogs, warnings };
}

test('a node is built in the registry of its _scope_, its inner nodes too, and only while it is built', () => {
  const { root, dogs } = zoo();
  assert.is(root.build({ type: 'Net' }), 'Net@zoo');
  assert.is(root.build({ type: 'Net', _scope_: 'dog' }), 'Net@dog');
  assert.is(dogs.build({ type: 'Net', _scope_: 'zoo' }), 'Net@zoo');
  assert.is(root.build({ type: 'Head', _scope_: 'dog' }), 'Head@zoo');
  assert.is(root.build({ type: 'Scope', _scope_: 'dog' }), 'dog');
  assert.is(root.build({ type: 'Outer', _scope_: 'dog', inner: { type: 'Net' } }), 'Net@dog');
  assert.is(root.build({ type: 'Net', _scope_: null }), 'Net@zoo');
  assert.is(root.defaultScope.current, undefined);
});

test('a current default scope decides for nodes without one, but not for lookups', () => {
  const { root, dogs } = zoo();
  root.defaultScope.initialize('dog');
  assert.is(root.build({ type: 'Net' }), 'Net@dog');
  assert.is(root.build({ type: 'zoo.Net' }), 'Net@zoo');
  assert.is((root.get('Net') as () => unknown)(), 'Net@zoo');
  assert.is(
    dogs.switchScopeAndRegistry('zoo', (registry) => registry),
    root,
  );
});

test('a scope that no registry has is a warning, once, and the registry itself builds', () => {
  const { root, warnings } = zoo();
  for (let round = 0; round < 3; round++) assert.is(root.build({ type: 'Net', _scope_: 'unicorn' }), 'Net@zoo');
  assert.is(warnings.length, 1);
  assert.is(warnings[0]?.code, 'scope-not-found');
  assert.match(warnings[0]?.message ?? '', "'unicorn'");
});

test.run();
