import { ConfigError } from '../errors.js';
import { overLimit, PythonFault } from './fault.js';
import { syntaxTree } from './grammar.js';
import { Markers } from './markers.js';
import { readExpression } from './read-expression.js';
import { readStatements } from './read-statement.js';
import { SourceText } from './source-text.js';
import type { Expression, Statement } from './syntax.js';
import { partsOf, SyntaxReader } from './syntax-reader.js';

/** What a Python text says. */
export interface ParsedPython {
  readonly statements: readonly Statement[];
  /** How often the name `_base_` stands in it. */
  readonly baseNames: number;
}

/**
 * Reads Python text as statements. Nothing is evaluated.
 *
 * @throws ConfigError `parse-error`, `python-limit`, `unsupported-python`, with file and line.
 */
export function parsePython(markers: Markers, file: string | undefined): ParsedPython {
  const source = new SourceText(markers.text);
  const deep = source.tooDeep();
  if (deep !== undefined) throw deep.fault.at(file, deep.line);
  const reader = new SyntaxReader(source, markers, readExpression);
  try {
    const statements = readStatements(reader, partsOf(syntaxTree(source.parsable)));
    return { statements, baseNames: reader.baseNames };
  } catch (cause) {
    if (cause instanceof PythonFault) throw cause.at(file, reader.line);
    if (cause instanceof SyntaxError) throw refusal(source, file, cause);
    // Neither the grammar's tree nor its reader is made for a text that nests without end.
    if (cause instanceof RangeError) throw overLimit('The Python text nests too deep').at(file, reader.line);
    throw cause;
  }
}

/** Reads a text that is one expression; undefined when it is something else. */
export function parseExpression(text: string): Expression | undefined {
  try {
    const [statement, ...rest] = parsePython(new Markers(text, []), undefined).statements;
    return statement?.kind === 'expression' && rest.length === 0 ? statement.value : undefined;
  } catch (error) {
    // What cannot be read is no expression: the caller says what that means.
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** The strict parser says only where it stopped. */
function refusal(source: SourceText, file: string | undefined, cause: SyntaxError): ConfigError {
  const stop = Number(/\d+$/.exec(cause.message)?.[0] ?? 0);
  const at = stop + (/^[ \t]*/.exec(source.text.slice(stop, stop + 200))?.[0].length ?? 0);
  const found = source.text[at];
  const line = source.lineAt(at);
  const column = source.indentAt(at).length + 1;
  const what =
    found === undefined
      ? 'The Python text ends too early'
      : found === '\n'
        ? 'The line ends too early'
        : `Unexpected ${JSON.stringify(/^[\w.]+|[\s\S]/.exec(source.text.slice(at, at + 40))?.[0])} in column ${column}`;
  const fix = 'check brackets, commas and quotes on this line and above it';
  return new PythonFault(what, { code: 'parse-error', fix, cause }).at(file, line);
}
