/** One golden case. */
export interface GoldenCase {
  readonly id: string;
  readonly class: string;
  readonly op: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly expect: Expectation;
  readonly mmengine_bug?: boolean;
  readonly sane?: { readonly note: string; readonly expect?: Expectation };
}

export type Expectation =
  | { readonly ok: unknown }
  | { readonly error: { readonly kind: string; readonly keywords?: readonly string[] } };

type Got = { readonly ok: unknown } | { readonly error: { readonly kind: string; readonly message: string } };

/** Keys that an answer may leave out or add. */
const OPTIONAL = new Set([
  'info_mmengine',
  'info',
  'class',
  'requested',
  'is_init',
  'aliases',
  'writes',
  'env_variables',
]);
/** Relative tolerance of suites S3 and S4. */
const TOLERANCE = 1e-12;

/** @returns undefined when the answer passes, else what differs. */
export function differs(golden: GoldenCase, got: Got): string | undefined {
  const strict = differsFrom(golden.expect, got);
  if (strict === undefined || golden.mmengine_bug !== true) return strict;
  const { sane } = golden;
  if (sane?.expect !== undefined) {
    const inSane = differsFrom(sane.expect, got);
    return inSane === undefined ? undefined : `${strict}, and not the sane answer: ${inSane}`;
  }
  // Without a sane answer any documented behaviour passes, as long as it speaks of the same parameters.
  if ('error' in got || 'error' in golden.expect) return undefined;
  return sameNames(golden.expect.ok, got.ok) ? undefined : strict;
}

function differsFrom(expected: Expectation, got: Got): string | undefined {
  if ('error' in expected) {
    if (!('error' in got)) return `expected ${expected.error.kind}, got a value`;
    const { kind, message } = got.error;
    return kind === expected.error.kind ? undefined : `expected ${expected.error.kind}, got ${kind}: ${message}`;
  }
  return 'error' in got ? `unexpected ${got.error.kind}: ${got.error.message}` : unequal(expected.ok, got.ok, '');
}

function unequal(expected: unknown, got: unknown, path: string): string | undefined {
  const [a, b] = [numberOf(expected), numberOf(got)];
  if (a !== undefined && b !== undefined) return close(a, b) ? undefined : `${path}: ${a} is not ${b}`;
  if (Array.isArray(expected) && Array.isArray(got)) {
    if (expected.length !== got.length) return `${path}: ${expected.length} items, got ${got.length}`;
    return firstOf(expected.keys(), (index) => unequal(expected[index], got[index], `${path}[${index}]`));
  }
  if (isRecord(expected) && isRecord(got)) return unequalRecords(expected, got, path);
  return expected === got ? undefined : `${path}: ${JSON.stringify(expected)} is not ${JSON.stringify(got)}`;
}

type Fields = Readonly<Record<string, unknown>>;

function unequalRecords(expected: Fields, got: Fields, path: string): string | undefined {
  const keys = new Set([...Object.keys(expected), ...Object.keys(got)]);
  return firstOf(keys, (key) => {
    if (!(key in got) || !(key in expected)) {
      return OPTIONAL.has(key) ? undefined : `${path}.${key}: ${key in got ? 'not expected' : 'missing'}`;
    }
    return unequal(expected[key], got[key], `${path}.${key}`);
  });
}

function firstOf<T>(items: Iterable<T>, check: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = check(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (!isRecord(value) || Object.keys(value).length !== 1) return undefined;
  const { $float: word, $int: digits } = value;
  if (typeof word === 'string') return Number(word.replace('inf', 'Infinity'));
  return typeof digits === 'string' ? Number(digits) : undefined;
}

function close(a: number, b: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  return a === b || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b), 1e-300);
}

function sameNames(expected: unknown, got: unknown): boolean {
  return typeof expected === typeof got && JSON.stringify(namesOf(expected)) === JSON.stringify(namesOf(got));
}

function namesOf(ok: unknown): unknown {
  if (!isRecord(ok) || !Array.isArray(ok['params'])) return undefined;
  return ok['params'].map((parameter: unknown) => (isRecord(parameter) ? parameter['name'] : undefined));
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
