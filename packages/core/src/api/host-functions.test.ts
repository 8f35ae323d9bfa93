import type { OptionsSchema } from '@incipit/registry';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BASE_INIT_OPTIONS, type BaseInitOptions } from '../initializers/base-init.js';
import { HostInit } from '../initializers/host-init.js';
import { WEIGHT_INITIALIZERS } from '../initializers/registry.js';
import type { HostParameter, HostRandom } from '../ir/host-function.js';
import type { Plan } from '../ir/plan.js';
import { Module } from '../model/module.js';
import { Parameter } from '../model/parameter.js';
import { execute, initialize, plan } from './initialize.js';

const test = suite('api/host-functions');

class Dense extends Module {
  static override readonly className: string = 'Dense';
  readonly weight = new Parameter([2, 3]);
  readonly bias = new Parameter([2]);
}

interface StepOptions extends BaseInitOptions {
  readonly step?: number;
}

const STEP_OPTIONS: OptionsSchema = { step: { type: 'number', default: 1 }, ...BASE_INIT_OPTIONS };

@WEIGHT_INITIALIZERS.register('TestSteps')
class StepsInit extends HostInit {
  static override readonly className = 'StepsInit';
  static override readonly options = STEP_OPTIONS;
  readonly type = 'TestSteps';
  readonly step: number;
  constructor(options: StepOptions = {}) {
    super(options);
    this.step = options.step ?? 1;
  }

  async fill(view: Float32Array, random: HostRandom, { shape }: HostParameter): Promise<void> {
    const noise = await random.draw({ kind: 'uniform', low: 0, high: 0.5 }, view.length);
    for (let i = 0; i < view.length; i++) view[i] = i * this.step + (shape[0] ?? 0) * 100 + (noise[i] ?? 0);
  }
}

class Scale {
  readonly factor: number = 7;
}

@WEIGHT_INITIALIZERS.register('TestServed')
class ServedInit extends HostInit {
  static override readonly className = 'ServedInit';
  static readonly inject = [Scale];
  readonly type = 'TestServed';
  readonly #scale: Scale;
  constructor(options: BaseInitOptions, scale: Scale) {
    super(options);
    this.#scale = scale;
  }

  fill(view: Float32Array): void {
    view.fill(this.#scale.factor);
  }
}

// What `incipit codegen` writes for those who use it.
declare module '../generated/configs.js' {
  interface InitConfigs {
    readonly TestSteps: {
      readonly type: 'TestSteps';
      readonly layer: string;
      readonly step?: number;
      readonly bias?: number;
    };
    readonly TestServed: { readonly type: 'TestServed'; readonly layer: string };
  }
}

const whole = (model: Dense): readonly number[] => model.weight.values().map(Math.floor);

test('an initializer fills weights with a function of its own, and nothing has to be passed by hand', async () => {
  const model = new Dense();
  const report = await initialize(model, { type: 'TestSteps', layer: 'Dense', step: 2, bias: 4 });
  assert.equal(whole(model), [200, 202, 204, 206, 208, 210]);
  assert.equal(model.bias.values(), [4, 4]);
  assert.equal(report.plan.steps[0]?.law, {
    kind: 'host',
    id: 'TestSteps',
    options: { step: 2, bias: 4, layer: 'Dense' },
  });
});

test('a plan that was saved runs where the class is registered, with the same values', async () => {
  const [model, elsewhere] = [new Dense(), new Dense()];
  const report = await initialize(model, { type: 'TestSteps', layer: 'Dense', step: 3 }, { seed: 5 });
  await execute(JSON.parse(JSON.stringify(report.plan)) as Plan, elsewhere);
  assert.equal(elsewhere.weight.bytes, model.weight.bytes);
});

test('each rule keeps its own options, and an initializer that is not registered works too', async () => {
  class Other extends Dense {
    static override readonly className = 'Other';
    readonly inner = new Dense();
  }
  class Unregistered extends StepsInit {
    override readonly type = 'Unregistered' as 'TestSteps';
  }
  const model = new Other();
  const rules = [new Unregistered({ layer: 'Other', step: 5 }), { type: Unregistered, layer: 'Dense', step: 10 }];
  await initialize(model, rules);
  assert.equal(whole(model.inner), [200, 210, 220, 230, 240, 250]);
  assert.equal(whole(model), [200, 210, 220, 230, 240, 250]);
  await initialize(model, rules.slice(0, 1));
  assert.equal(whole(model), [200, 205, 210, 215, 220, 225]);
  const saved = plan(model, rules);
  const failure = await execute(saved, model).catch((error: unknown) => error as Error);
  assert.match((failure as Error).message, "host function 'Unregistered'");
});

test('a function that is given by hand takes the place of the class', async () => {
  const model = new Dense();
  const hostFunctions = new Map([['TestSteps', (view: Float32Array) => void view.fill(9)]]);
  await initialize(model, { type: 'TestSteps', layer: 'Dense' }, { hostFunctions });
  assert.equal(model.weight.values(), [9, 9, 9, 9, 9, 9]);
});

test("an initializer takes services from its registry's container", async () => {
  const { container } = WEIGHT_INITIALIZERS;
  assert.is(WEIGHT_INITIALIZERS.get('TestServed'), ServedInit);
  const missing = await initialize(new Dense(), { type: 'TestServed', layer: 'Dense' }).catch((e: unknown) => e);
  assert.is((missing as { code?: string }).code, 'missing-service');
  container.bind(Scale).toConstantValue(new Scale());
  const model = new Dense();
  const { plan: made } = await initialize(model, { type: 'TestServed', layer: 'Dense' });
  assert.equal(model.weight.values(), [7, 7, 7, 7, 7, 7]);
  const elsewhere = new Dense();
  await execute(made, elsewhere);
  assert.equal(elsewhere.weight.values(), [7, 7, 7, 7, 7, 7]);
});

test.run();
