import { PlanError } from '../errors.js';
import { inwardBounds, largestFinite, positiveZero, roundTo, roundUp } from '../exact/float-rounding.js';
import { fitsInteger } from '../exact/integer-range.js';
import { type DType, type FloatDType, isFloatDType } from './dtype.js';
import type { ConstantLaw, ElementLaw, Law, NormalLaw, TruncatedNormalLaw, UniformLaw } from './law.js';

/** The quantile of a word never exceeds 6.338 standard deviations. */
export const LARGEST_DEVIATION = 6.34;

/** A truncation must keep something within this many standard deviations. */
const TRUNCATION_LIMIT = 6.3;

/**
 * The law with the numbers that are executed: what a plan stores.
 *
 * Mean and standard deviation are rounded once to float32, to nearest; the bounds of `[low, high]` move inward to
 * float32, those of `[low, high)` up to it, which leaves the same float32 values inside. A law that leaves one value
 * only becomes a constant. The values of a 16-bit dtype are clamped to the bounds in that dtype when they are stored.
 * Rounding twice changes nothing. A float64 parameter is drawn as float32 and widened.
 *
 * @param path parameter path, for errors.
 * @throws PlanError `not-finite` for NaN or an infinity, `bad-law` for a law that makes no sense (`std < 0`,
 *   `low > high`, no value of the dtype inside, an interval wholly beyond 6.3 σ, a random law in an integer dtype),
 *   `out-of-range` for numbers that overflow the dtype or vanish in it.
 * @example roundLaw({ kind: 'normal', mean: 0, std: 0.01 }, 'float32') // std 0.009999999776482582
 */
export function roundLaw(law: ElementLaw, dtype: DType, path?: string): ElementLaw;
export function roundLaw(law: Law, dtype: DType, path?: string): Law;
export function roundLaw(law: Law, dtype: DType, path?: string): Law {
  const refuse = refusal(law, dtype, path);
  const stored = dtype === 'float64' ? 'float32' : dtype;
  switch (law.kind) {
    case 'constant':
      return roundConstant(law, stored, refuse);
    case 'uniform':
      return roundUniform(law, floatOnly(stored, refuse), refuse);
    case 'normal':
      return roundNormal(law, floatOnly(stored, refuse), refuse);
    case 'truncated-normal':
      return roundTruncated(law, floatOnly(stored, refuse), refuse);
    case 'orthogonal':
    case 'identity':
      requireFinite(law, ['gain'], refuse);
      if (law.kind === 'orthogonal') floatOnly(stored, refuse);
      return law;
    case 'segments':
      return {
        kind: 'segments',
        segments: law.segments.map(({ length, law: part }) => ({ length, law: roundLaw(part, dtype, path) })),
      };
    case 'kernel':
      floatOnly(stored, refuse);
      for (const [index, value] of law.args.entries()) {
        if (!Number.isFinite(value)) refuse('not-finite', `argument ${index} of '${law.id}' is ${String(value)}`);
      }
      return law;
    case 'copy':
    case 'host':
      return law;
    default:
      return law satisfies never;
  }
}

/** Dtypes in which values are produced. */
type StoredDType = Exclude<DType, 'float64'>;

type Refuse = (code: 'not-finite' | 'out-of-range' | 'bad-law', what: string, hint?: Hint) => never;

interface Hint {
  readonly expected?: string;
  readonly fix?: string;
}

function refusal(law: Law, dtype: DType, path: string | undefined): Refuse {
  return (code, what, hint = {}) => {
    throw new PlanError({
      code,
      what: `${what} (${law.kind} law, ${dtype})`,
      ...hint,
      ...(path === undefined ? {} : { path }),
    });
  };
}

function floatOnly(dtype: StoredDType, refuse: Refuse): FloatDType {
  if (isFloatDType(dtype)) return dtype;
  return refuse('bad-law', `random values cannot be drawn as ${dtype}`, {
    expected: 'float32, float16 or bfloat16',
    fix: 'give the parameter a constant, or leave it out of the rule',
  });
}

function requireFinite<T extends Law>(law: T, fields: readonly (keyof T & string)[], refuse: Refuse): void {
  for (const field of fields) {
    const value = law[field];
    if (typeof value !== 'number' || !Number.isFinite(value)) refuse('not-finite', `${field} is ${String(value)}`);
  }
}

function roundConstant(law: ConstantLaw, dtype: StoredDType, refuse: Refuse): ConstantLaw {
  requireFinite(law, ['value'], refuse);
  const value = isFloatDType(dtype) ? roundValue(law.value, dtype, 'value', refuse) : positiveZero(law.value);
  // Kernels write integers by way of float32.
  if (!isFloatDType(dtype) && !(fitsInteger(value, dtype) && Math.fround(value) === value)) {
    refuse('out-of-range', `${value} cannot be written as ${dtype}`, {
      expected: `an integer in the range of ${dtype} that float32 holds exactly`,
    });
  }
  return { kind: 'constant', value };
}

/** To nearest; neither overflows nor vanishes. */
function roundValue(value: number, dtype: FloatDType, name: string, refuse: Refuse): number {
  const rounded = positiveZero(roundTo(value, dtype));
  if (!Number.isFinite(rounded)) {
    refuse('out-of-range', `${name} ${value} overflows ${dtype}`, { expected: `at most ${largestFinite(dtype)}` });
  }
  requireNotLost(value, dtype, name, refuse);
  return rounded;
}

function requireNotLost(value: number, dtype: FloatDType, name: string, refuse: Refuse): void {
  if (value === 0 || roundTo(value, dtype) !== 0) return;
  refuse('out-of-range', `${name} ${value} is below the smallest ${dtype}`, { fix: `give 0, or a larger ${name}` });
}

function roundUniform(law: UniformLaw, dtype: FloatDType, refuse: Refuse): ElementLaw {
  requireFinite(law, ['low', 'high'], refuse);
  if (law.low > law.high) refuse('bad-law', `low ${law.low} is above high ${law.high}`, { fix: 'exchange the two' });
  if (law.low === law.high) return { kind: 'constant', value: roundValue(law.low, dtype, 'low', refuse) };
  if (Math.max(-law.low, law.high) > largestFinite(dtype)) {
    refuse('out-of-range', `[${law.low}, ${law.high}) reaches beyond ${dtype}`);
  }
  const inside = inwardBounds(law.low, law.high, dtype, true);
  if (inside === undefined) return refuse('bad-law', `no value of ${dtype} lies in [${law.low}, ${law.high})`);
  if (inside.low === inside.high) return { kind: 'constant', value: inside.low };
  const low = positiveZero(roundUp(law.low, 'float32'));
  return { kind: 'uniform', low, high: positiveZero(roundUp(law.high, 'float32')) };
}

function roundNormal(law: NormalLaw, dtype: FloatDType, refuse: Refuse): ElementLaw {
  requireFinite(law, ['mean', 'std'], refuse);
  const std = roundStd(law.std, dtype, refuse);
  if (std === 0) return { kind: 'constant', value: roundValue(law.mean, dtype, 'mean', refuse) };
  const mean = roundMean(law.mean, refuse);
  requireReach(mean - LARGEST_DEVIATION * std, mean + LARGEST_DEVIATION * std, dtype, refuse);
  return { kind: 'normal', mean, std };
}

function roundStd(std: number, dtype: FloatDType, refuse: Refuse): number {
  if (std < 0) refuse('bad-law', `std ${std} is negative`, { expected: 'a standard deviation of at least 0' });
  requireNotLost(std, dtype, 'std', refuse);
  return roundValue(std, 'float32', 'std', refuse);
}

/** A mean too small for float32 is 0: it moves nothing. */
function roundMean(mean: number, refuse: Refuse): number {
  const rounded = positiveZero(Math.fround(mean));
  return Number.isFinite(rounded) ? rounded : refuse('out-of-range', `mean ${mean} overflows float32`);
}

function requireReach(lowest: number, highest: number, dtype: FloatDType, refuse: Refuse): void {
  if (Number.isFinite(roundTo(lowest, dtype)) && Number.isFinite(roundTo(highest, dtype))) return;
  refuse('out-of-range', `values up to ${Math.max(-lowest, highest)} would overflow ${dtype}`, {
    expected: `at most ${largestFinite(dtype)} at ${LARGEST_DEVIATION} standard deviations`,
  });
}

function roundTruncated(law: TruncatedNormalLaw, dtype: FloatDType, refuse: Refuse): ElementLaw {
  requireFinite(law, ['mean', 'std', 'low', 'high'], refuse);
  if (law.low >= law.high) {
    refuse('bad-law', `low ${law.low} is not below high ${law.high}`, { expected: 'low < high' });
  }
  const inside = inwardBounds(law.low, law.high, dtype);
  if (inside === undefined) return refuse('bad-law', `no value of ${dtype} lies in [${law.low}, ${law.high}]`);
  const std = roundStd(law.std, dtype, refuse);
  if (std === 0) {
    requireNear(law, refuse);
    return { kind: 'constant', value: Math.min(Math.max(roundTo(law.mean, dtype), inside.low), inside.high) };
  }
  const bounds = inwardBounds(law.low, law.high, 'float32') ?? inside;
  const rounded: TruncatedNormalLaw = { kind: 'truncated-normal', mean: roundMean(law.mean, refuse), std, ...bounds };
  requireNear(rounded, refuse);
  const reach = LARGEST_DEVIATION * std;
  requireReach(
    Math.max(rounded.low, rounded.mean - reach),
    Math.min(rounded.high, rounded.mean + reach),
    dtype,
    refuse,
  );
  return inside.low === inside.high ? { kind: 'constant', value: inside.low } : rounded;
}

function requireNear({ mean, std, low, high }: TruncatedNormalLaw, refuse: Refuse): void {
  const limit = TRUNCATION_LIMIT * std;
  if (low - mean <= limit && mean - high <= limit) return;
  refuse('bad-law', `[${low}, ${high}] lies wholly beyond ${TRUNCATION_LIMIT} standard deviations of the mean`, {
    expected: `an interval that reaches within ${TRUNCATION_LIMIT} σ, here [${mean - limit}, ${mean + limit}]`,
  });
}
