import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { IncipitError } from '@incipit/registry';
import { Config, type PackageFile } from '@incipit/registry/config';
import { difference, type GoldenPackage } from './openmmlab-golden.js';

/** How the configs of one package came out. */
export interface PackageResult {
  readonly golden: GoldenPackage;
  readonly equal: number;
  /** Config → where it first differs. */
  readonly unequal: ReadonlyMap<string, string>;
  /** Config → the message. */
  readonly errors: ReadonlyMap<string, string>;
  /** Errors that are no refusal but a defect of ours. */
  readonly defects: ReadonlySet<string>;
  /** Seconds that resolving took, comparing left out. */
  readonly seconds: number;
  readonly slowest: { readonly config: string; readonly seconds: number };
}

/** Resolves every config of a package and compares it with what mmengine makes of it. */
export async function checkPackage(golden: GoldenPackage, wheel: string): Promise<PackageResult> {
  const root = join(wheel, golden.root);
  const unequal = new Map<string, string>();
  const errors = new Map<string, string>();
  const defects = new Set<string>();
  let seconds = 0;
  let slowest = { config: '', seconds: 0 };
  for (const [config, expected] of golden.configs) {
    const start = performance.now();
    const got = await resolve(join(root, config), wheel);
    const took = (performance.now() - start) / 1000;
    seconds += took;
    if (took > slowest.seconds) slowest = { config, seconds: took };
    if ('error' in got) {
      errors.set(config, got.error);
      if (got.defect) defects.add(config);
      continue;
    }
    const found = difference(got.value, expected, root);
    if (found !== undefined) unequal.set(config, found);
  }
  const equal = golden.configs.size - unequal.size - errors.size;
  return { golden, equal, unequal, errors, defects, seconds, slowest };
}

type Resolved = { readonly value: unknown } | { readonly error: string; readonly defect: boolean };

async function resolve(file: string, wheel: string): Promise<Resolved> {
  try {
    const config = await Config.fromFile(file, { resolvePackage: (inner) => inWheel(wheel, inner) });
    return { value: config.value };
  } catch (error) {
    if (error instanceof IncipitError) return { error: error.message.replaceAll('\n', ' '), defect: false };
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error), defect: true };
  }
}

/** Files of the package that is checked; others are not installed, neither here nor where the goldens were made. */
async function inWheel(wheel: string, { package: name, path, kind }: PackageFile): Promise<string | undefined> {
  const file = kind === 'config' ? join(wheel, name, '.mim', 'configs', path) : join(wheel, name, path);
  return access(file).then(
    () => file,
    () => undefined,
  );
}
