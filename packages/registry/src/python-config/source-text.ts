import { overLimit, type PythonFault } from './fault.js';

/** Longest Python text, in UTF-16 units: the longest config of OpenMMLab has 0.1 million. */
const MAX_LENGTH = 1024 * 1024;

/** Deepest nesting of brackets; CPython allows 200. */
const MAX_BRACKETS = 100;

const OPEN_BRACKETS = '([{';
const CLOSE_BRACKETS = ')]}';

/** `1.`, `1.e5`: the grammar wants a digit after the point. */
const BARE_POINT = /(?<![\w.\u0080-\uFFFF])(\d[\d_]*)\.(?!\d)/g;

/** A text with one kind of line end, `\n`, and without a byte order mark. */
export function normalizedText(raw: string): string {
  if (raw.length > MAX_LENGTH) throw overLimit(`The Python text has ${raw.length} characters`);
  return raw.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
}

/** A Python text, and where its lines start. */
export class SourceText {
  /** What was written, normalised. */
  readonly text: string;
  /** The same length, with number literals that the grammar does not know spelt in a way that it does. */
  readonly parsable: string;
  readonly #lineStarts: readonly number[];

  constructor(text: string) {
    this.text = text;
    this.parsable = text.replace(BARE_POINT, '$1_');
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
  }

  /** 1-based line of an offset. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** What stands before an offset on its line. */
  indentAt(offset: number): string {
    return this.text.slice(this.#lineStarts[this.lineAt(offset) - 1] ?? 0, offset);
  }

  /** The place where brackets nest too deep for the grammar's time, if there is one. */
  tooDeep(): { readonly line: number; readonly fault: PythonFault } | undefined {
    const { text } = this;
    let depth = 0;
    for (let at = 0; at < text.length; at++) {
      const character = text[at] ?? '';
      if (character === '#') at = endOfLine(text, at);
      else if (character === '"' || character === "'") at = endOfString(text, at) - 1;
      else if (OPEN_BRACKETS.includes(character)) depth += 1;
      else if (CLOSE_BRACKETS.includes(character)) depth -= 1;
      if (depth > MAX_BRACKETS) {
        const fault = overLimit(`The brackets nest deeper than ${MAX_BRACKETS} levels`);
        return { line: this.lineAt(at), fault };
      }
    }
    return undefined;
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Offset behind the string literal whose first quote stands at `start`. */
function endOfString(text: string, start: number): number {
  const quote = text[start] ?? '';
  const long = text.startsWith(quote.repeat(3), start);
  const close = long ? quote.repeat(3) : quote;
  for (let at = start + close.length; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text.startsWith(close, at)) return at + close.length;
    else if (!long && text[at] === '\n') return at;
  }
  return text.length;
}
