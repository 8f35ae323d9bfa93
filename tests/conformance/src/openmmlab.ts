// Resolves the configs of OpenMMLab's packages and compares them with what mmengine makes of them.
// Usage: node tests/conformance/dist/openmmlab.js [GOLDEN FILE…]
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { checkPackage, type PackageResult } from './openmmlab-check.js';
import { type GoldenPackage, readGolden } from './openmmlab-golden.js';
import { PythonCache, timeMmengine } from './openmmlab-python.js';

const DATA = fileURLToPath(new URL('../test-data/openmmlab/', import.meta.url));
const CACHE = fileURLToPath(new URL('../../../.cache/openmmlab/', import.meta.url));
const OWN = ['mmpretrain.json.gz', 'mmocr.json.gz'].map((name) => join(DATA, name));

/** Share of the configs that must be equal. */
const LEAST_EQUAL = 0.99;
/** Longest time for one config, in seconds. */
const LONGEST = 1;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  // npm runs scripts in the root, whatever folder the user named the files from.
  const from = process.env.INIT_CWD ?? process.cwd();
  const cache = new PythonCache(CACHE);
  const results: PackageResult[] = [];
  const wheels = new Map<GoldenPackage, string>();
  for (const file of args.length === 0 ? OWN : args.map((arg) => resolve(from, arg))) {
    const golden = await readGolden(file);
    const wheel = await cache.wheel(golden);
    wheels.set(golden, wheel);
    const result = await checkPackage(golden, wheel);
    results.push(result);
    report(result);
  }
  const theirs = await timeOfMmengine(cache, wheels);
  return summary(results, theirs);
}

function report({ golden, equal, unequal, errors, seconds, slowest }: PackageResult): void {
  for (const [config, where] of unequal) say(`unequal  ${golden.package} ${config}: ${where}`);
  for (const [config, message] of errors) say(`error    ${golden.package} ${config}: ${message}`);
  const counts = `${equal} equal, ${unequal.size} unequal, ${errors.size} errors of ${golden.configs.size}`;
  const slow = `slowest ${(slowest.seconds * 1000).toFixed(0)} ms, ${slowest.config}`;
  say(`${golden.package} ${golden.version}: ${counts} in ${seconds.toFixed(2)} s (${slow})`);
}

/** Undefined, with the reason said, where mmengine cannot be had. */
async function timeOfMmengine(
  cache: PythonCache,
  wheels: ReadonlyMap<GoldenPackage, string>,
): Promise<number | undefined> {
  const files = [...wheels].flatMap(([golden, wheel]) =>
    [...golden.configs.keys()].map((config) => join(wheel, golden.root, config)),
  );
  try {
    return await timeMmengine(await cache.mmengine(), files);
  } catch (error) {
    say(`mmengine is not timed: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function summary(results: readonly PackageResult[], theirs: number | undefined): number {
  const total = (of: (result: PackageResult) => number): number => results.reduce((sum, result) => sum + of(result), 0);
  const all = total(({ golden }) => golden.configs.size);
  const equal = total((result) => result.equal);
  const ours = total((result) => result.seconds);
  say(`total: ${equal} of ${all} equal (${((100 * equal) / Math.max(1, all)).toFixed(2)}%), ${ours.toFixed(2)} s`);
  const failures = [
    ...(equal < LEAST_EQUAL * all ? [`fewer than ${100 * LEAST_EQUAL}% are equal`] : []),
    ...(total((result) => result.defects.size) > 0 ? ['an error is a defect, not a refusal'] : []),
    ...results
      .filter(({ slowest }) => slowest.seconds > LONGEST)
      .map(({ slowest }) => `${slowest.config} took ${slowest.seconds.toFixed(2)} s`),
  ];
  if (theirs !== undefined) {
    say(
      `mmengine 0.10.7, same files, same run: ${theirs.toFixed(2)} s; ours takes ${(ours / theirs).toFixed(2)} of it`,
    );
    if (ours > theirs) failures.push('the run is slower than mmengine');
  }
  for (const failure of failures) say(`FAILED: ${failure}`);
  return failures.length === 0 ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
