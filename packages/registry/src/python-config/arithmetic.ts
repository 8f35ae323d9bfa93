import type { Budget } from './budget.js';
import { bitLength, fractionOf, nearestFloat } from './decimal.js';
import { overLimit, PythonFault } from './fault.js';
import { power } from './transcendental.js';

export type Numeric = bigint | number;

/** Most bits of an integer. */
const MAX_BITS = 65_536;

/** Largest exponent to which a float is raised as a fraction. */
const MAX_EXACT_EXPONENT = 1100;

/** `a operator b` of two numbers; undefined for an operator that they lack. */
export function arithmetic(operator: string, a: Numeric, b: Numeric, budget: Budget): Numeric | undefined {
  if (operator === '/') return divide(a, b);
  if (typeof a === 'bigint' && typeof b === 'bigint') return bounded(integerOperation(operator, a, b, budget), budget);
  return floatOperation(operator, toFloat(a), toFloat(b));
}

/** The float nearest to a number. */
export function toFloat(value: Numeric): number {
  const float = Number(value);
  if (typeof value === 'bigint' && !Number.isFinite(float))
    throw new PythonFault('An integer is too large for a float');
  return float;
}

function bounded(value: Numeric | undefined, budget: Budget): Numeric | undefined {
  if (typeof value === 'bigint') {
    const bits = value === 0n ? 0 : bitLength(value < 0n ? -value : value);
    if (bits > MAX_BITS) throw overLimit(`An integer has ${bits} bits`);
    budget.spend(bits >> 6);
  }
  return value;
}

function integerOperation(operator: string, a: bigint, b: bigint, budget: Budget): Numeric | undefined {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '//':
      return floorDivide(a, nonZero(b));
    case '%':
      return a - floorDivide(a, nonZero(b)) * b;
    case '**':
      return raise(a, b, budget);
    case '<<':
      return a << shiftCount(b);
    case '>>':
      // Beyond the widest integer nothing is left to shift out.
      return a >> (b > BigInt(MAX_BITS) ? BigInt(MAX_BITS) : shiftCount(b));
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    default:
      return undefined;
  }
}

function nonZero<N extends Numeric>(value: N): N {
  if (Number(value) === 0) throw new PythonFault('A division by zero');
  return value;
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function shiftCount(count: bigint): bigint {
  if (count < 0n) throw new PythonFault('A shift by a negative count');
  if (count > BigInt(MAX_BITS)) throw overLimit(`A shift by ${count} bits`);
  return count;
}

function raise(base: bigint, exponent: bigint, budget: Budget): Numeric {
  if (exponent < 0n) return floatPower(toFloat(base), toFloat(exponent));
  const size = base < 0n ? -base : base;
  if (size < 2n) return exponent === 0n || (base === -1n && exponent % 2n === 0n) ? 1n : base;
  const bits = bitLength(size) * Number(exponent);
  if (bits > 2 * MAX_BITS) throw overLimit(`An integer has about ${bits} bits`);
  budget.spend(bits >> 6);
  return base ** exponent;
}

/** True division, rounded once: integers beyond 2^53 are not rounded first. */
function divide(a: Numeric, b: Numeric): number {
  nonZero(b);
  if (typeof a === 'bigint' && typeof b === 'bigint' && !(isSafe(a) && isSafe(b))) {
    const quotient = nearestFloat(b < 0n ? { numerator: -a, denominator: -b } : { numerator: a, denominator: b });
    if (!Number.isFinite(quotient)) throw new PythonFault('A quotient is too large for a float');
    return quotient;
  }
  return toFloat(a) / toFloat(b);
}

function isSafe(value: bigint): boolean {
  return Number.isSafeInteger(Number(value));
}

function floatOperation(operator: string, a: number, b: number): number | undefined {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '//':
      return floatFloorDivide(a, nonZero(b));
    case '%':
      return floatModulo(a, nonZero(b));
    case '**':
      return floatPower(a, b);
    default:
      return undefined;
  }
}

/** The remainder with the sign of the divisor. */
function floatModulo(a: number, b: number): number {
  const remainder = a % b;
  if (remainder === 0) return b < 0 ? -0 : 0;
  return remainder < 0 !== b < 0 ? remainder + b : remainder;
}

function floatFloorDivide(a: number, b: number): number {
  const remainder = a % b;
  const exact = (a - remainder) / b;
  const quotient = remainder !== 0 && remainder < 0 !== b < 0 ? exact - 1 : exact;
  // A zero has the sign of the true quotient.
  if (quotient === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

/** `a ** b` of floats. */
export function floatPower(a: number, b: number): number {
  if (b === 0 || a === 1) return 1;
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  if (a === 0 && b < 0) throw new PythonFault('Zero is raised to a negative power');
  if (!(Number.isFinite(a) && Number.isFinite(b)) || a === 0) return limitPower(a, b);
  if (a < 0 && !Number.isInteger(b)) throw new PythonFault('A root of a negative number');
  const size = Math.abs(a);
  const odd = Math.abs(b) % 2 === 1;
  const result = Number.isInteger(b) && Math.abs(b) <= MAX_EXACT_EXPONENT ? exactPower(size, b) : rootPower(size, b);
  if (!Number.isFinite(result)) throw new PythonFault('A power is too large for a float');
  return (a < 0 || Object.is(a, -0)) && odd ? -result : result;
}

function rootPower(a: number, b: number): number {
  return b === 0.5 ? Math.sqrt(a) : power(a, b);
}

function exactPower(a: number, b: number): number {
  const { numerator, denominator } = fractionOf(a);
  const exponent = BigInt(Math.abs(b));
  const top = numerator ** exponent;
  const bottom = denominator ** exponent;
  return nearestFloat(b > 0 ? { numerator: top, denominator: bottom } : { numerator: bottom, denominator: top });
}

/** Powers with a zero or an infinity in them, which every engine gives alike. */
function limitPower(a: number, b: number): number {
  const size = Math.abs(a);
  if (size === 1) return 1;
  const grows = size > 1 === b > 0;
  const odd = Number.isInteger(b) && Math.abs(b) % 2 === 1;
  const result = grows ? Number.POSITIVE_INFINITY : 0;
  return (a < 0 || Object.is(a, -0)) && odd ? -result : result;
}
