import { fillText } from './read-rules.js';
import type { PlacedPlaceholder, SourceVariables } from './source-reader.js';

/** A text whose placeholders are hidden behind plain words, so that a parser takes them for text. */
export interface MaskedText {
  readonly text: string;
  /** The placeholder that a text consists of, if it is one. */
  alone(text: string): PlacedPlaceholder | undefined;
  /** The text with the words replaced by what their placeholders stand for. */
  fill(text: string, line: number): string;
}

/**
 * Hides the placeholders of a text. Lines stay where they are.
 *
 * @param file how messages name the text.
 */
export function maskPlaceholders(text: string, variables: SourceVariables, file: string | undefined): MaskedText {
  const placed = variables.find(text);
  if (placed.length === 0) return { text, alone: () => undefined, fill: (inner) => inner };
  const prefix = unusedWord(text);
  const word = new RegExp(`${prefix}(\\d+)z`, 'g');
  const sourceOf = (digits: string): string => {
    const found = placed[Number(digits)];
    return found === undefined ? '' : text.slice(found.start, found.end);
  };
  const parts: string[] = [];
  let end = 0;
  for (const [index, one] of placed.entries()) {
    parts.push(text.slice(end, one.start), `${prefix}${index}z`, lineEnds(text, one));
    end = one.end;
  }
  return {
    text: parts.join('') + text.slice(end),
    alone: (inner) => {
      if (!inner.startsWith(prefix)) return undefined;
      const digits = inner.slice(prefix.length, -1);
      return inner === `${prefix}${digits}z` && /^\d+$/.test(digits) ? placed[Number(digits)] : undefined;
    },
    fill: (inner, line) => {
      if (!inner.includes(prefix)) return inner;
      return inner.replace(word, (_, digits: string) => fillText(sourceOf(digits), variables, file, line));
    },
  };
}

/** The line ends inside a placeholder, which must not get lost, where nothing else stands behind it on its line. */
function lineEnds(text: string, { start, end }: PlacedPlaceholder): string {
  const lines = text.slice(start, end).split('\n').length - 1;
  return lines > 0 && /^[ \t\r]*(?:\n|$)/.test(text.slice(end, end + 64)) ? '\n'.repeat(lines) : '';
}

/** A word that does not occur in the text. */
function unusedWord(text: string): string {
  for (let number = 0; ; number++) {
    const word = `incipit${number}x`;
    if (!text.includes(word)) return word;
  }
}
