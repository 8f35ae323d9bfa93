import { parseArgs } from 'node:util';
import { asQuestion, nearestNames } from '@incipit/registry';
import { UsageError } from './errors.js';

/** One option of a command: the parser and the help read the same words. */
export interface OptionSpec {
  /** Placeholder of the value, `<file>`; absent for a switch. */
  readonly value?: string;
  /** One line of help. */
  readonly text: string;
  readonly choices?: readonly string[];
  readonly required?: boolean;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** A command line that was understood. */
export interface ParsedLine {
  readonly positionals: readonly string[];
  has(option: string): boolean;
  /** Value of an option, or undefined when it was not given. */
  value(option: string): string | undefined;
}

const HELP: OptionTable = { help: { text: 'this text' } };

/**
 * Reads a command's own arguments.
 *
 * @throws UsageError for options that are unknown, repeated, missing, or have a value that is not among the choices.
 */
export function parseCommandLine(command: string, table: OptionTable, argv: readonly string[]): ParsedLine {
  const known = { ...table, ...HELP };
  const { positionals, values, tokens } = parse(command, known, argv);
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (seen.has(token.name)) throw new UsageError(`option '--${token.name}' was given twice`, { command });
    seen.add(token.name);
  }
  const value = (option: string): string | undefined => {
    const given = values[option];
    return typeof given === 'string' ? given : undefined;
  };
  const line: ParsedLine = { positionals, value, has: (option) => seen.has(option) };
  if (!line.has('help')) checkValues(command, known, line);
  return line;
}

function parse(command: string, table: OptionTable, argv: readonly string[]): ReturnType<typeof parseAll> {
  try {
    return parseAll(table, argv);
  } catch (cause) {
    const options = Object.keys(table).map((name) => `--${name}`);
    const wrong = /Unknown option '([^'=\s]+)/.exec(String(cause))?.[1];
    const near = wrong === undefined ? '' : asQuestion(nearestNames(wrong, options));
    throw new UsageError(`${rephrase(cause)}${near}`, { command, fix: `use one of ${options.join(', ')}`, cause });
  }
}

type ParseAllResult = {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
  readonly tokens: readonly { readonly kind: string; readonly name: string }[];
};

function parseAll(table: OptionTable, argv: readonly string[]): ParseAllResult {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {};
  for (const [name, spec] of Object.entries(table))
    options[name] = { type: spec.value === undefined ? 'boolean' : 'string' };
  options.help = { type: 'boolean', short: 'h' };
  const { positionals, values, tokens } = parseArgs({ args: [...argv], options, allowPositionals: true, tokens: true });
  const named = tokens.map((token) => ({ kind: token.kind, name: token.kind === 'option' ? token.name : '' }));
  return { positionals, values, tokens: named };
}

/** Node's own words, first sentence, in our manner. */
function rephrase(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const sentence = (text.split(/[.\n]\s?(?=[A-Z]|$)/)[0] ?? text).trim();
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function checkValues(command: string, table: OptionTable, line: ParsedLine): void {
  for (const [name, spec] of Object.entries(table)) {
    const value = line.value(name);
    if (value === undefined) {
      if (spec.required === true)
        throw new UsageError(`option '--${name} ${spec.value ?? ''}' is missing`, { command });
      continue;
    }
    if (value === '') throw new UsageError(`option '--${name}' is empty`, { command });
    if (spec.choices !== undefined && !spec.choices.includes(value)) {
      const near = asQuestion(nearestNames(value, spec.choices));
      const fix = `use one of ${spec.choices.join(', ')}`;
      throw new UsageError(`'${value}' is not a value of '--${name}'${near}`, { command, fix });
    }
  }
}

/** The options of a command, one line each. */
export function formatOptions(table: OptionTable): string {
  const rows = Object.entries({ ...table, ...HELP }).map(
    ([name, spec]) => [`--${name}${spec.value === undefined ? '' : ` ${spec.value}`}`, spec.text] as const,
  );
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, text]) => `  ${left.padEnd(width)}  ${text}`).join('\n');
}
