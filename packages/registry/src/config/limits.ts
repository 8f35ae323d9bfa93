/** Longest config text, in UTF-16 units: configs are written by hand, and a parser must not be kept busy for minutes. */
export const MAX_TEXT_LENGTH: number = 16 * 1024 * 1024;

/** Deepest nesting of lists and mappings. */
export const MAX_DEPTH = 256;

/** Most values in a config, those that YAML aliases repeat counted each time. */
export const MAX_VALUES = 1_000_000;
