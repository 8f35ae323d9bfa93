import { ConfigError } from '../errors.js';

/** What a parser tells of a text that it refuses. */
export interface ParseFault {
  /** Sentence without file and line. */
  readonly what: string;
  /** 1-based. */
  readonly line: number;
  readonly expected?: string;
  readonly fix?: string;
  readonly cause?: unknown;
}

/** The refusal of a config text: `parse-error`, with file and line. */
export function parseError(file: string | undefined, fault: ParseFault): ConfigError {
  const { line, ...details } = fault;
  return new ConfigError({
    code: 'parse-error',
    ...details,
    origin: { ...(file === undefined ? {} : { file }), line },
  });
}

/** A key that would reach the prototype of whatever object it is copied to. */
export const FORBIDDEN_KEY = '__proto__';

/** The integer that a text spells, or undefined when it has digits that a JavaScript number would lose. */
export function exactInteger(digits: string): number | undefined {
  const value = Number(digits);
  if (!Number.isFinite(value)) return undefined;
  // Programs write the shortest digits that give the number back, which need not be its exact value.
  const kept = Number.isSafeInteger(value) || String(value) === digits || BigInt(digits) === BigInt(value);
  return kept ? value : undefined;
}
