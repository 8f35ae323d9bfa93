import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkClassOptions, type OptionsSchema, Registry } from '../index.js';

const test = suite('describing entries');

class Shape {
  static readonly options: OptionsSchema = { color: { type: 'string' } };
  readonly given: object;
  constructor(options: object) {
    checkClassOptions(new.target, { ...options }, { type: new.target.name });
    this.given = options;
  }
}

class Disk extends Shape {
  readonly radius: number;
  constructor(options: { readonly radius: number; readonly color?: string }) {
    super(options);
    this.radius = options.radius;
  }
}

class Dot extends Shape {}

function shapes(): Registry<Shape> {
  const registry = new Registry<Shape>('shape');
  registry.add(
    ['Disk', 'Circle'],
    class extends Disk {
      // A class of its own for each test: describing changes it.
      constructor(options: { readonly radius: number }) {
        super(options);
      }
    },
  );
  registry.add('Dot', Dot);
  return registry;
}

test('a class with a constructor of its own may take more than it inherits; what is inherited is checked', () => {
  const registry = shapes();
  assert.equal((registry.build({ type: 'Disk', radius: 2 }) as Disk).radius, 2);
  assert.throws(() => registry.build({ type: 'Disk', radius: 2, color: 3 }), /'color' of 'Disk'/);
});

test('a class without a constructor takes what it inherits, and nothing else', () => {
  assert.throws(
    () => shapes().build({ type: 'Dot', colour: 'red' }),
    /no option 'colour': did you mean 'color'|no option 'colour'/,
  );
});

test('once described, options beside those described are refused, under aliases too', () => {
  const registry = shapes();
  registry.describe('Disk', { options: { radius: { type: 'number', required: true }, color: { type: 'string' } } });
  for (const type of ['Disk', 'Circle']) {
    assert.equal((registry.build({ type, radius: 2, color: 'red' }) as Disk).radius, 2);
    assert.throws(() => registry.build({ type, radius: 2, raduis: 3 }), /no option 'raduis'/);
    assert.throws(() => registry.build({ type }), /radius/);
  }
  // Its constructor sees what was described: nobody gets round it by calling that.
  const { value } = registry.require('Disk');
  assert.throws(() => new (value as unknown as typeof Disk)({ radius: 'x' as never }), /'radius'/);
});

test('describing what is not there is an error, and describing twice takes the later', () => {
  const registry = shapes();
  assert.throws(() => registry.describe('Square', {}), /Square/);
  registry.describe('Disk', { description: 'Round.', options: { radius: { type: 'number' } } });
  registry.describe('Disk', { description: 'Rounder.' });
  assert.is(registry.require('Circle').schema.description, 'Rounder.');
  assert.equal(registry.require('Circle').schema.options, { radius: { type: 'number' } });
});

test.run();
