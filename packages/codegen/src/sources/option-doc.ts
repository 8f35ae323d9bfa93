import type { OptionTag } from './option-tags.js';
import { cleanDoc, declarationOf, docText } from './symbols.js';
import { ts } from './typescript.js';

/** What the TSDoc of an option says. */
export interface OptionDoc {
  readonly description: string | undefined;
  readonly tags: readonly OptionTag[];
}

export function optionDoc(checker: ts.TypeChecker, property: ts.Symbol): OptionDoc {
  const description = docText(checker, property);
  const tags = property
    .getJsDocTags(checker)
    .map(({ name, text }) => ({ name, text: cleanDoc(ts.displayPartsToString(text)) ?? '' }));
  const declaration = declarationOf(property);
  if (description !== undefined || tags.length > 0 || declaration === undefined) return { description, tags };
  return sameLineDoc(declaration) ?? { description, tags };
}

/** TypeScript reads no TSDoc that stands on one line with what comes before it: `{ a: string; /** … *\/ b: number }`. */
function sameLineDoc(node: ts.Node): OptionDoc | undefined {
  const source = node.getSourceFile();
  const comment = ts.getTrailingCommentRanges(source.text, node.pos)?.at(-1);
  if (comment === undefined) return undefined;
  const text = source.text.slice(comment.pos, comment.end);
  const isNext = !source.text.slice(comment.end, node.getStart(source)).includes('\n');
  if (!text.startsWith('/**') || !isNext) return undefined;
  const [alone] = ts.createSourceFile('doc.ts', `${text}\nlet it;`, ts.ScriptTarget.Latest, true).statements;
  if (alone === undefined) return undefined;
  const said = ts.getJSDocCommentsAndTags(alone).find(ts.isJSDoc);
  return {
    description: cleanDoc(ts.getTextOfJSDocComment(said?.comment) ?? ''),
    tags: (said?.tags ?? []).map(({ tagName, comment: about }) => ({
      name: tagName.text,
      text: cleanDoc(ts.getTextOfJSDocComment(about) ?? '') ?? '',
    })),
  };
}
