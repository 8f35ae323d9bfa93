import { shorten } from './schema/mapping.js';

/** Longest key inside a message. */
const SHOWN_KEY = 200;

/** Where a piece of configuration was written. */
export interface ConfigOrigin {
  /** File as the user named it. */
  readonly file?: string;
  /** Key inside the file, for instance `init_cfg[0].layer`. */
  readonly key?: string;
  /** 1-based line. */
  readonly line?: number;
}

/** One of several things that are wrong with the same node, reported together. */
export interface Problem {
  /** Like {@link ErrorDetails.code}, for this problem alone. */
  readonly code: string;
  /** The option, tensor or name that it is about. */
  readonly subject: string;
  readonly what: string;
  readonly expected?: string;
  readonly fix?: string;
  readonly origin?: ConfigOrigin;
}

/** What an {@link IncipitError} says: what is wrong, where, what was expected, and the likely fix. */
export interface ErrorDetails {
  /** Stable machine-readable word, kebab-case: `unknown-type`, `bad-option`. */
  readonly code: string;
  /** One sentence that says what is wrong, with the bad value in it. */
  readonly what: string;
  readonly expected?: string;
  readonly fix?: string;
  /** Parameter or module path that the error is about. */
  readonly path?: string;
  readonly origin?: ConfigOrigin;
  /** All that is wrong, when it was looked for at once; the message lists them. */
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

/** `config.yaml:3 (init_cfg[0].layer)`, or an empty string when nothing is known. */
export function formatOrigin(origin: ConfigOrigin | undefined): string {
  if (origin === undefined) return '';
  const place =
    origin.file === undefined ? '' : origin.line === undefined ? origin.file : `${origin.file}:${origin.line}`;
  if (origin.key === undefined || origin.key === '') return place;
  const key = shorten(origin.key, SHOWN_KEY);
  return place === '' ? key : `${place} (${key})`;
}

/**
 * Base of every error that Incipit throws on purpose.
 *
 * The message reads: what, where, expected, fix. The parts stay readable as fields.
 */
export class IncipitError extends Error {
  static readonly className: string = 'IncipitError';
  readonly code: string;
  /** What is wrong, without the place, the expectation and the fix. */
  readonly what: string;
  readonly path: string | undefined;
  readonly origin: ConfigOrigin | undefined;
  readonly expected: string | undefined;
  readonly fix: string | undefined;
  /** Everything that was found wrong at once; empty where the error is about one thing only. */
  readonly problems: readonly Problem[];

  constructor(details: ErrorDetails) {
    super(formatMessage(details), details.cause === undefined ? undefined : { cause: details.cause });
    // Minifiers rename classes: the name that users see comes from a string.
    this.name = (new.target as typeof IncipitError).className;
    this.code = details.code;
    this.what = details.what;
    this.path = details.path;
    this.origin = details.origin;
    this.expected = details.expected;
    this.fix = details.fix;
    this.problems = details.problems ?? [];
  }
}

function formatMessage(details: ErrorDetails): string {
  const where = [
    details.path === undefined ? '' : `at '${details.path}'`,
    formatOrigin(details.origin) === '' ? '' : `in ${formatOrigin(details.origin)}`,
  ].filter((part) => part !== '');
  const lines = [where.length === 0 ? details.what : `${details.what} [${where.join(', ')}]`];
  const problems = details.problems ?? [];
  // A single problem is what the error itself says.
  if (problems.length > 1) lines.push(...problems.map(formatProblem));
  if (details.expected !== undefined) lines.push(`Expected: ${details.expected}.`);
  if (details.fix !== undefined) lines.push(`Fix: ${details.fix}.`);
  return lines.join('\n');
}

function formatProblem(problem: Problem): string {
  const place = formatOrigin(problem.origin);
  return [
    `  - ${problem.what}${place === '' ? '' : ` [in ${place}]`}`,
    ...(problem.expected === undefined ? [] : [`    Expected: ${problem.expected}.`]),
    ...(problem.fix === undefined ? [] : [`    Fix: ${problem.fix}.`]),
  ].join('\n');
}

/** The configuration itself is wrong: a file, a key, an option. */
export class ConfigError extends IncipitError {
  static override readonly className: string = 'ConfigError';
}

/** A name could not be registered or found. */
export class RegistryError extends IncipitError {
  static override readonly className: string = 'RegistryError';
}
