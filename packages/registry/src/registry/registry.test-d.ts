import type { RegistryValue, ServiceContainer } from './container.js';
import { partial } from './partial.js';
import { Registry } from './registry.js';

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

interface Shape {
  readonly area: number;
}

class Square implements Shape {
  readonly area: number;
  readonly side: number;
  constructor({ side }: { side: number }) {
    this.side = side;
    this.area = side * side;
  }
}

class Sound {
  readonly pitch: number = 1;
}

function disk({ radius }: { radius: number }): Shape & { readonly round: true } {
  return { area: 3 * radius, round: true };
}

const SHAPES = new Registry<Shape>('shapes');

const byName = SHAPES.build({ type: 'Square', side: 1 });
const byClass = SHAPES.build({ type: Square, side: 1 });
const byFunction = SHAPES.build({ type: disk, radius: 1 });
const asked = SHAPES.build<Square>({ type: 'Square', side: 1 });
const loaded: Readonly<Record<string, unknown>> = { type: 'Square' };
const fromData = SHAPES.build(loaded);
const fromConfig = SHAPES.build({ value: loaded, origin: () => ({ line: 1 }) });
const later = SHAPES.buildAsync({ type: 'Square', side: 1 });
const classLater = SHAPES.buildAsync({ type: Square, side: 1 });
const found = SHAPES.get('Square');
const foundLater = SHAPES.getAsync('Square');
const registered = SHAPES.register('Square', Square);
const added = SHAPES.add('disk', disk);
const handed = SHAPES.register('disk')(disk);
const small = SHAPES.build({ type: partial(Square, { side: 1 }) });
const switched = SHAPES.switchScopeAndRegistry('geo', (registry) => registry);
const awaited = SHAPES.switchScopeAndRegistry(null, async () => 1);

export const checks: readonly true[] = [
  true satisfies Equals<typeof byName, Shape>,
  true satisfies Equals<typeof byClass, Square>,
  true satisfies Equals<typeof byFunction, Shape & { readonly round: true }>,
  true satisfies Equals<typeof asked, Square>,
  true satisfies Equals<typeof fromData, Shape>,
  true satisfies Equals<typeof fromConfig, Shape>,
  true satisfies Equals<typeof later, Promise<Shape>>,
  true satisfies Equals<typeof classLater, Promise<Square>>,
  true satisfies Equals<typeof found, RegistryValue<Shape> | undefined>,
  true satisfies Equals<typeof foundLater, Promise<RegistryValue<Shape> | undefined>>,
  true satisfies Equals<typeof registered, typeof Square>,
  true satisfies Equals<typeof added, typeof disk>,
  true satisfies Equals<typeof handed, typeof disk>,
  true satisfies Equals<typeof small, Square>,
  true satisfies Equals<typeof switched, Registry<Shape>>,
  true satisfies Equals<typeof awaited, Promise<number>>,
  true satisfies Equals<typeof SHAPES.container, ServiceContainer>,
];

@SHAPES.register('Good')
export class Good implements Shape {
  readonly area: number = 1;
}

// @ts-expect-error a class that makes something else cannot be decorated
@SHAPES.register('Bad')
export class Bad {
  readonly volume: number = 1;
}

// @ts-expect-error nor registered by a call
SHAPES.register('Sound', Sound);
// @ts-expect-error nor can a function that returns something else
SHAPES.add('sound', () => new Sound());
// @ts-expect-error nor one that is handed to the decorator
SHAPES.register('sound')(() => new Sound());
// @ts-expect-error what is asked for is what the registry holds
SHAPES.build<Sound>({ type: 'Sound' });
// @ts-expect-error a parent holds the same kind of thing
new Registry<Sound>('sounds', { parent: SHAPES });
// @ts-expect-error a config node is a mapping
SHAPES.build('Square');
// @ts-expect-error a name is a string
SHAPES.get(3);
// @ts-expect-error a scope is a string
SHAPES.build({ type: 'Square', _scope_: 3, side: 1 } satisfies import('./build.js').ConfigNode);
// @ts-expect-error default arguments are a mapping
SHAPES.build({ type: 'Square' }, { defaultArgs: 3 });
// @ts-expect-error a location is a function, a URL or a string
new Registry<Shape>('shapes', { locations: [3] });
// @ts-expect-error a build function gives what the registry holds
new Registry<Shape>('shapes', { build: () => new Sound() });
