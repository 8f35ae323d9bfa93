import { isMapping } from '../schema/mapping.js';
import type { ConfigNode } from './build.js';
import type { Registry } from './registry.js';
import type { BuildContext } from './registry-entry.js';

/**
 * Type of an option that takes the config of something another registry builds, or what was built already. Code
 * generation knows it by its symbol, and types the config by the names in that registry.
 *
 * @example
 * interface DetectorOptions {
 *   readonly backbone: NestedConfig<typeof BACKBONES>;
 *   readonly necks?: readonly NestedConfig<typeof NECKS>[];
 * }
 */
// biome-ignore lint/suspicious/noExplicitAny: a registry takes and gives what it holds, so only `any` fits them all
export type NestedConfig<R extends Registry<any>> = ConfigNode | (R extends Registry<infer T> ? T : never);

/**
 * What an option of the type {@link NestedConfig} stands for: a config is built by the registry, what was built already
 * comes back as it is.
 *
 * @throws as `Registry.build`.
 * @example
 * constructor({ backbone }: DetectorOptions) {
 *   this.backbone = buildNested(BACKBONES, backbone);
 * }
 */
export function buildNested<T>(registry: Registry<T>, part: ConfigNode | T, context?: BuildContext): T {
  return isMapping(part) ? registry.build<T>(part, context) : (part as T);
}
