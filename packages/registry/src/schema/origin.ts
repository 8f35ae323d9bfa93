import type { ConfigOrigin } from '../errors.js';

/** Keys and indices that lead from the root of a value to a part of it. */
export type ConfigPath = readonly (string | number)[];

/** Tells where the part of a config at a path was written. */
export type OriginLookup = (path: ConfigPath) => ConfigOrigin;

/** Keys that need no quoting behind a dot. */
const PLAIN_KEY = /^[A-Za-z_$][\w$-]*$/;

/** `init_cfg[0].layer`; keys with other characters are quoted: `params["a.b"]`. */
export function formatKey(path: ConfigPath, prefix = ''): string {
  let key = prefix;
  for (const step of path) {
    if (typeof step === 'number') key += `[${step}]`;
    else if (!PLAIN_KEY.test(step)) key += `[${JSON.stringify(step)}]`;
    else key += key === '' ? step : `.${step}`;
  }
  return key;
}

/** The origin of a part, from the origin of the whole or from a lookup. */
export function originAt(origin: ConfigOrigin | OriginLookup | undefined, path: ConfigPath): ConfigOrigin | undefined {
  if (typeof origin === 'function') return origin(path);
  if (path.length === 0) return origin;
  const key = formatKey(path, origin?.key ?? '');
  return { ...origin, key };
}

/** A value that knows where each of its parts was written: what loading a config gives. */
export interface LocatedValue<V = unknown> {
  readonly value: V;
  readonly origin: OriginLookup;
}

/** Whether a value is a located one. A config node never is: it has a `type`. */
export function isLocated(value: unknown): value is LocatedValue {
  if (typeof value !== 'object' || value === null) return false;
  return typeof (value as Partial<LocatedValue>).origin === 'function' && 'value' in value && !('type' in value);
}
