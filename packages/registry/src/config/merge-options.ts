import { ConfigError } from '../errors.js';
import { isMapping, showValue } from '../schema/mapping.js';
import { checkKey, copyData } from './config-data.js';
import { MAX_DEPTH } from './limits.js';
import type { ConfigMapping } from './value.js';

/**
 * Options by dotted key as nested mappings: `{ 'a.b': 1, 'a.c': 2 }` is `{ a: { b: 1, c: 2 } }`.
 *
 * @param file how errors name the options.
 * @throws ConfigError `bad-merge` where one option is to be put into another that is no mapping, `forbidden-key`.
 */
export function nestOptions(options: Readonly<Record<string, unknown>>, file: string): ConfigMapping {
  const nested: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(options)) {
    const steps = key.split('.');
    if (steps.length > MAX_DEPTH) {
      const what = `An option has ${steps.length} keys in a row`;
      throw new ConfigError({ code: 'config-too-large', what, expected: `at most ${MAX_DEPTH}`, origin: { file } });
    }
    const last = steps.pop() ?? '';
    let holder = nested;
    for (const step of steps) {
      checkKey(step, { file, key });
      if (!Object.hasOwn(holder, step)) holder[step] = {};
      const next = holder[step];
      if (!isMapping(next)) {
        const what = `The option '${key}' goes into '${step}', which another option sets to ${showValue(next)}`;
        throw new ConfigError({ code: 'bad-merge', what, fix: 'give only one of the two', origin: { file, key } });
      }
      holder = next as Record<string, unknown>;
    }
    checkKey(last, { file, key });
    holder[last] = copyData(value, { file, key });
  }
  return nested as ConfigMapping;
}
