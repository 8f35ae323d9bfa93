import type { ConfigError } from '@incipit/registry';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Law } from '../ir/law.js';
import type { ParameterSpec } from '../ir/parameter.js';
import { BASE_INIT_OPTIONS, BaseInit } from './base-init.js';
import { biasInitWithProb } from './bias-init-with-prob.js';
import { BUILT_IN_INITIALIZERS } from './built-in.js';
import type { Assignment, InitializerContext, ModuleInitializer } from './initializer.js';
import { WEIGHT_INITIALIZERS } from './registry.js';

const WEIGHT: ParameterSpec = {
  path: 'conv.weight',
  role: 'weight',
  nativeName: 'weight',
  shape: [16, 8, 3, 3],
  dtype: 'float32',
  trainable: true,
  axes: ['out', 'in', 'spatial', 'spatial'],
};
const BIAS: ParameterSpec = { ...WEIGHT, path: 'conv.bias', role: 'bias', nativeName: 'bias', shape: [16] };
const CONTEXT: InitializerContext = { fanMode: 'axes', warn: () => {} };

function build(cfg: object): ModuleInitializer {
  const initializer = WEIGHT_INITIALIZERS.build(cfg as { type: string });
  assert.is(initializer.scope, 'module');
  return initializer as ModuleInitializer;
}

/** The functions of torch.nn.init on torch.empty(16, 8, 3, 3), and mmengine's defaults. */
const LAWS: readonly (readonly [object, Law])[] = [
  [
    { type: 'Constant', val: 3 },
    { kind: 'constant', value: 3 },
  ],
  [{ type: 'Normal' }, { kind: 'normal', mean: 0, std: 1 }],
  [
    { type: 'Normal', mean: 1, std: 0 },
    { kind: 'normal', mean: 1, std: 0 },
  ],
  [{ type: 'Uniform' }, { kind: 'uniform', low: 0, high: 1 }],
  [
    { type: 'Uniform', a: -1, b: 0 },
    { kind: 'uniform', low: -1, high: 0 },
  ],
  [
    { type: 'TruncNormal', std: 0.02 },
    { kind: 'truncated-normal', mean: 0, std: 0.02, low: -2, high: 2 },
  ],
  // xavier_normal_: std = gain * sqrt(2 / (72 + 144))
  [
    { type: 'Xavier', gain: 0.5 },
    { kind: 'normal', mean: 0, std: 0.048112522432468816 },
  ],
  [
    { type: 'Xavier', distribution: 'uniform' },
    { kind: 'uniform', low: -0.16666666666666666, high: 0.16666666666666666 },
  ],
  // kaiming_normal_(mode='fan_out', nonlinearity='relu')
  [{ type: 'Kaiming' }, { kind: 'normal', mean: 0, std: 0.11785113019775793 }],
  [
    { type: 'Kaiming', mode: 'FAN_IN', nonlinearity: 'leaky_relu', a: 0.2, distribution: 'uniform' },
    { kind: 'uniform', low: -0.28306925853614895, high: 0.28306925853614895 },
  ],
  // kaiming_uniform_(a=1, mode='fan_in', nonlinearity='leaky_relu'): bound = sqrt(3 / 72)
  [{ type: 'Caffe2Xavier' }, { kind: 'uniform', low: -0.2041241452319315, high: 0.2041241452319315 }],
];

for (const [cfg, law] of LAWS) {
  test(`${JSON.stringify(cfg)} gives a weight the law of the original`, () => {
    const got = build(cfg).assign(WEIGHT, CONTEXT)?.law as Law;
    assert.is(got.kind, law.kind);
    for (const [name, value] of Object.entries(law)) {
      const number = (got as unknown as Record<string, number>)[name];
      if (typeof value !== 'number' || number === undefined) continue;
      assert.ok(Math.abs(number - value) <= 1e-12 * Math.abs(value), `${name}: ${number} is not ${value}`);
    }
  });
}

test('fans and gain are told beside the law', () => {
  const assignment = build({ type: 'Kaiming', nonlinearity: 'tanh' }).assign(WEIGHT, CONTEXT);
  assert.equal(assignment?.fans, { fanIn: 72, fanOut: 144 });
  assert.is(assignment?.gain, 5 / 3);
});

for (const { type, extra } of [
  { type: 'Constant', extra: { val: 1 } },
  { type: 'Xavier', extra: {} },
  { type: 'Normal', extra: {} },
  { type: 'TruncNormal', extra: {} },
  { type: 'Uniform', extra: {} },
  { type: 'Kaiming', extra: {} },
  { type: 'Caffe2Xavier', extra: {} },
  { type: 'Orthogonal', extra: {} },
  { type: 'DeltaOrthogonal', extra: {} },
]) {
  test(`${type} sets a bias to 0, to 'bias', or to what 'bias_prob' calls for, and leaves other roles alone`, () => {
    const bias = (options: object): unknown => build({ type, ...extra, ...options }).assign(BIAS, CONTEXT)?.law;
    assert.equal(bias({}), { kind: 'constant', value: 0 });
    assert.equal(bias({ bias: 2.5 }), { kind: 'constant', value: 2.5 });
    // float(-np.log((1 - 0.01) / 0.01))
    assert.equal(bias({ bias: 7, bias_prob: 0.01 }), { kind: 'constant', value: -4.59511985013459 });
    const running = { ...BIAS, role: 'running_mean' };
    assert.is(build({ type, ...extra }).assign(running, CONTEXT), undefined);
  });
}

test('options are told as given, with the defaults filled in', () => {
  assert.equal(build({ type: 'Kaiming', layer: 'Conv2d', a: 0.1 }).options, {
    a: 0.1,
    mode: 'fan_out',
    nonlinearity: 'relu',
    distribution: 'normal',
    bias: 0,
    layer: 'Conv2d',
  });
});

test('a mean far outside the bounds of a truncated normal is warned of, one inside is not', () => {
  const warnings: string[] = [];
  const context: InitializerContext = {
    fanMode: 'axes',
    warn: (code, _message, path) => warnings.push(`${code} ${path}`),
  };
  build({ type: 'TruncNormal', mean: 3, std: 0.5 }).assign(WEIGHT, context);
  assert.equal(warnings, []);
  build({ type: 'TruncNormal', mean: 3.1, std: 0.5 }).assign(WEIGHT, context);
  assert.equal(warnings, ['trunc-mean-far conv.weight']);
});

const REFUSED: readonly (readonly [object, string, RegExp])[] = [
  [{ type: 'Kaimin' }, 'unknown-type', /'Kaiming'/],
  [{ type: 'Constant' }, 'missing-option', /'val'/],
  [{ type: 'Normal', sdt: 1 }, 'unknown-option', /'std'/],
  [{ type: 'Normal', std: '1' }, 'bad-option', /'std'/],
  [{ type: 'Normal', std: -1 }, 'bad-value', /'std'/],
  [{ type: 'Normal', std: Number.NaN }, 'bad-option', /'std'/],
  [{ type: 'Normal', bias: null }, 'bad-option', /'bias'/],
  [{ type: 'Normal', bias: true }, 'bad-option', /'bias'/],
  [{ type: 'TruncNormal', std: 0 }, 'bad-value', /'std'/],
  [{ type: 'TruncNormal', a: 1, b: -1 }, 'bad-bounds', /exchange/],
  [{ type: 'Uniform', a: 1, b: 1 }, 'bad-bounds', /Constant/],
  [{ type: 'Xavier', gain: -1 }, 'bad-value', /'gain'/],
  [{ type: 'Xavier', distribution: 'student' }, 'bad-value', /'distribution'/],
  [{ type: 'Kaiming', mode: 'fan_avg' }, 'bad-value', /fan_in/],
  [{ type: 'Kaiming', nonlinearity: 'gelu' }, 'bad-value', /'nonlinearity'/],
  [{ type: 'Caffe2Xavier', mode: 'fan_out' }, 'unknown-option', /'mode'/],
  ...[0, 1, 1.5, -0.5].map((p): [object, string, RegExp] => [
    { type: 'Normal', bias_prob: p },
    'bad-value',
    /'bias_prob'/,
  ]),
  [{ type: 'Normal', bias_prob: '0.1' }, 'bad-option', /'bias_prob'/],
  [{ type: 'Normal', layer: 5 }, 'bad-option', /'layer'/],
];

for (const [cfg, code, message] of REFUSED) {
  test(`${JSON.stringify(cfg)} is refused as ${code}`, () => {
    try {
      build(cfg);
      assert.unreachable('it was built');
    } catch (error) {
      assert.is((error as ConfigError).code, code);
      assert.match((error as ConfigError).message, message);
    }
  });
}

test('a prior probability outside (0, 1) is refused, one inside is exact', () => {
  assert.is(biasInitWithProb(0.5), 0);
  assert.is(biasInitWithProb(0.01), -4.59511985013459);
  for (const p of [0, 1, -1, Number.NaN]) assert.throws(() => biasInitWithProb(p), /above 0 and below 1/);
});

test('every built-in class is registered under its own type', () => {
  for (const type of BUILT_IN_INITIALIZERS) {
    const entry = WEIGHT_INITIALIZERS.entries().find((candidate) => candidate.value === type);
    assert.ok(entry, String(Reflect.get(type, 'className')));
    assert.is(`${entry.name}Init`, Reflect.get(type, 'className'));
  }
});

test('a class of the user composes laws under its own name and options', () => {
  @WEIGHT_INITIALIZERS.register('TestLecun')
  class LecunInit extends BaseInit {
    static override readonly className = 'LecunInit';
    static override readonly options = { scale: { type: 'number', default: 1 } as const, ...BASE_INIT_OPTIONS };
    readonly type = 'TestLecun';
    readonly scale: number;

    constructor(options: { readonly scale?: number; readonly bias?: number } = {}) {
      super(options);
      this.scale = options.scale ?? 1;
    }

    weightLaw(): Assignment {
      return { law: { kind: 'normal', mean: 0, std: this.scale } };
    }
  }
  assert.equal(build({ type: 'TestLecun', scale: 2 }).assign(WEIGHT, CONTEXT)?.law, {
    kind: 'normal',
    mean: 0,
    std: 2,
  });
  assert.instance(build({ type: 'TestLecun' }), LecunInit);
  assert.throws(() => build({ type: 'TestLecun', scael: 2 }), /'scale'/);
});

test.run();
