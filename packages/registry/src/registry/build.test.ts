import * as fc from 'fast-check';
import { ContainerModule } from 'inversify';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ConfigError, IncipitError, RegistryError } from '../errors.js';
import type { OptionsSchema } from '../schema/entry.js';
import type { ServiceId } from './container.js';
import { Registry } from './registry.js';

const test = suite('build');

interface Noise {
  readonly std: number;
}

class Normal implements Noise {
  static readonly className: string = 'Normal';
  static readonly options: OptionsSchema = {
    std: { type: 'number', minimum: 0, default: 1 },
    layer: { type: 'array', items: { type: 'string' } },
  };
  readonly std: number;
  readonly given: object;
  constructor(options: { std?: number; layer?: readonly string[] }) {
    this.std = options.std ?? 1;
    this.given = options;
  }
}

/** A class with no schema: its constructor judges. */
class Strict implements Noise {
  readonly std: number;
  constructor({ std = 1, cause }: { std?: number; cause?: unknown }) {
    if (cause !== undefined) throw cause;
    this.std = std;
  }
}

function noises(): Registry<Noise> {
  const NOISES = new Registry<Noise>('noises', { scope: 'core' });
  NOISES.add(undefined, Normal);
  NOISES.add('Strict', Strict);
  return NOISES;
}

const ORIGIN = { file: 'a.yaml', line: 3, key: 'init_cfg[0]' };

function refusal(act: () => unknown): IncipitError {
  try {
    act();
  } catch (error) {
    if (error instanceof IncipitError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('the options without type are the single argument of the constructor', () => {
  const built = noises().build({ type: 'Normal', std: 0.1, layer: ['a'] });
  assert.instance(built, Normal);
  assert.equal((built as Normal).given, { std: 0.1, layer: ['a'] });
});

test('building does not change the config, even a frozen one', () => {
  const cfg = Object.freeze({ type: 'core.Normal', std: 2, layer: Object.freeze(['a']) });
  const before = JSON.stringify(cfg);
  assert.is(noises().build(cfg).std, 2);
  assert.is(JSON.stringify(cfg), before);
});

test('the constructor gets an object of its own, not the config', () => {
  const cfg = { type: 'Normal', std: 2 };
  const built = noises().build(cfg) as Normal;
  assert.is.not(built.given, cfg);
});

test('a type can be a class, registered or not', () => {
  const NOISES = noises();
  class Unknown extends Normal {}
  const normal: Normal = NOISES.build({ type: Normal, std: 3 });
  assert.is(normal.std, 3);
  assert.instance(NOISES.build({ type: Unknown, std: 3 }), Unknown);
  assert.is(refusal(() => NOISES.build({ type: Unknown, sdt: 3 })).code, 'unknown-option');
});

test('a class given as type is checked against the schema it was registered with', () => {
  const NOISES = noises();
  class Bare extends Strict {}
  NOISES.add('Bare', Bare, { options: { std: { type: 'number' } } });
  const child = new Registry<Noise>('child', { parent: NOISES });
  assert.is(refusal(() => child.build({ type: Bare, other: 1 })).code, 'unknown-option');
});

test('options given with the registration stand in for the static ones', () => {
  const NOISES = noises();
  NOISES.add('Loose', Normal, { options: { other: { type: 'any' } } });
  assert.is(NOISES.build({ type: 'Loose', other: Number.NaN }).std, 1);
  assert.is(refusal(() => NOISES.build({ type: 'Loose', std: 1 })).code, 'unknown-option');
});

const BAD_NODES: readonly (readonly [string, unknown, string, string])[] = [
  ['a list', [{ type: 'Normal' }], 'bad-config', 'init_cfg[0]'],
  ['null', null, 'bad-config', 'init_cfg[0]'],
  ['a text', 'Normal', 'bad-config', 'init_cfg[0]'],
  ['a node without type', { std: 1 }, 'missing-type', 'init_cfg[0]'],
  ['a number as type', { type: 3 }, 'bad-type', 'init_cfg[0].type'],
  ['null as type', { type: null }, 'bad-type', 'init_cfg[0].type'],
  ['a list as type', { type: ['Normal'] }, 'bad-type', 'init_cfg[0].type'],
  ['a number as scope', { type: 'Normal', _scope_: 3 }, 'bad-scope-name', 'init_cfg[0]._scope_'],
  ['an unknown type', { type: 'Norml' }, 'unknown-type', 'init_cfg[0].type'],
  ['an unknown option', { type: 'Normal', sdt: 1 }, 'unknown-option', 'init_cfg[0].sdt'],
  ['a mistyped option', { type: 'Normal', std: '1' }, 'bad-option', 'init_cfg[0].std'],
  ['NaN', { type: 'Normal', std: Number.NaN }, 'bad-option', 'init_cfg[0].std'],
  ['a value out of range', { type: 'Normal', std: -1 }, 'bad-value', 'init_cfg[0].std'],
];

for (const [what, cfg, code, key] of BAD_NODES) {
  test(`${what} is refused as ${code}, with file, line and key`, () => {
    const error = refusal(() => noises().build(cfg as { type: string }, { origin: ORIGIN }));
    assert.is(error.code, code);
    assert.equal(error.origin, { file: 'a.yaml', line: 3, key });
    assert.match(error.message, `a.yaml:3 (${key})`);
  });
}

test('an origin can be looked up for each part', () => {
  const error = refusal(() =>
    noises().build(
      { type: 'Normal', std: '1' },
      { origin: (path) => ({ file: 'b.json', line: 10 + path.length, key: path.join('/') }) },
    ),
  );
  assert.equal(error.origin, { file: 'b.json', line: 11, key: 'std' });
});

test('a key that looks like type is pointed out', () => {
  assert.match(refusal(() => noises().build({ Type: 'Normal' })).fix ?? '', "instead of 'Type'");
  assert.match(refusal(() => noises().build({ tpye: 'Normal' })).fix ?? '', "instead of 'tpye'");
});

test('what a constructor throws is kept as cause, with name, class and origin around it', () => {
  const cause = new RangeError('boom');
  const error = refusal(() => noises().build({ type: 'Strict', cause }, { origin: ORIGIN }));
  assert.instance(error, RegistryError);
  assert.is(error.code, 'constructor-failed');
  assert.is(error.cause, cause);
  for (const part of ['Strict', 'boom', 'a.yaml:3']) assert.match(error.message, part);
});

test('the class is named where its name differs from the entry’s', () => {
  const NOISES = noises();
  NOISES.add('Alias', Strict);
  assert.match(refusal(() => NOISES.build({ type: 'Alias', cause: new Error('x') })).message, '(class Strict)');
});

test('something thrown that is no error is kept too', () => {
  const error = refusal(() => noises().build({ type: 'Strict', cause: 'just text' }));
  assert.is(error.cause, 'just text');
  assert.match(error.message, 'just text');
});

test('an error of ours keeps its code, its advice and the nearest origin', () => {
  const far = new ConfigError({ code: 'bad-slope', what: 'slope is -1', expected: 'more', fix: 'raise it' });
  const error = refusal(() => noises().build({ type: 'Strict', cause: far }, { origin: ORIGIN }));
  assert.instance(error, ConfigError);
  assert.is(error.code, 'bad-slope');
  assert.is(error.fix, 'raise it');
  assert.equal(error.origin, ORIGIN);
  const near = new ConfigError({ code: 'x', what: 'y', origin: { key: 'inner' } });
  assert.equal(refusal(() => noises().build({ type: 'Strict', cause: near }, { origin: ORIGIN })).origin, {
    key: 'inner',
  });
});

test('a registry with a build of its own uses it, and its children do', () => {
  const seen: unknown[] = [];
  const NOISES = new Registry<Noise>('noises', {
    build: (cfg, context, registry) => {
      seen.push([cfg, context.origin, registry.scope]);
      return { std: 5 };
    },
  });
  const child = new Registry<Noise>('child', { parent: NOISES });
  const plain = new Registry<Noise>('plain', { parent: NOISES, build: () => ({ std: 6 }) });
  assert.is(child.build({ any: 1 }, { origin: ORIGIN }).std, 5);
  assert.equal(seen, [[{ any: 1 }, ORIGIN, 'child']]);
  assert.is(plain.build({ type: 'x' }).std, 6);
});

class Clock {
  now(): number {
    return 7;
  }
}

class Timed implements Noise {
  static readonly inject: readonly ServiceId[] = [Clock, 'unit'];
  readonly std: number;
  readonly unit: string;
  constructor(_options: object, clock: Clock, unit: string) {
    this.std = clock.now();
    this.unit = unit;
  }
}

test('a class gets the services that it asks for, after its options', () => {
  const NOISES = noises();
  NOISES.container.bind(Clock).toConstantValue(new Clock());
  NOISES.container.bind('unit').toConstantValue('s');
  NOISES.add('Timed', Timed);
  const built = NOISES.build({ type: 'Timed' }) as Timed;
  assert.is(built.std, 7);
  assert.is(built.unit, 's');
  assert.is((NOISES.build({ type: class extends Timed {} }) as Timed).unit, 's');
});

test('services are bound when something is built, so later bindings and their scopes count', () => {
  const NOISES = noises();
  NOISES.add('Timed', Timed);
  let made = 0;
  NOISES.container.bind('unit').toConstantValue('s');
  NOISES.container.bind(Clock).toDynamicValue(() => {
    made += 1;
    return new Clock();
  });
  NOISES.build({ type: 'Timed' });
  NOISES.build({ type: 'Timed' });
  assert.is(made, 2);
});

test('a child finds the services of its parent', () => {
  const NOISES = noises();
  NOISES.container.bind(Clock).toConstantValue(new Clock());
  const child = new Registry<Noise>('child', { parent: NOISES });
  child.container.bind('unit').toConstantValue('s');
  child.add('Timed', Timed);
  assert.is(child.build({ type: 'Timed' }).std, 7);
});

test('a service without a binding is an error that says where to bind it', () => {
  const NOISES = noises();
  NOISES.add('Timed', Timed);
  for (const type of ['Timed', Timed]) {
    const error = refusal(() => NOISES.build({ type }));
    assert.is(error.code, 'missing-service');
    for (const part of ['Timed', 'Clock', 'container.bind']) assert.match(error.message, part);
    assert.instance(error.cause, Error);
  }
});

test('every name is bound in the container to a factory', () => {
  const NOISES = noises();
  const make = NOISES.container.get<(options: object) => Noise>('Normal');
  assert.is(make({ std: 4 }).std, 4);
});

test('building goes through the container, so that a binding can be replaced there', () => {
  const NOISES = noises();
  const double = (options: { std: number }): Noise => ({ std: options.std * 2 });
  NOISES.container.unbind('Normal');
  NOISES.container.bind('Normal').toConstantValue(double);
  assert.is(NOISES.build({ type: 'Normal', std: 4 }).std, 8);
});

test('a binding replaced after something was built is used from then on, however it was replaced', async () => {
  const NOISES = noises();
  const { container } = NOISES;
  const fixed = (std: number) => (): Noise => ({ std });
  const std = (): number => NOISES.build({ type: 'Normal', std: 4 }).std;
  assert.is(std(), 4);
  container.rebind('Normal').toConstantValue(fixed(5));
  assert.is(std(), 5);
  container.snapshot();
  await container.unbindAsync('Normal');
  container.load(new ContainerModule(({ bind }) => void bind('Normal').toConstantValue(fixed(6))));
  assert.is(std(), 6);
  container.restore();
  assert.is(std(), 5);
  container.unbindAll();
  assert.is(refusal(std).code, 'missing-service');
});

test('any text can be a name, and is found under it', () => {
  const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'a.b', '', '.'));
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 5 }), (names) => {
      const NOISES = new Registry<Noise>('noises', { scope: 'core' });
      for (const one of names) NOISES.add(one, () => ({ std: names.indexOf(one) }));
      for (const [index, one] of names.entries()) {
        assert.is(NOISES.build({ type: `core.${one}` }).std, index);
        if (!one.includes('.')) assert.is(NOISES.build({ type: one }).std, index);
      }
      assert.equal(NOISES.keys(), names);
      if (!names.includes('valueOf')) assert.is(NOISES.get('valueOf'), undefined);
    }),
  );
});

test.run();
