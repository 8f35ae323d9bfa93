import type { PlacedPlaceholder, Placeholder, PredefinedName } from './source-reader.js';

const PREDEFINED: ReadonlySet<string> = new Set<PredefinedName>([
  'fileDirname',
  'fileBasename',
  'fileBasenameNoExtension',
  'fileExtname',
]);

/** The innermost opening braces, the closing ones, and line ends. A placeholder may go over several lines. */
const MARKS = /\{\{(?!\{)|\}\}|\n/g;
/** Longest text between the braces, in UTF-16 units. */
const MAX_LENGTH = 4096;
const BASE = /^_base_\.([\p{L}\p{N}_.]+)$/u;
const NAME = /^\$([\p{L}\p{N}_]+)\s*:/u;

/**
 * The placeholders of a text, in order, in time linear in its length. What looks like one and is none stays text.
 *
 * @example findPlaceholders('a/{{ fileBasename }}')[0].placeholder // { kind: 'predefined', name: 'fileBasename' }
 */
export function findPlaceholders(text: string): readonly PlacedPlaceholder[] {
  const found: PlacedPlaceholder[] = [];
  let line = 1;
  let open = -1;
  let openLine = 1;
  MARKS.lastIndex = 0;
  for (let mark = MARKS.exec(text); mark !== null; mark = MARKS.exec(text)) {
    const at = mark.index;
    if (mark[0] === '\n') {
      line += 1;
    } else if (mark[0] === '{{') {
      open = at;
      openLine = line;
    } else {
      const placeholder = open === -1 || at - open > MAX_LENGTH ? undefined : readPlaceholder(text.slice(open + 2, at));
      if (placeholder !== undefined) found.push({ placeholder, start: open, end: at + 2, line: openLine });
      // Without a placeholder the next brace may still be the first of a pair.
      else MARKS.lastIndex = at + 1;
      open = -1;
    }
  }
  return found;
}

/** What stands between the braces, if it is a placeholder. */
function readPlaceholder(body: string): Placeholder | undefined {
  const name = body.trim();
  if (PREDEFINED.has(name)) return { kind: 'predefined', name: name as PredefinedName };
  const base = BASE.exec(name)?.[1];
  if (base !== undefined) return { kind: 'base', path: base.split('.') };
  return readEnvironment(body);
}

/** `$NAME:fallback`, with or without quotes next to the braces; the fallback holds no white space. */
function readEnvironment(body: string): Placeholder | undefined {
  const inner = /^['"]/.test(body) ? body.slice(1).trimStart() : body.trimStart();
  const head = NAME.exec(inner);
  const name = head?.[1];
  if (head === null || name === undefined) return undefined;
  const rest = inner.slice(head[0].length).trimStart();
  const fallback = /['"]$/.test(rest) ? rest.slice(0, -1).trimEnd() : rest.trimEnd();
  return /\s/.test(fallback) ? undefined : { kind: 'environment', name, fallback };
}
