import { ConfigError } from '../errors.js';
import { endingOf } from './file-path.js';
import { MAX_TEXT_LENGTH } from './limits.js';
import { parseError } from './parse-error.js';
import type { ReadRules } from './read-rules.js';
import type { SourceContext, SourceReader, SourceTree } from './source-reader.js';

/** Languages in which configs are written as data. */
export type SourceFormat = 'json' | 'yaml' | 'python';

const FORMATS: ReadonlyMap<string, SourceFormat | 'module'> = new Map([
  ['.json', 'json'],
  ['.yaml', 'yaml'],
  ['.yml', 'yaml'],
  ['.py', 'python'],
  ...['.js', '.mjs', '.ts', '.mts'].map((ending) => [ending, 'module'] as const),
]);

/** Endings of names, for messages: the original's first, in its own words. */
export const KNOWN_ENDINGS = 'Only py/yml/yaml/json type are supported, and modules in js/mjs/ts/mts';

export function hasKnownEnding(file: string): boolean {
  return FORMATS.has(endingOf(file));
}

/**
 * What a file is written in, by the ending of its name.
 *
 * @throws ConfigError `unknown-format`.
 */
export function formatOfFile(file: string): SourceFormat | 'module' {
  const format = FORMATS.get(endingOf(file));
  if (format !== undefined) return format;
  const what = `Cannot tell the format of '${file}'`;
  throw new ConfigError({ code: 'unknown-format', what, expected: KNOWN_ENDINGS, origin: { file } });
}

/**
 * Reads the text of one file. The readers of YAML and Python are loaded when they are first needed.
 *
 * @throws ConfigError what the readers throw; `parse-error` for a text of hostile length.
 */
export async function readSource(
  text: string,
  format: SourceFormat,
  context: SourceContext,
  rules: ReadRules,
): Promise<SourceTree> {
  const { file } = context;
  if (text.length > MAX_TEXT_LENGTH) {
    const what = `The config has ${text.length} characters`;
    throw parseError(file, { what, line: 1, expected: `at most ${MAX_TEXT_LENGTH} characters` });
  }
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const read = await readerOf(format, rules);
  return read(plain, context);
}

async function readerOf(format: SourceFormat, rules: ReadRules): Promise<SourceReader> {
  switch (format) {
    case 'json': {
      const { parseJson } = await import('./json.js');
      return (text, { file }) => parseJson(text, file, rules);
    }
    case 'yaml': {
      const { parseYaml } = await import('./yaml.js');
      return (text, { file }) => parseYaml(text, file, rules);
    }
    case 'python': {
      const { readPythonConfig } = await import('../python-config/index.js');
      return readPythonConfig;
    }
    default:
      return format satisfies never;
  }
}
