/**
 * Typed config builders and JSON Schema from registries. Nothing is here yet; see the README.
 *
 * @module
 */
export {};
