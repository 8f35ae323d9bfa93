/**
 * Typed config builders, JSON Schema and docs from registries.
 *
 * @module
 */
export type { Catalog, CatalogEntry, CatalogRegistry, ModuleReference } from './catalog/catalog.js';
export { catalogOfRegistry, type LiveRegistry } from './catalog/catalog-of-registry.js';
export { parseCatalog } from './catalog/parse-catalog.js';
export { CodegenError } from './errors.js';
export { check, type GenerateOptions, type GenerateResult, Generator, generate, generateFrom } from './generate.js';
export { type WatchListener, watch } from './watch.js';
