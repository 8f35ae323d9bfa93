import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IncipitError } from '../errors.js';
import type { Location } from './locations.js';
import { Registry } from './registry.js';

const test = suite('locations');

async function refusal(act: () => unknown): Promise<IncipitError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof IncipitError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** A registry with one location, which registers `Lazy`, and the number of times it was imported. */
function lazy(parent?: Registry<unknown>): { readonly registry: Registry<unknown>; readonly imports: () => number } {
  let imports = 0;
  const registry: Registry<unknown> = new Registry<unknown>('lazy', {
    scope: parent === undefined ? 'zoo' : 'cat',
    ...(parent === undefined ? {} : { parent }),
    locations: [
      async () => {
        imports += 1;
        await null;
        registry.add('Lazy', () => 'made', { force: true });
        registry.add('Outer', ({ inner }: { readonly inner: Record<string, unknown> }) => registry.build(inner), {
          force: true,
        });
      },
    ],
  });
  return { registry, imports: () => imports };
}

test('build cannot wait: a miss says what to call, and imports nothing', async () => {
  const { registry, imports } = lazy();
  const error = await refusal(() => registry.build({ type: 'Lazy' }, { origin: { file: 'a.yaml', line: 2 } }));
  assert.is(error.code, 'locations-not-imported');
  for (const part of ["'Lazy'", 'importLocations', 'buildAsync', 'a.yaml:2']) assert.match(error.message, part);
  assert.is(registry.get('Lazy'), undefined);
  assert.is(imports(), 0);
});

test('buildAsync imports on the first miss, once, for names at any depth', async () => {
  const { registry, imports } = lazy();
  registry.add('Known', () => 'known');
  assert.is(await registry.buildAsync({ type: 'Known' }), 'known');
  assert.is(imports(), 0);
  const node = { type: 'Known', parts: [{ head: { type: 'Lazy' } }] };
  assert.is(await registry.buildAsync(node), 'known');
  assert.is(imports(), 1);
  assert.is(await registry.buildAsync({ type: 'Outer', inner: { type: 'Lazy' } }), 'made');
  assert.is((await refusal(() => registry.buildAsync({ type: 'Nope' }))).code, 'unknown-type');
  assert.is(imports(), 1);
});

test('getAsync imports on a miss, and a child imports its own locations before its parent’s', async () => {
  const root = lazy();
  const child = lazy(root.registry);
  assert.is(await child.registry.getAsync('Lazy'), child.registry.get('cat.Lazy'));
  assert.equal([child.imports(), root.imports()], [1, 0]);
  assert.is(await child.registry.getAsync('Nope'), undefined);
  assert.equal([child.imports(), root.imports()], [1, 1]);
});

test('a node with a _scope_ imports what the registry of that scope lacks', async () => {
  const root = lazy();
  const child = lazy(root.registry);
  assert.is(await root.registry.buildAsync({ type: 'Lazy', _scope_: 'cat' }), 'made');
  assert.equal([child.imports(), root.imports()], [1, 0]);
});

test('imports that overlap are one import', async () => {
  const { registry, imports } = lazy();
  await Promise.all([registry.importLocations(), registry.importLocations(), registry.getAsync('Lazy')]);
  await registry.importLocations();
  assert.is(imports(), 1);
});

test('a location that fails is named with its cause, and tried again', async () => {
  let fails = true;
  const registry: Registry<unknown> = new Registry<unknown>('lazy', {
    locations: [
      async () => {
        if (fails) throw new Error('no network');
        registry.add('Lazy', () => 'made');
      },
    ],
  });
  const error = await refusal(() => registry.importLocations());
  assert.is(error.code, 'location-failed');
  for (const part of ["'lazy'", 'no network']) assert.match(error.message, part);
  assert.instance(error.cause, Error);
  fails = false;
  assert.is(await registry.buildAsync({ type: 'Lazy' }), 'made');
});

test('a location can be a URL or the name of a package', async () => {
  const source = 'globalThis[Symbol.for("incipit-test")]?.add("Loaded", () => 7);';
  const url = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  const registry = new Registry<unknown>('urls', { locations: ['node:path', url] });
  Object.assign(globalThis, { [Symbol.for('incipit-test')]: registry });
  try {
    assert.is(await registry.buildAsync({ type: 'Loaded' }), 7);
  } finally {
    Reflect.deleteProperty(globalThis, Symbol.for('incipit-test'));
  }
});

for (const location of ['./near.js', '../up.js', '/root.js', '', 3, null]) {
  test(`the location ${JSON.stringify(location)} is refused`, async () => {
    const error = await refusal(() => new Registry('bad', { locations: [location as Location] }));
    assert.is(error.code, 'bad-location');
    assert.match(error.fix ?? '', 'import(');
  });
}

test.run();
