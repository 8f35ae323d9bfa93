import { FlagError, type Flags } from '../flags.js';
import type { Measurement } from '../measurement.js';
import { browser } from './browser.js';
import { fills } from './fills.js';
import { memory } from './memory.js';
import { models } from './models.js';
import { smallParameters } from './small-parameters.js';
import { startUp } from './start-up.js';
import type { Bench, Suite } from './suite.js';
import { tfjsModel } from './tfjs-model.js';

/** All suites, in the order in which they run; a new one is added here. */
const SUITES: readonly Suite[] = [fills, smallParameters, models, tfjsModel, startUp, browser, memory];

/** @throws FlagError when no case is meant. */
export function pickCases(flags: Flags): ReadonlySet<string> {
  const all = SUITES.flatMap((suite) => suite.cases(flags));
  const picked = all.filter((name) => name.includes(flags.only));
  if (picked.length > 0) return new Set(picked);
  throw new FlagError('--only', `--only is '${flags.only}', which is in no case's name`, `a part of ${all.join(', ')}`);
}

export async function runSuites(bench: Bench, picked: ReadonlySet<string>): Promise<readonly Measurement[]> {
  const done: Measurement[] = [];
  for (const suite of SUITES) {
    if (suite.cases(bench.flags).some((name) => picked.has(name))) done.push(...(await suite.run(bench, picked)));
  }
  return done;
}
