import type { Context } from './context.js';
import { formatValue } from './format-spec.js';
import { asciiCode, toCode, toText } from './show.js';
import type { Expression, ReplacementField, TextPart } from './syntax.js';
import type { Value } from './values.js';

/** What filling in a text asks of the evaluator. */
export interface FieldSource {
  evaluate(expression: Expression): Value;
  /** Says that the operation on a line begins. */
  at(line: number): Context;
  /** The text of a placeholder. */
  placeholderText(index: number, line: number): string;
}

/** An f-string, or a string with placeholders, with its parts filled in. */
export function fillText(parts: readonly TextPart[], line: number, source: FieldSource): string {
  const texts = parts.map((part) => {
    if (typeof part === 'string') return part;
    return part.kind === 'field' ? fillField(part, line, source) : source.placeholderText(part.index, part.line);
  });
  source.at(line).budget.spendSize(texts.reduce((size, text) => size + text.length, 0));
  return texts.join('');
}

function fillField(field: ReplacementField, line: number, source: FieldSource): string {
  const value = source.evaluate(field.value);
  const spec = field.spec === undefined ? '' : fillText(field.spec, line, source);
  const { budget } = source.at(line);
  const label = field.label ?? '';
  if (field.conversion === undefined) return label + formatValue(value, spec, budget);
  if (field.conversion === 's') return label + formatValue(toText(value, budget), spec, budget);
  const code = toCode(value, budget);
  return label + formatValue(field.conversion === 'a' ? asciiCode(code) : code, spec, budget);
}
