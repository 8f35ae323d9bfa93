/** Longest config text, in UTF-16 units: configs are written by hand, and a parser must not be kept busy for minutes. */
export const MAX_TEXT_LENGTH: number = 16 * 1024 * 1024;

/** Deepest nesting of lists and mappings. */
export const MAX_DEPTH = 256;

/** Most values in a config, those that YAML aliases repeat counted each time. */
export const MAX_VALUES = 1_000_000;

/** Longest YAML text, in UTF-16 units: its parser looks at each one several times. */
export const MAX_YAML_LENGTH: number = 4 * 1024 * 1024;

/**
 * Most characters of a YAML text that may be syntax, line ends among them. Each can become an object of the parser, of
 * which ten million would take all memory before there is a value to count.
 */
export const MAX_YAML_MARKS = 200_000;
