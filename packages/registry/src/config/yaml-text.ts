import { MAX_DEPTH, MAX_YAML_LENGTH, MAX_YAML_MARKS } from './limits.js';
import { parseError } from './parse-error.js';

const MARKS: ReadonlySet<string> = new Set('\n,[]{}:?&*!#"\'-|>%');

/**
 * Refuses a text that would keep the parser busy for minutes, take all its memory or all its stack, before the parser
 * sees it. What is counted is characters, wherever they stand: no config comes near.
 *
 * The stack matters most: the engine ends the whole process, and throws nothing, when it runs out while it compiles a
 * regular expression.
 *
 * @throws ConfigError `parse-error`.
 */
export function checkYamlText(text: string, file: string | undefined): void {
  if (text.length > MAX_YAML_LENGTH) {
    const what = `The YAML text has ${text.length} characters`;
    throw parseError(file, { what, line: 1, expected: `at most ${MAX_YAML_LENGTH} characters` });
  }
  let [line, marks, open] = [1, 0, 0];
  let indents = indentsOfLine(text, 0, []);
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (MARKS.has(character)) marks += 1;
    if (character === '\n') {
      line += 1;
      indents = indentsOfLine(text, at + 1, indents);
    } else if (character === '[' || character === '{') open += 1;
    else if ((character === ']' || character === '}') && open > 0) open -= 1;
    if (open + indents.length > MAX_DEPTH) throw parseError(file, { what: 'The text nests too deep', line });
  }
  if (marks <= MAX_YAML_MARKS) return;
  const what = `The YAML text has ${marks} line ends and other marks`;
  const fix = 'write so much data as JSON, or keep it in a file of its own';
  throw parseError(file, { what, line: 1, expected: `at most ${MAX_YAML_MARKS}`, fix });
}

/**
 * The columns at which the levels around a line begin: those of the lines before that it is indented under, and its own,
 * one for each dash and question mark that it begins with.
 */
function indentsOfLine(text: string, start: number, before: readonly number[]): readonly number[] {
  const own: number[] = [];
  let at = start;
  while (own.length <= MAX_DEPTH) {
    while (text[at] === ' ' || text[at] === '\t') at += 1;
    const character = text[at];
    // An empty line and a comment end no level.
    if (own.length === 0 && (character === undefined || /[\r\n#]/.test(character))) return before;
    own.push(at - start);
    const next = text[at + 1];
    const nests = character === '-' || character === '?' || character === ':';
    if (!nests || (next !== undefined && !/\s/.test(next))) break;
    at += 1;
  }
  const [first = 0] = own;
  return [...before.filter((column) => column < first), ...own];
}
