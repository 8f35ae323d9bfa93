import {
  biasInitWithProb,
  calculateGain,
  computeFans,
  type InitializerContext,
  KaimingInit,
  type Law,
  lawMoments,
  meanIsFar,
  type ParameterSpec,
  TruncNormalInit,
  truncNormalUniformBounds,
  XavierInit,
} from './core.js';

type Input = Readonly<Record<string, unknown>>;

/** torch's fans; warnings of formulas are not part of the answers. */
const TORCH: InitializerContext = { fanMode: 'torch', warn: () => {} };

/** The closed formulas of S4, by the name behind `formula.`. */
export const FORMULAS: ReadonlyMap<string, (input: Input) => unknown> = new Map<string, (input: Input) => unknown>([
  ['fans', fans],
  ['gain', ({ nonlinearity, param }) => calculateGain(nonlinearity as string, param as number | undefined)],
  ['kaiming', kaiming],
  ['xavier', xavier],
  ['bias_init_with_prob', ({ p }) => biasInitWithProb(p as number)],
  ['trunc_normal_uniform_bounds', truncNormalBounds],
  ['trunc_normal_moments', truncNormalMoments],
]);

function weight(shape: unknown): ParameterSpec {
  return {
    path: 'weight',
    role: 'weight',
    nativeName: 'weight',
    shape: shape as readonly number[],
    dtype: 'float32',
    trainable: true,
  };
}

function fans({ shape }: Input): readonly number[] {
  const { fanIn, fanOut } = computeFans(weight(shape), 'torch');
  return [fanIn, fanOut];
}

/** torch returns before it looks at any argument when there is nothing to fill. */
function kaiming({ shape, ...options }: Input): unknown {
  if ((shape as readonly number[]).includes(0)) return { noop: true };
  return numbersOf(new KaimingInit(options).weightLaw(weight(shape), TORCH).law);
}

function xavier({ shape, ...options }: Input): unknown {
  const initializer = new XavierInit(options);
  const { fanIn, fanOut } = computeFans(weight(shape), 'torch');
  if (fanIn + fanOut === 0) return { noop: true };
  return numbersOf(initializer.weightLaw(weight(shape), TORCH).law);
}

function numbersOf(law: Law): unknown {
  if (law.kind === 'normal') return { mean: law.mean, std: law.std };
  if (law.kind === 'uniform') return { low: law.low, high: law.high };
  throw new Error(`a formula led to the law '${law.kind}'`);
}

interface Truncation {
  readonly mean: number;
  readonly std: number;
  readonly low: number;
  readonly high: number;
}

function truncation({ mean, std, a, b }: Input): Truncation {
  // The initializer refuses a standard deviation that the formula would divide by.
  const checked = new TruncNormalInit({ mean: mean as number, std: std as number });
  return { mean: checked.mean, std: checked.std, low: a as number, high: b as number };
}

function truncNormalBounds(input: Input): unknown {
  const law = truncation(input);
  const warns = meanIsFar(law.mean, law.std, law.low, law.high);
  return { ...truncNormalUniformBounds(law), warns_mean_far: warns };
}

function truncNormalMoments(input: Input): unknown {
  return lawMoments({ kind: 'truncated-normal', ...truncation(input) });
}
