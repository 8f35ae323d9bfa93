import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { EntryKind, RegistryValue } from './container.js';
import { kindOfValue } from './entry-kind.js';
import { partial } from './partial.js';
import { Registry } from './registry.js';

const test = suite('entry kind');

function Plain(options: unknown): unknown {
  return options;
}

/** What compilers make of a class for old engines. */
function Old(this: { given: unknown }, options: unknown): void {
  this.given = options;
}
Old.prototype.read = function (this: { given: unknown }): unknown {
  return this.given;
};

const KINDS: readonly (readonly [string, RegistryValue<unknown>, EntryKind])[] = [
  ['a class', class {}, 'class'],
  ['a derived class', class extends Map {}, 'class'],
  ['a constructor of the platform', Map, 'class'],
  ['a compiled class', Old, 'class'],
  ['an arrow function', () => 1, 'function'],
  ['an async function', async () => 1, 'function'],
  ['a function', Plain, 'function'],
  ['a bound function', Plain.bind(null), 'function'],
  ['a method', { run: () => 1 }.run, 'function'],
  ['a generator', function* made(): Generator {}, 'function'],
  ['a partial', partial(Map, {}), 'function'],
];

for (const [what, value, kind] of KINDS) {
  test(`${what} is a ${kind}`, () => assert.is(kindOfValue(value), kind));
}

test('functions are called with the options, and with the services they ask for', () => {
  const THINGS = new Registry<unknown>('things');
  THINGS.container.bind('clock').toConstantValue(7);
  const timed = Object.assign((options: object, clock: number) => ({ ...options, clock }), { inject: ['clock'] });
  assert.is(THINGS.register('Timed', timed), timed);
  THINGS.register()(Plain);
  assert.equal(THINGS.build({ type: 'Timed', a: 1 }), { a: 1, clock: 7 });
  assert.equal(THINGS.build({ type: 'Plain', a: 1 }), { a: 1 });
  assert.equal(THINGS.build({ type: (options: object) => [options], a: 1 }), [{ a: 1 }]);
  assert.is(THINGS.entry('Plain')?.kind, 'function');
});

test('a function’s options are checked like a class’s', () => {
  const THINGS = new Registry<unknown>('things');
  THINGS.add('Plain', Plain, { options: { a: { type: 'number' } } });
  assert.equal(THINGS.build({ type: 'Plain', a: 1 }), { a: 1 });
  assert.throws(() => THINGS.build({ type: 'Plain', b: 1 }), /no option 'b'/);
});

test('the kind can be said where it is told wrongly', () => {
  const THINGS = new Registry<unknown>('things');
  const Hidden = new Proxy(class Hidden {}, {});
  THINGS.add('Hidden', Hidden, { kind: 'class' });
  assert.instance(THINGS.build({ type: 'Hidden' }), Hidden);
});

test('a partial has some options given, others win, and what is given is needed no more', () => {
  class Net {
    static readonly options = { depth: { type: 'integer', required: true }, wide: { type: 'boolean' } } as const;
    readonly given: object;
    constructor(options: { readonly depth: number; readonly wide?: boolean }) {
      this.given = options;
    }
  }
  const THINGS = new Registry<Net>('things');
  THINGS.add('Small', partial(Net, { depth: 3 }));
  assert.equal(THINGS.build({ type: 'Small', wide: true }).given, { depth: 3, wide: true });
  assert.equal(THINGS.build({ type: 'Small', depth: 4 }).given, { depth: 4 });
  assert.throws(() => THINGS.build({ type: 'Small', depth: 'deep' }), /'depth'/);
  assert.throws(() => THINGS.add(undefined, partial(Net, {})), /no name/);
});

test.run();
