import type { OptionSchema } from '@incipit/registry';
import { evaluate, initializerOf, isFreeze, keyOf } from './static-value.js';
import { bare, declarationOf, symbolOf } from './symbols.js';
import { ts } from './typescript.js';

/** A schema written in the sources, as far as it can be told. */
export interface DeclaredOptions {
  /** By name; undefined for an option that is declared, but not by literals. */
  readonly options: ReadonlyMap<string, OptionSchema | undefined>;
  /** Whether these are all. */
  readonly isComplete: boolean;
  readonly node: ts.Node;
}

/** Constants that spread constants, not farther than this. */
const MAX_DEPTH = 32;

/** The schema that an expression stands for. Parts that cannot be told are left out, and it is not complete then. */
export function readSchema(checker: ts.TypeChecker, expression: ts.Expression, depth = 0): DeclaredOptions {
  const node = bare(expression);
  const unknown: DeclaredOptions = { options: new Map(), isComplete: false, node };
  if (depth > MAX_DEPTH) return unknown;
  if (ts.isCallExpression(node) && isFreeze(node)) {
    return readSchema(checker, node.arguments[0] as ts.Expression, depth + 1);
  }
  if (!ts.isObjectLiteralExpression(node)) {
    const name = ts.isPropertyAccessExpression(node) ? node.name : node;
    const initializer = initializerOf(checker, symbolOf(checker, name));
    return initializer === undefined ? unknown : readSchema(checker, initializer, depth + 1);
  }
  const options = new Map<string, OptionSchema | undefined>();
  let isComplete = true;
  for (const property of node.properties) {
    if (ts.isSpreadAssignment(property)) {
      const part = readSchema(checker, property.expression, depth + 1);
      for (const [name, option] of part.options) options.set(name, option);
      isComplete &&= part.isComplete;
      continue;
    }
    const key = property.name === undefined ? undefined : keyOf(checker, property.name);
    if (key === undefined) isComplete = false;
    else options.set(key, optionOf(checker, property));
  }
  return { options, isComplete, node };
}

function optionOf(checker: ts.TypeChecker, property: ts.ObjectLiteralElementLike): OptionSchema | undefined {
  const initializer = ts.isPropertyAssignment(property)
    ? property.initializer
    : ts.isShorthandPropertyAssignment(property)
      ? initializerOf(checker, checker.getShorthandAssignmentValueSymbol(property))
      : undefined;
  const value = initializer === undefined ? undefined : evaluate(checker, initializer)?.value;
  const isOption = typeof value === 'object' && value !== null && typeof (value as OptionSchema).type === 'string';
  return isOption ? (value as OptionSchema) : undefined;
}

/** The schema that a class has for its options, and whether it is a statement about all of them. */
export interface ClassOptions extends DeclaredOptions {
  /** False where it is inherited by a class with a constructor of its own, which may take more. */
  readonly isOwn: boolean;
}

/** The static `options` of a class, or of the class that it has them from. */
export function classOptions(checker: ts.TypeChecker, owner: ts.ClassLikeDeclaration): ClassOptions | undefined {
  let isOwn = true;
  const seen = new Set<ts.Node>();
  let at: ts.ClassLikeDeclaration | undefined = owner;
  while (at !== undefined && !seen.has(at)) {
    seen.add(at);
    const field = staticField(at, 'options');
    if (field !== undefined) {
      const declared = field.initializer === undefined ? undefined : readSchema(checker, field.initializer);
      return { options: new Map(), isComplete: false, node: field, ...declared, isOwn };
    }
    isOwn &&= !at.members.some(ts.isConstructorDeclaration);
    at = baseOf(checker, at);
  }
  return undefined;
}

/** A static field that a class itself declares. */
export function staticField(owner: ts.ClassLikeDeclaration, name: string): ts.PropertyDeclaration | undefined {
  return owner.members
    .filter(ts.isPropertyDeclaration)
    .filter((member) => (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0)
    .find((member) => member.name.getText() === name);
}

function baseOf(checker: ts.TypeChecker, owner: ts.ClassLikeDeclaration): ts.ClassLikeDeclaration | undefined {
  const base = owner.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  if (base === undefined) return undefined;
  const callee = bare(base.expression);
  const node = declarationOf(symbolOf(checker, ts.isPropertyAccessExpression(callee) ? callee.name : callee));
  return node !== undefined && ts.isClassLike(node) ? node : undefined;
}
