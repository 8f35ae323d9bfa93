import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { IncipitError, RegistryError } from '../errors.js';
import type { OptionsSchema } from '../schema/entry.js';
import type { RegistryClass } from './container.js';
import { Registry } from './registry.js';

const test = suite('registry');

interface Shape {
  readonly area: number;
}

class Square implements Shape {
  static readonly className: string = 'Square';
  readonly area: number;
  constructor({ side = 1 }: { side?: number } = {}) {
    this.area = side * side;
  }
}

class Disk implements Shape {
  readonly area: number = 3;
}

function shapes(): Registry<Shape> {
  return new Registry<Shape>('shapes', { scope: 'geo' });
}

function refusal(act: () => unknown): IncipitError {
  try {
    act();
  } catch (error) {
    if (error instanceof IncipitError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('a decorator registers the class under its names and leaves it as it is', () => {
  const SHAPES = shapes();
  @SHAPES.register(['Ring', 'Annulus'])
  class Ring extends Disk {}
  assert.is(SHAPES.get('Ring'), Ring);
  assert.is(SHAPES.get('Annulus'), Ring);
  assert.equal(SHAPES.keys(), ['Ring', 'Annulus']);
  assert.is(SHAPES.size, 2);
});

test('without names a decorator takes the static className, else the name in the source', () => {
  const SHAPES = shapes();
  @SHAPES.register()
  class A extends Disk {
    static readonly className: string = 'Named';
  }
  @SHAPES.register()
  class Plain extends Disk {}
  assert.is(SHAPES.get('Named'), A);
  assert.is(SHAPES.get('Plain'), Plain);
});

test('a base class gives its className to no subclass', () => {
  const SHAPES = shapes();
  SHAPES.add(undefined, Square);
  class Tile extends Square {}
  SHAPES.add(undefined, Tile);
  assert.equal(SHAPES.keys(), ['Square', 'Tile']);
});

test('a decorator reads static fields after they have values', () => {
  const SHAPES = shapes();
  @SHAPES.register('Ring')
  class Ring extends Disk {
    static readonly options: OptionsSchema = { width: { type: 'number' } };
  }
  assert.is(SHAPES.entry('Ring')?.schema.options, Ring.options);
});

test('a decorator registers what other decorators make of the class', () => {
  const SHAPES = shapes();
  class Other extends Disk {}
  const replace = (_: typeof Disk): typeof Disk => Other;
  @SHAPES.register('Ring')
  @replace
  class Ring extends Disk {}
  assert.is(SHAPES.get('Ring'), Other);
  assert.is(Ring, Other);
});

test('a call registers a class and returns it', () => {
  const SHAPES = shapes();
  assert.is(SHAPES.register('A', Square), Square);
  assert.is(SHAPES.register(undefined, Square), Square);
  assert.is(SHAPES.add(['B', 'C'], Square), Square);
  assert.equal(SHAPES.keys(), ['A', 'Square', 'B', 'C']);
});

test('a name taken is refused naming the earlier owner, and none of several names is registered', () => {
  const SHAPES = shapes();
  SHAPES.add('b', Square);
  const error = refusal(() => SHAPES.add(['a', 'b', 'c'], Disk));
  assert.instance(error, RegistryError);
  assert.is(error.code, 'duplicate-name');
  for (const part of ["'b'", "'shapes'", 'Square', 'Disk', 'force']) assert.match(error.message, part);
  assert.equal(SHAPES.keys(), ['b']);
  assert.not.ok(SHAPES.container.isBound('a'));
});

test('force replaces the class in the registry and in the container', () => {
  const SHAPES = shapes();
  SHAPES.add(['a', 'b'], Square);
  SHAPES.add('a', Disk, { force: true });
  assert.is(SHAPES.get('a'), Disk);
  assert.instance(SHAPES.build({ type: 'a' }), Disk);
  assert.instance(SHAPES.build({ type: 'b' }), Square);
  assert.is(SHAPES.entryOf(Square)?.name, 'b');
  assert.is(SHAPES.size, 2);
});

test('a name that the container uses for a service is taken too', () => {
  const SHAPES = shapes();
  SHAPES.container.bind('clock').toConstantValue(1);
  assert.match(refusal(() => SHAPES.add('clock', Square)).message, 'service');
});

const BAD_REGISTRATIONS: readonly (readonly [string, (registry: Registry<Shape>) => unknown, string])[] = [
  ['a number as class', (registry) => registry.add('n', 7 as unknown as typeof Square), 'bad-class'],
  ['a mapping as class', (registry) => registry.add('n', {} as unknown as typeof Square), 'bad-class'],
  [
    'a nameless function',
    (registry) =>
      registry.add(
        undefined,
        (
          () => () =>
            new Square()
        )(),
      ),
    'bad-name',
  ],
  ['a class with a word as force', (registry) => registry.add('n', Square, { force: 'yes' as never }), 'bad-force'],
  [
    'a decorated class with a number as force',
    (registry) => registry.register('n', { force: 1 as never }),
    'bad-force',
  ],
  ['a list with a number in it', (registry) => registry.add(['a', 3 as unknown as string], Square), 'bad-name'],
  ['an empty list', (registry) => registry.add([], Square), 'bad-name'],
  ['a class without any name', (registry) => registry.add(undefined, (() => class {})() as never), 'bad-name'],
  ['a class in place of a name', (registry) => registry.register(Square as unknown as string), 'bad-name'],
];

for (const [what, act, code] of BAD_REGISTRATIONS) {
  test(`${what} cannot be registered`, () => {
    const SHAPES = shapes();
    assert.is(refusal(() => act(SHAPES)).code, code);
    assert.is(SHAPES.size, 0);
  });
}

test('a child asks its parent for names that it lacks, and its own come first', () => {
  const SHAPES = shapes();
  SHAPES.add('Base', Square);
  SHAPES.add('Both', Square);
  const solids = new Registry<Shape>('solids', { scope: 'solid', parent: SHAPES });
  solids.add('Both', Disk);
  assert.is(solids.get('Base'), Square);
  assert.is(solids.get('Both'), Disk);
  assert.is(SHAPES.get('Both'), Square);
  assert.is(SHAPES.get('solid.Both'), Disk);
  assert.is(solids.get('geo.Both'), Square);
  assert.instance(solids.build({ type: 'Both' }), Disk);
  assert.instance(solids.build({ type: 'geo.Both' }), Square);
  assert.is(solids.size, 1);
  assert.is(solids.root, SHAPES);
  assert.is(SHAPES.findScope('solid'), solids);
  assert.equal([...SHAPES.children.keys()], ['solid']);
});

test('has says whether get finds something', () => {
  const SHAPES = shapes();
  SHAPES.add('Square', Square);
  assert.ok(SHAPES.has('Square'));
  assert.ok(SHAPES.has('geo.Square'));
  assert.not.ok(SHAPES.has('geo.Disk'));
  assert.not.ok(SHAPES.has('constructor'));
});

test('a key that is no string is refused', () => {
  const SHAPES = shapes();
  assert.is(refusal(() => SHAPES.get(true as unknown as string)).code, 'bad-key');
  assert.is(refusal(() => SHAPES.has({ type: 'Square' } as unknown as string)).code, 'bad-key');
});

test('two children of one parent cannot share a scope, but a child can have its parent’s', () => {
  const SHAPES = shapes();
  new Registry<Shape>('a', { scope: 'geo', parent: SHAPES });
  new Registry<Shape>('b', { scope: 'flat', parent: SHAPES });
  assert.is(refusal(() => new Registry<Shape>('c', { scope: 'flat', parent: SHAPES })).code, 'duplicate-scope');
});

test('a parent must be a registry, a scope a word without dots', () => {
  const parent = { not: 'a registry' } as unknown as Registry<Shape>;
  assert.is(refusal(() => new Registry<Shape>('a', { parent })).code, 'bad-parent');
  for (const scope of ['', 'a.b', 3 as unknown as string]) {
    assert.is(refusal(() => new Registry<Shape>('a', { scope })).code, 'bad-scope');
  }
  assert.is(new Registry<Shape>('a').scope, 'a');
});

test('an unknown name is told with the registry, the scopes searched, near names and what there is', () => {
  const SHAPES = shapes();
  SHAPES.add('Square', Square);
  SHAPES.add('Disk', Disk);
  const solids = new Registry<Shape>('solids', { scope: 'solid', parent: SHAPES });
  solids.add('Cube', Disk);
  const error = refusal(() => solids.require('Sqaure', { file: 'a.yaml', line: 3, key: 'init_cfg[0].type' }));
  assert.instance(error, RegistryError);
  assert.is(error.code, 'unknown-type');
  assert.snapshot(
    error.message,
    [
      "'Sqaure' is not in the registry 'solids' (searched scope 'solid', then 'geo'); did you mean 'Square'? [in a.yaml:3 (init_cfg[0].type)]",
      'Expected: one of Cube, Disk, Square.',
    ].join('\n'),
  );
});

test('a near name in another scope is suggested with its scope', () => {
  const SHAPES = shapes();
  const solids = new Registry<Shape>('solids', { scope: 'solid', parent: SHAPES });
  solids.add('Cube', Disk);
  assert.match(refusal(() => SHAPES.require('Cub')).message, "did you mean 'solid.Cube'?");
});

test('an unknown scope is told with the scopes there are', () => {
  const SHAPES = shapes();
  SHAPES.add('Square', Square);
  const error = refusal(() => SHAPES.require('geom.Square'));
  for (const part of ['scope', 'geo', "did you mean 'Square'?"]) assert.match(error.message, part);
});

test('an unknown name in an empty or a huge registry has a short message', () => {
  const SHAPES = shapes();
  assert.match(refusal(() => SHAPES.require('X')).message, 'nothing is registered');
  for (let index = 0; index < 500; index++) SHAPES.add(`Name${index}`, Square);
  const error = refusal(() => SHAPES.require('y'.repeat(10_000)));
  assert.match(error.message, /and 460 more/);
  assert.ok(error.message.length < 1000);
});

test('entries hold class, scope and schema, for code generation', () => {
  const SHAPES = shapes();
  const options: OptionsSchema = { side: { type: 'number', default: 1, description: 'Length of a side.' } };
  SHAPES.add('Square', Square, { options, description: 'Four equal sides.' });
  const [entry] = SHAPES.entries();
  assert.is(entry?.value, Square as RegistryClass<Shape>);
  assert.is(entry?.scope, 'geo');
  assert.equal(entry?.schema, { description: 'Four equal sides.', options });
  assert.equal(JSON.parse(JSON.stringify(entry?.schema)), { description: 'Four equal sides.', options });
});

test.run();
