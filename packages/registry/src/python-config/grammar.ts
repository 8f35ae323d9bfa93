import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';

export type { SyntaxNode } from '@lezer/common';

/** Stops at the first error instead of guessing on: configs are right or refused, and guessing takes long. */
const strictParser = parser.configure({ strict: true });

/**
 * The syntax tree of a Python text.
 *
 * @throws SyntaxError `No parse at OFFSET`.
 */
export function syntaxTree(text: string): SyntaxNode {
  return strictParser.parse(text).topNode;
}
