import { REGISTRY_PACKAGE } from './packages.js';
import type { Registries } from './registries.js';
import type { Sources } from './sources.js';
import { initializerOf } from './static-value.js';
import { bare, declarationOf, isUnderTag, symbolOf, symbolOfDeclaration } from './symbols.js';
import { ts } from './typescript.js';

/** One place where something is registered. */
export interface Registration {
  /** `REGISTRY.register(…)` or `REGISTRY.add(…)`. */
  readonly call: ts.CallExpression;
  /** What the call's method is taken from. */
  readonly registry: ts.Expression;
  /** The class under a decorator, or the expression that is handed over. */
  readonly value: ts.ClassLikeDeclaration | ts.Expression;
  readonly names: ts.Expression | undefined;
  /** `{ force, kind, options, description }`. */
  readonly options: ts.Expression | undefined;
  /** The class, or the call: where it stands decides whether it is registered always. */
  readonly at: ts.Node;
}

/** Tag of what is registered in ways that sources cannot tell, and known by other means. */
const IGNORED = 'notGenerated';

/** Every registration in the project's own sources, in no particular order; registries are met on the way. */
export function findRegistrations(sources: Sources, registries: Registries): readonly Registration[] {
  const search = new Search(sources, registries);
  for (const file of sources.files) search.visit(file);
  return search.finish();
}

class Search {
  readonly #sources: Sources;
  readonly #registries: Registries;
  readonly #found: Registration[] = [];
  /** Calls that make a decorator, and whether it decorates anything. */
  readonly #decorators = new Map<ts.CallExpression, boolean>();

  constructor(sources: Sources, registries: Registries) {
    this.#sources = sources;
    this.#registries = registries;
  }

  visit(node: ts.Node): void {
    if (ts.isClassLike(node)) this.#visitClass(node);
    else if (ts.isCallExpression(node)) this.#visitCall(node);
    const holds = ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node);
    if (holds && conditionOf(node) === undefined) this.#registries.meet(node);
    ts.forEachChild(node, (child) => this.visit(child));
  }

  finish(): readonly Registration[] {
    const { problems } = this.#sources;
    for (const [call, used] of this.#decorators) {
      if (used || isUnderTag(call, IGNORED)) continue;
      problems.add({
        code: 'unused-decorator',
        subject: call.getText(),
        what: `${call.getText()} makes a decorator, but what it is applied to cannot be told`,
        fix: 'write it in front of a class, or hand the class to the call: REGISTRY.register(name, Class)',
        origin: problems.origin(call),
      });
    }
    return this.#found.filter(({ at }) => !isUnderTag(at, IGNORED)).filter((found) => this.#isAlways(found));
  }

  #visitClass(node: ts.ClassLikeDeclaration): void {
    for (const decorator of ts.getDecorators(node) ?? []) {
      const call = this.#decoratorCall(decorator.expression);
      if (call !== undefined) this.#addDecorated(call, node, node);
    }
  }

  /** The call that made a decorator, which may wait in a constant. */
  #decoratorCall(expression: ts.Expression): ts.CallExpression | undefined {
    const node = bare(expression);
    if (ts.isCallExpression(node)) return this.#methodOf(node) === 'register' ? node : undefined;
    const name = ts.isPropertyAccessExpression(node) ? node.name : node;
    const initializer = initializerOf(this.#sources.checker, symbolOf(this.#sources.checker, name));
    return initializer === undefined ? undefined : this.#decoratorCall(initializer);
  }

  #visitCall(node: ts.CallExpression): void {
    const callee = bare(node.expression);
    const [value] = node.arguments;
    // REGISTRY.register('Name')(Class)
    if (ts.isCallExpression(callee) && value !== undefined && this.#methodOf(callee) === 'register') {
      this.#addDecorated(callee, value, node);
    }
    const method = this.#methodOf(node);
    if (method === undefined) return;
    const [names, second, third] = node.arguments;
    if (second !== undefined && (method === 'add' || this.#isCallable(second))) {
      this.#add({ call: node, value: second, names, options: third, at: node });
    } else if (method === 'register' && !this.#decorators.has(node)) this.#decorators.set(node, false);
  }

  #addDecorated(call: ts.CallExpression, value: ts.ClassLikeDeclaration | ts.Expression, at: ts.Node): void {
    this.#decorators.set(call, true);
    const [names, options] = call.arguments;
    this.#add({ call, value, names, options, at });
  }

  #add(found: Omit<Registration, 'registry'>): void {
    const registry = receiverOf(found.call);
    if (registry !== undefined) this.#found.push({ ...found, registry });
  }

  #isCallable(node: ts.Expression): boolean {
    const type = this.#sources.checker.getTypeAtLocation(node);
    return type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0;
  }

  /** `register` or `add` where a call is of this method of a registry. */
  #methodOf(node: ts.CallExpression): 'register' | 'add' | undefined {
    const callee = bare(node.expression);
    const name = ts.isPropertyAccessExpression(callee)
      ? callee.name
      : ts.isElementAccessExpression(callee)
        ? callee.argumentExpression
        : undefined;
    // What the method is called cannot change: a registry's methods work on the registry only.
    const text = name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) ? name.text : undefined;
    if (name === undefined || (text !== 'register' && text !== 'add')) return undefined;
    const symbol = this.#sources.checker.getSymbolAtLocation(name);
    if (symbol === undefined) this.#checkResolved(node, text);
    const owner = declarationOf(symbol)?.parent;
    if (owner === undefined || !ts.isClassDeclaration(owner) || owner.name?.text !== 'Registry') return undefined;
    const home = this.#sources.packages.of(owner.getSourceFile().fileName);
    return home?.name === REGISTRY_PACKAGE ? text : undefined;
  }

  /** What looks like a registration, but comes from a module that is not there. */
  #checkResolved(node: ts.CallExpression, method: string): void {
    const { checker, problems } = this.#sources;
    const receiver = receiverOf(node);
    const isDecorator = ts.isDecorator(node.parent);
    if (receiver === undefined || (method === 'add' && !isDecorator)) return;
    const symbol = checker.getSymbolAtLocation(receiver);
    const source = symbol === undefined ? undefined : importOf(symbol);
    if (source === undefined || symbol === undefined || declarationOf(symbolOf(checker, receiver)) !== undefined)
      return;
    problems.add({
      code: 'unresolved-import',
      subject: receiver.getText(),
      what: `${receiver.getText()} is imported from '${source}', which cannot be found`,
      fix: `install or build '${source}'`,
      origin: problems.origin(node),
    });
  }

  #isAlways({ at, call }: Registration): boolean {
    const condition = conditionOf(at);
    if (condition === undefined) return true;
    const { problems } = this.#sources;
    problems.add({
      code: 'conditional-registration',
      subject: call.getText(),
      what: `What ${call.expression.getText()} registers here stands ${condition}: whether it is there is only known when the program runs`,
      expected: 'a registration at the top of a module',
      fix: `move it there, or leave it out of what is generated by the tag @${IGNORED} in a comment above it`,
      origin: problems.origin(at),
    });
    return false;
  }
}

function receiverOf(call: ts.CallExpression): ts.Expression | undefined {
  const callee = bare(call.expression);
  return ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee) ? callee.expression : undefined;
}

/** The module that a name is imported from. */
function importOf(symbol: ts.Symbol): string | undefined {
  for (let at: ts.Node | undefined = declarationOf(symbol); at !== undefined; at = at.parent) {
    if (ts.isImportDeclaration(at) && ts.isStringLiteral(at.moduleSpecifier)) return at.moduleSpecifier.text;
  }
  return undefined;
}

const LOGIC: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

/** What makes a node not run, or run more than once; undefined for what always does when its module is loaded. */
function conditionOf(node: ts.Node): string | undefined {
  for (let at = node.parent; at !== undefined && !ts.isSourceFile(at); at = at.parent) {
    if (ts.isFunctionLike(at)) return 'in a function';
    if (ts.isIterationStatement(at, false)) return 'in a loop';
    if (ts.isIfStatement(at) || ts.isConditionalExpression(at) || ts.isSwitchStatement(at)) return 'under a condition';
    if (ts.isTryStatement(at)) return 'in a try';
    if (ts.isBinaryExpression(at) && LOGIC.has(at.operatorToken.kind)) return 'under a condition';
  }
  return undefined;
}

/** The symbol of what is registered, where it has a name. */
export function valueSymbol(checker: ts.TypeChecker, { value }: Registration): ts.Symbol | undefined {
  if (ts.isClassLike(value)) return symbolOfDeclaration(value);
  const node = bare(value);
  return symbolOf(checker, ts.isPropertyAccessExpression(node) ? node.name : node);
}
