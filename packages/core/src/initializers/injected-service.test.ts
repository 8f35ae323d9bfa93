import type { OptionsSchema, ServiceId } from '@incipit/registry';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type IncipitError, Module, Parameter, plan } from '../index.js';
import { BASE_INIT_OPTIONS, BaseInit, type BaseInitOptions } from './base-init.js';
import type { Assignment } from './initializer.js';
import { WEIGHT_INITIALIZERS } from './registry.js';

const test = suite('injected service');

/** What a team keeps in one place: the std that its models were tuned with. */
class TunedWidths {
  readonly #stds: ReadonlyMap<number, number>;

  constructor(stds: ReadonlyMap<number, number>) {
    this.#stds = stds;
  }

  stdFor(width: number): number {
    return this.#stds.get(width) ?? 1;
  }
}

interface TunedOptions extends BaseInitOptions {
  readonly width: number;
}

@WEIGHT_INITIALIZERS.register('TestTuned')
class TunedInit extends BaseInit {
  static override readonly className = 'TunedInit';
  static override readonly options: OptionsSchema = {
    width: { type: 'integer', minimum: 1, required: true },
    ...BASE_INIT_OPTIONS,
  };
  static readonly inject: readonly ServiceId[] = [TunedWidths];
  readonly type = 'TestTuned';
  readonly #std: number;

  constructor(options: TunedOptions, widths: TunedWidths) {
    super(options);
    this.#std = widths.stdFor(options.width);
  }

  weightLaw(): Assignment {
    return { law: { kind: 'normal', mean: 0, std: this.#std } };
  }
}

class Linear extends Module {
  static override readonly className = 'Linear';
  readonly weight = new Parameter([4, 4], { axes: ['out', 'in'] });
}

// What `incipit codegen` writes for those who use it.
declare module '../generated/configs.js' {
  interface InitConfigs {
    readonly TestTuned: { readonly type: 'TestTuned'; readonly layer: string; readonly width: number };
  }
}

const RULES = [{ type: 'TestTuned', layer: 'Linear', width: 64 }] as const;
const { container } = WEIGHT_INITIALIZERS;

test('a custom initializer gets a service from the container that users bind it in', () => {
  container.bind(TunedWidths).toConstantValue(new TunedWidths(new Map([[64, 0.25]])));
  try {
    const [step] = plan(new Linear(), RULES).steps;
    assert.equal(step?.law, { kind: 'normal', mean: 0, std: 0.25 });
    const other = WEIGHT_INITIALIZERS.build({ type: TunedInit, width: 8 });
    assert.instance(other, TunedInit);
  } finally {
    container.unbind(TunedWidths);
  }
});

test('the service that is bound when the plan is made counts', () => {
  for (const std of [0.5, 2]) {
    container.bind(TunedWidths).toConstantValue(new TunedWidths(new Map([[64, std]])));
    try {
      assert.equal(plan(new Linear(), RULES).steps[0]?.law, { kind: 'normal', mean: 0, std });
    } finally {
      container.unbind(TunedWidths);
    }
  }
});

test('without the service the error says what to bind, and where the rule stands', () => {
  try {
    plan(new Linear(), RULES);
    assert.unreachable();
  } catch (error) {
    const { code, message } = error as IncipitError;
    assert.is(code, 'missing-service');
    for (const part of ['TestTuned', 'TunedWidths', 'container.bind', 'in init_cfg']) assert.match(message, part);
  }
});

test.run();
