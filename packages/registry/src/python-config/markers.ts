import type { PlacedPlaceholder } from '../config/source-reader.js';
import { PythonFault } from './fault.js';
import type { TextPart } from './syntax.js';

const FIRST_PRIVATE = 0xe000;
const LAST_PRIVATE = 0xf8ff;

/**
 * Placeholders in a Python text, each replaced by a word that Python takes for a name and that strings carry along. So
 * what a placeholder stands for is put in as a value, and can never be read as Python.
 */
export class Markers {
  /** The text with the words in it. */
  readonly text: string;
  readonly placeholders: readonly PlacedPlaceholder[];
  readonly #pattern: RegExp | undefined;

  constructor(text: string, placeholders: readonly PlacedPlaceholder[]) {
    this.placeholders = placeholders;
    if (placeholders.length === 0) {
      this.text = text;
      return;
    }
    const sign = unusedCharacter(text);
    let marked = '';
    let end = 0;
    placeholders.forEach((placed, index) => {
      marked += `${text.slice(end, placed.start)}${sign}${index}${sign}`;
      end = placed.end;
    });
    this.text = marked + text.slice(end);
    this.#pattern = new RegExp(`${sign}(\\d+)${sign}`);
  }

  /** The placeholder that a name is, by its number. */
  indexOf(name: string): number | undefined {
    const match = this.#pattern?.exec(name);
    return match?.[0] === name ? Number(match[1]) : undefined;
  }

  /** A text cut into plain text and placeholders; undefined when it holds none. */
  split(text: string, line: number): readonly TextPart[] | undefined {
    if (this.#pattern === undefined) return undefined;
    const pieces = text.split(this.#pattern);
    if (pieces.length === 1) return undefined;
    return pieces
      .map((piece, at): TextPart => (at % 2 === 0 ? piece : { kind: 'placeholder', line, index: Number(piece) }))
      .filter((part) => part !== '');
  }
}

/** A private-use character that the text does not hold. */
function unusedCharacter(text: string): string {
  for (let code = FIRST_PRIVATE; code <= LAST_PRIVATE; code++) {
    const character = String.fromCharCode(code);
    if (!text.includes(character)) return character;
  }
  throw new PythonFault('The text uses every private character, which leaves none to mark placeholders with');
}
