import { type OptionsSchema, Registry } from '@incipit/registry';
import { loadConfig } from '@incipit/registry/config';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { initWeights } from '../api/initialize.js';
import { BaseModule } from './base-module.js';
import { type ModuleDict, ModuleList, Sequential } from './containers.js';
import { MODELS, MODULE_OPTIONS } from './models.js';
import { Parameter } from './parameter.js';

const test = suite('model/models');

/** A registry below MODELS for one test: names of one test are unknown to the others. */
const ours = new Registry<object>('test models', { scope: 'test', parent: MODELS });

interface LinearOptions {
  readonly width: number;
  readonly init_cfg?: unknown;
}

@ours.register()
class Linear extends BaseModule {
  static override readonly className = 'Linear';
  static readonly options: OptionsSchema = {
    width: { type: 'integer', minimum: 1, required: true },
    ...MODULE_OPTIONS,
  };
  readonly weight: Parameter;
  constructor({ width, init_cfg }: LinearOptions) {
    super(init_cfg);
    this.weight = new Parameter([width, 2], { axes: ['out', 'in'] });
  }
}

@ours.register()
class Detector extends BaseModule {
  static override readonly className = 'Detector';
  readonly backbone: object;
  constructor({ backbone, init_cfg }: { backbone: Readonly<Record<string, unknown>>; init_cfg?: unknown }) {
    super(init_cfg);
    this.backbone = MODELS.build(backbone);
  }
}

const linear = (width: number): object => ({ type: 'test.Linear', width });
const constant = (val: number): object => ({ type: 'Constant', layer: 'Linear', val });

function thrown(action: () => unknown): { readonly code: string; readonly message: string } {
  try {
    action();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('nothing was thrown');
}

test('builds each container with the modules that its config nests', () => {
  const row = MODELS.build<Sequential>({ type: 'Sequential', modules: [linear(1), [linear(2), linear(3)]] });
  assert.instance(row, Sequential);
  const [first, second] = [...row.children()].map(([, child]) => child);
  assert.instance(first, Linear);
  assert.instance(second, Sequential);
  assert.instance(MODELS.build({ type: 'ModuleList', modules: [linear(1)] }), ModuleList);
  const dict = MODELS.build<ModuleDict>({ type: 'ModuleDict', modules: { head: linear(4) } });
  assert.equal((dict.get('head') as Linear).weight.shape, [4, 2]);
  assert.instance(MODELS.build({ type: 'BaseModule' }), BaseModule);
});

test('makes a Sequential of a list, in registries below it too', () => {
  for (const [registry, node] of [
    [MODELS, linear(2)],
    [ours, { type: 'Linear', width: 2 }],
  ] as const) {
    const built = registry.build([node, node] as never);
    assert.instance(built, Sequential);
    assert.equal([...(built as Sequential).children()].length, 2);
  }
});

test('takes modules as they are, and containers by class', () => {
  const made = new Linear({ width: 5 });
  const row = MODELS.build<Sequential>({ type: Sequential as never, modules: [made] });
  assert.is([...row.children()][0]?.[1], made);
});

test('hands init_cfg of every node on: the inner rule beats the outer one', async () => {
  const model = MODELS.build<Sequential>({
    type: 'Sequential',
    init_cfg: constant(1),
    modules: [linear(1), { type: 'ModuleList', modules: [linear(1)], init_cfg: [constant(2)] }],
  });
  const report = await initWeights(model);
  assert.equal(
    report.plan.steps.map(({ path, provenance }) => [path, provenance.options, provenance.rule?.node]),
    [
      ['0.weight', { bias: 0, layer: 'Linear', val: 1 }, ''],
      ['1.0.weight', { bias: 0, layer: 'Linear', val: 2 }, '1'],
    ],
  );
});

test('says where in the file a nested node is wrong, whoever builds it', async () => {
  const text = [
    'type: Sequential',
    'modules:',
    '  - type: test.Detector',
    '    backbone:',
    '      type: Sequential',
    '      modules:',
    '        - { type: test.Linear, width: 3, init_cgf: [] }',
  ];
  const config = await loadConfig(text.join('\n'), { file: 'model.yaml' });
  const error = thrown(() => MODELS.build(config));
  assert.match(error.message, 'model.yaml:7');
  assert.match(error.message, "did you mean 'init_cfg'?");
  text[6] = '        - { type: test.Linear, width: 3 }';
  const right = MODELS.build<Sequential>(await loadConfig(text.join('\n'), { file: 'model.yaml' }));
  assert.instance([...right.children()][0]?.[1], Detector);
});

test('plans and errors of initWeights say where in the file an init_cfg was written', async () => {
  const text = [
    'type: Sequential',
    'modules:',
    '  - type: test.Linear',
    '    width: 2',
    '    init_cfg:',
    '      - { type: Constant, layer: Linear, val: 3 }',
  ];
  const model = MODELS.build<Sequential>(await loadConfig(text.join('\n'), { file: 'model.yaml' }));
  const { plan } = await initWeights(model);
  const key = 'modules[0].init_cfg[0]';
  assert.equal(plan.steps[0]?.provenance.origin, { file: 'model.yaml', key, line: 6 });
  text[5] = '      - { type: Constan, layer: Linear, val: 3 }';
  const wrong = MODELS.build<Sequential>(await loadConfig(text.join('\n'), { file: 'model.yaml' }));
  const error = await initWeights(wrong).catch((reason: unknown) => reason as Error);
  assert.match((error as Error).message, 'model.yaml:6');
});

test('refuses what is no module, and options that no container has', () => {
  ours.register('Other', class Other {}, { force: true });
  assert.is(thrown(() => MODELS.build({ type: 'Sequential', modules: [{ type: 'test.Other' }] })).code, 'not-a-module');
  const unknown = thrown(() => MODELS.build({ type: 'Sequential', module: [] }));
  assert.is(unknown.code, 'unknown-option');
  assert.match(unknown.message, "did you mean 'modules'?");
  assert.is(thrown(() => MODELS.build({ type: 'ModuleDict', modules: [linear(1)] })).code, 'bad-option');
});

test.run();
