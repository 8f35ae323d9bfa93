import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';

/** Configs of one package on PyPI, and what mmengine makes of them. */
export interface GoldenPackage {
  readonly file: string;
  readonly package: string;
  readonly version: string;
  /** Folder of the configs inside the wheel. */
  readonly root: string;
  /** Path relative to `root` → the resolved config. */
  readonly configs: ReadonlyMap<string, unknown>;
}

/** Reads a golden file, gzipped or not. */
export async function readGolden(file: string): Promise<GoldenPackage> {
  const bytes = await readFile(file);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  const data = JSON.parse(text) as Omit<GoldenPackage, 'configs' | 'file'> & { configs?: Record<string, unknown> };
  for (const key of ['package', 'version', 'root'] as const) {
    if (typeof data[key] !== 'string') throw new TypeError(`${file} is no golden file: it has no '${key}'`);
  }
  return { ...data, file, configs: new Map(Object.entries(data.configs ?? {})) };
}

/** Relative tolerance of numbers: both sides compute with the same floats. */
const TOLERANCE = 1e-12;

/** What stands for the folder of the configs inside the strings of a golden file. */
const ROOT_MARK = '<ROOT>';

/**
 * Compares a resolved config with what mmengine makes of it.
 *
 * @param root folder that `<ROOT>` stands for.
 * @returns undefined when they are equal, else where they first differ.
 */
export function difference(got: unknown, golden: unknown, root: string, path = ''): string | undefined {
  if (typeof got === 'string' && typeof golden === 'string') {
    return got === golden.replaceAll(ROOT_MARK, root) ? undefined : differ(got, golden, path);
  }
  const number = numberOf(golden);
  if (number !== undefined && (typeof got === 'number' || typeof got === 'bigint')) {
    return near(got, number) ? undefined : differ(got, golden, path);
  }
  if (Array.isArray(got) && Array.isArray(golden)) return differentItems(got, golden, root, path);
  if (isMapping(got) && isMapping(golden)) return differentKeys(got, golden, root, path);
  return got === golden ? undefined : differ(got, golden, path);
}

function differentItems(
  got: readonly unknown[],
  golden: readonly unknown[],
  root: string,
  path: string,
): string | undefined {
  if (got.length !== golden.length) return `${path}: ${got.length} items instead of ${golden.length}`;
  for (const [index, item] of golden.entries()) {
    const found = difference(got[index], item, root, `${path}[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Mapping = Readonly<Record<string, unknown>>;

function differentKeys(got: Mapping, golden: Mapping, root: string, path: string): string | undefined {
  const extra = Object.keys(got).find((key) => !Object.hasOwn(golden, key));
  if (extra !== undefined) return `${path}.${extra} is too much: ${show(got[extra])}`;
  for (const [key, value] of Object.entries(golden)) {
    const inner = `${path}.${key}`;
    const found = Object.hasOwn(got, key)
      ? difference(got[key], value, root, inner)
      : `${inner} is missing: ${show(value)}`;
    if (found !== undefined) return found;
  }
  return undefined;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number, also as `{"$float": "inf"}` or `{"$int": "digits"}`. */
function numberOf(golden: unknown): number | bigint | undefined {
  if (typeof golden === 'number') return golden;
  if (!isMapping(golden) || Object.keys(golden).length !== 1) return undefined;
  if (typeof golden.$int === 'string') return BigInt(golden.$int);
  if (typeof golden.$float !== 'string') return undefined;
  return Number(golden.$float.replace('inf', 'Infinity').replace('nan', 'NaN'));
}

function near(got: number | bigint, golden: number | bigint): boolean {
  if (typeof got === 'bigint' && typeof golden === 'bigint') return got === golden;
  // JSON's reader has rounded a long integer of the golden file already.
  const [a, b] = [Number(got), Number(golden)];
  if (Object.is(a, b)) return true;
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

function differ(got: unknown, golden: unknown, path: string): string {
  return `${path}: ${show(got)} instead of ${show(golden)}`;
}

function show(value: unknown): string {
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
