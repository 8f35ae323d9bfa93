import type { Config } from '@incipit/registry/config';
import { encode } from './protocol.js';

type Key = string | number;

interface Step {
  readonly ok?: unknown;
  readonly error?: { readonly kind: string };
}

/** The steps of `config.access` on a config: what each gives, and the config afterwards. */
export function accessSteps(config: Config<object>, steps: readonly (readonly unknown[])[]): unknown {
  const results = steps.map(([name, ...args]): Step => {
    const step = STEPS.get(String(name));
    if (step === undefined) throw new Error(`no step '${String(name)}'`);
    const result = step(config, args);
    // What a step gives may be changed by the next one.
    return result.error === undefined ? { ok: encode(result.ok ?? null) } : result;
  });
  return { steps: results, cfg: config.value };
}

const STEPS: ReadonlyMap<string, (config: Config<object>, args: readonly unknown[]) => Step> = new Map([
  ['path', (config, [path]) => walk(config, path as readonly (readonly [string, Key])[])],
  ['get', (config, [key, fallback = null]) => ({ ok: config.get([key as Key], fallback) })],
  ['pop', pop],
  ['has', (config, [key]) => ({ ok: config.has([key as Key]) })],
  ['set_attr', (config, [key, value]) => set(config, key as Key, value)],
  ['set_item', (config, [key, value]) => set(config, key as Key, value)],
  ['setdefault', setDefault],
  ['len', (config) => ({ ok: Object.keys(config.value).length })],
  ['keys', (config) => ({ ok: Object.keys(config.value) })],
  ['copy_then_set', copyThenSet],
]);

/** Attributes and items differ in their errors alone. */
function walk(config: Config<object>, path: readonly (readonly [string, Key])[]): Step {
  const keys: Key[] = [];
  for (const [how, key] of path) {
    keys.push(key);
    if (config.has(keys)) continue;
    const holder = keys.length === 1 ? config.value : config.get(keys.slice(0, -1));
    return { error: { kind: how === 'attr' ? 'AttributeError' : itemError(holder, key) } };
  }
  return { ok: config.at(keys) };
}

function itemError(holder: unknown, key: Key): string {
  if (Array.isArray(holder)) return typeof key === 'number' ? 'IndexError' : 'TypeError';
  if (typeof holder === 'string' && typeof key === 'number') return 'IndexError';
  return typeof holder === 'object' && holder !== null ? 'KeyError' : 'TypeError';
}

function pop(config: Config<object>, [key, fallback = null]: readonly unknown[]): Step {
  const ok = config.get([key as Key], fallback);
  config.delete([key as Key]);
  return { ok };
}

function set(config: Config<object>, key: Key, value: unknown): Step {
  config.set([key], value);
  return { ok: null };
}

function setDefault(config: Config<object>, [key, value]: readonly unknown[]): Step {
  if (!config.has([key as Key])) config.set([key as Key], value);
  return { ok: config.at([key as Key]) };
}

function copyThenSet(config: Config<object>, [depth, keys, value]: readonly unknown[]): Step {
  const path = keys as readonly Key[];
  // Unlike Python, `set` makes the mappings on its way.
  const holder = path.slice(0, -1);
  if (path.length > 1 && !config.has(holder)) return { error: { kind: 'KeyError' } };
  if (path.length > 1 && !isMapping(config.at(holder))) return { error: { kind: 'TypeError' } };
  config.copy(depth as 'deep' | 'shallow').set(path, value);
  return { ok: config.value };
}

function isMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
