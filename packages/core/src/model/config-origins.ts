import type { OriginLookup } from '@incipit/registry';

/** Where an `init_cfg` was written, by its identity: it passes through constructors that know nothing of files. */
const ORIGINS = new WeakMap<object, OriginLookup>();

/** A config larger than this is not searched to the end. */
const MOST_VALUES = 1_000_000;

/**
 * Remembers where each `init_cfg` in a config was written, so that plans and errors can say it when the model that was
 * built from the config is initialised.
 */
export function rememberOrigins(cfg: unknown, origin: OriginLookup): void {
  if (typeof cfg !== 'object' || cfg === null) return;
  const seen = new Set<object>([cfg]);
  const open: { readonly at: object; readonly path: readonly (string | number)[] }[] = [{ at: cfg, path: [] }];
  for (const { at, path } of open) {
    if (seen.size > MOST_VALUES) return;
    for (const [key, value] of Object.entries(at)) {
      if (typeof value !== 'object' || value === null || seen.has(value)) continue;
      seen.add(value);
      const inner = [...path, Array.isArray(at) ? Number(key) : key];
      if (key === 'init_cfg') ORIGINS.set(value, (part) => origin([...inner, ...part]));
      else open.push({ at: value, path: inner });
    }
  }
}

/** Where an `init_cfg` was written, if that is known. */
export function originOfInitCfg(initCfg: unknown): OriginLookup | undefined {
  return typeof initCfg === 'object' && initCfg !== null ? ORIGINS.get(initCfg) : undefined;
}

/** Says that a value is a copy of another, and so was written where that one was. */
export function copyOrigin<T>(from: unknown, to: T): T {
  const origin = originOfInitCfg(from);
  if (origin !== undefined && typeof to === 'object' && to !== null) ORIGINS.set(to, origin);
  return to;
}
