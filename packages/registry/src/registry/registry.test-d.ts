import type { RegistryValue } from './container.js';
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

const SHAPES = new Registry<Shape>('shapes');

const byName = SHAPES.build({ type: 'Square', side: 1 });
const byClass = SHAPES.build({ type: Square, side: 1 });
const loaded: Readonly<Record<string, unknown>> = { type: 'Square' };
const fromData = SHAPES.build(loaded);
const found = SHAPES.get('Square');
const registered = SHAPES.register('Square', Square);

export const checks: readonly true[] = [
  true satisfies Equals<typeof byName, Shape>,
  true satisfies Equals<typeof byClass, Square>,
  true satisfies Equals<typeof fromData, Shape>,
  true satisfies Equals<typeof found, RegistryValue<Shape> | undefined>,
  true satisfies Equals<typeof registered, typeof Square>,
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
// @ts-expect-error a parent holds the same kind of thing
new Registry<Sound>('sounds', { parent: SHAPES });
// @ts-expect-error a config node is a mapping
SHAPES.build('Square');
// @ts-expect-error a name is a string
SHAPES.get(3);
