import { ts } from './typescript.js';

/** Types whose values JSON writes as they are. */
export const PRIMITIVE: ts.TypeFlags = ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike;

/** A string, a number, true or false. */
export function isLiteral(type: ts.Type): boolean {
  return type.isStringLiteral() || type.isNumberLiteral() || (type.flags & ts.TypeFlags.BooleanLiteral) !== 0;
}

/** The value of a literal type. */
export function literalValue(checker: ts.TypeChecker, type: ts.Type): string | number | boolean {
  if (type.isStringLiteral() || type.isNumberLiteral()) return type.value;
  return checker.typeToString(type) === 'true';
}

/** Whether a value may be left out. */
export function takesUndefined(type: ts.Type): boolean {
  const members = type.isUnion() ? type.types : [type];
  return members.some(({ flags }) => (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Any)) !== 0);
}

/** The compiler's stand-in for a type that it did not find. */
export function isUnresolved(type: ts.Type): boolean {
  // Not in the public types: by it the compiler tells this from an `any` that somebody wrote.
  return (type.flags & ts.TypeFlags.Any) !== 0 && (type as { intrinsicName?: string }).intrinsicName === 'error';
}

/** Where the type of an index signature's values is written. */
export function indexNode({ declaration }: ts.IndexInfo): ts.TypeNode | undefined {
  return declaration !== undefined && 'type' in declaration ? declaration.type : undefined;
}

/** The regular expression of a template literal type. */
export function templatePattern(checker: ts.TypeChecker, { texts, types }: ts.TemplateLiteralType): string {
  const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const part = (type: ts.Type): string => {
    if ((type.flags & ts.TypeFlags.NumberLike) !== 0) return '-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?';
    if ((type.flags & ts.TypeFlags.BigIntLike) !== 0) return '-?\\d+';
    if ((type.flags & ts.TypeFlags.BooleanLike) !== 0) return '(?:true|false)';
    if ((type.flags & ts.TypeFlags.TemplateLiteral) !== 0) {
      return templatePattern(checker, type as ts.TemplateLiteralType).slice(1, -1);
    }
    return '[^]*';
  };
  const parts = texts.map((text, i) => `${escaped(text)}${i < types.length ? part(types[i] as ts.Type) : ''}`);
  return `^${parts.join('').replaceAll('[^]*', '[\\s\\S]*')}$`;
}
