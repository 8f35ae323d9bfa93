import { ConfigError } from '../errors.js';
import { findPlaceholders } from './placeholders.js';
import type { PlacedPlaceholder, Placeholder, PredefinedName, SourceVariables } from './source-reader.js';

/** Which placeholders are replaced, and by what. */
export interface VariableSources {
  /** File as errors name it. */
  readonly file: string | undefined;
  /** Absolute path of the file; absent: predefined variables stay as they are written. */
  readonly path?: string;
  /** Looks up a variable of the environment; absent: such placeholders stay as they are written. */
  readonly environment?: (name: string) => string | undefined;
  /** Told each variable of the environment that was used. */
  readonly onUse?: (name: string, value: string) => void;
}

/** The variables of one file. */
export function fileVariables(sources: VariableSources): SourceVariables {
  const predefined = sources.path === undefined ? undefined : predefinedOf(sources.path);
  const enabled = ({ placeholder: { kind } }: PlacedPlaceholder): boolean =>
    kind === 'base' || (kind === 'predefined' ? predefined : sources.environment) !== undefined;
  return {
    find: (text) => (text.includes('{{') ? findPlaceholders(text).filter(enabled) : []),
    text: (placeholder, line) => {
      if (placeholder.kind === 'predefined') return predefined?.[placeholder.name] ?? '';
      return environmentText(placeholder, sources, line);
    },
  };
}

/** Variables of a text that stands in no file and asks nothing of its surroundings. */
export const NO_VARIABLES: SourceVariables = { find: () => [], text: () => '' };

/** @param path absolute, with `/` between its parts. */
function predefinedOf(path: string): Readonly<Record<PredefinedName, string>> {
  const slash = path.lastIndexOf('/');
  const base = path.slice(slash + 1);
  // A dot in front starts no extension: `.yaml` is a name.
  const dot = base.replace(/^\.+/, (dots) => '_'.repeat(dots.length)).lastIndexOf('.');
  return {
    fileDirname: slash === 0 ? '/' : path.slice(0, Math.max(slash, 0)),
    fileBasename: base,
    fileBasenameNoExtension: dot === -1 ? base : base.slice(0, dot),
    fileExtname: dot === -1 ? '' : base.slice(dot),
  };
}

function environmentText(
  { name, fallback }: Extract<Placeholder, { kind: 'environment' }>,
  { environment, file, onUse }: VariableSources,
  line: number,
): string {
  const value = environment?.(name);
  if (value !== undefined) onUse?.(name, value);
  if (value !== undefined && value !== '') return value;
  if (value === undefined && fallback !== '') return fallback;
  throw new ConfigError({
    code: 'unset-variable',
    what: `The environment variable '${name}' is ${value === undefined ? 'not set' : 'empty'}`,
    fix: value === undefined ? `set it, or write a fallback: {{$${name}:fallback}}` : 'give it a value, or unset it',
    origin: { ...(file === undefined ? {} : { file }), line },
  });
}
