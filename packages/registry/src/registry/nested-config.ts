import type { ConfigNode } from './build.js';
import type { Registry } from './registry.js';

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
