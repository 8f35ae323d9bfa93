import type { PackageFolder } from './packages.js';
import type { Problems } from './problems.js';
import { type FoundRegistry, type Registries, unwrapped } from './registries.js';
import { staticValue } from './static-value.js';
import { type CallExpression, Node, type SourceFile, type TsSymbol } from './ts-morph.js';

/** One class or function that is registered. */
export interface Registration {
  readonly found: FoundRegistry;
  /** The first is its own, the others are aliases. */
  readonly names: readonly string[];
  /** The class or function. */
  readonly value: Node;
  readonly symbol: TsSymbol | undefined;
  /** What `register` was told beside the names. */
  readonly settings: Node | undefined;
  /** Where it is registered, for messages. */
  readonly place: Node;
}

/** Finds what is registered in files of one package, by the symbols of `register` and `add`. */
export class RegistrationFinder {
  readonly #registries: Registries;
  readonly #problems: Problems;

  constructor(registries: Registries, problems: Problems) {
    this.#registries = registries;
    this.#problems = problems;
  }

  in(files: readonly SourceFile[]): readonly Registration[] {
    return files.flatMap((file) => {
      const calls: CallExpression[] = [];
      const classes: Node[] = [];
      // One walk: of most files nothing is asked but the kinds of their nodes.
      file.forEachDescendant((node) => {
        if (Node.isCallExpression(node)) calls.push(node);
        else if ((Node.isClassDeclaration(node) || Node.isClassExpression(node)) && node.getDecorators().length > 0) {
          classes.push(node);
        }
      });
      return [...calls.flatMap((call) => this.#ofCall(call)), ...classes.flatMap((node) => this.#ofDecorators(node))];
    });
  }

  /** `REG.register('Name', Value)`, `REG.add('Name', Value)`, `REG.register('Name')(Value)`. */
  #ofCall(call: CallExpression): readonly Registration[] {
    const callee = unwrapped(call.getExpression());
    if (Node.isCallExpression(callee)) {
      const [value] = call.getArguments();
      return value === undefined || this.#methodOf(callee) !== 'register' ? [] : this.#make(callee, value, call);
    }
    const method = this.#methodOf(call);
    if (method === undefined) return [];
    const value = call.getArguments()[1];
    const second = unwrapped(value);
    // Without a value it makes a decorator, which is found where it decorates.
    if (value === undefined || (method === 'register' && Node.isObjectLiteralExpression(second))) return [];
    return this.#make(call, value, call);
  }

  #ofDecorators(node: Node): readonly Registration[] {
    if (!Node.isClassDeclaration(node) && !Node.isClassExpression(node)) return [];
    return node.getDecorators().flatMap((decorator) => {
      const call = decoratorCall(decorator.getExpression());
      return call === undefined || this.#methodOf(call) !== 'register' ? [] : this.#make(call, node, decorator);
    });
  }

  /** `register` or `add`, when that is a method of a Registry of ours. */
  #methodOf(call: CallExpression): 'register' | 'add' | undefined {
    const callee = unwrapped(call.getExpression());
    if (!Node.isPropertyAccessExpression(callee) && !Node.isElementAccessExpression(callee)) return undefined;
    // A cheap question first: the checker is asked only where the answer can be yes.
    if (!/\b(register|add)\b/.test(callee.getText().slice(callee.getExpression().getText().length))) return undefined;
    const member = Node.isPropertyAccessExpression(callee) ? callee.getNameNode() : callee.getArgumentExpression();
    const symbol = callee.getSymbol() ?? member?.getSymbol();
    const name = symbol?.getName();
    if (name !== 'register' && name !== 'add') return undefined;
    const ours = symbol
      ?.getDeclarations()
      .some((node) => this.#registries.isLibraryClass(node.getParent(), 'Registry'));
    return ours === true ? name : undefined;
  }

  #make(call: CallExpression, given: Node, place: Node): readonly Registration[] {
    const callee = unwrapped(call.getExpression());
    if (!Node.isPropertyAccessExpression(callee) && !Node.isElementAccessExpression(callee)) return [];
    const found = this.#registries.of(callee.getExpression());
    if (found === undefined) {
      this.#registries.refuse(callee.getExpression(), place);
      return [];
    }
    const { value, symbol } = target(given);
    if (!this.#isPlain(place, found) || !this.#isConcrete(value, place)) return [];
    const names = this.#names(call, value, place);
    const settings = call
      .getArguments()
      .find((argument, index) => index > 0 && Node.isObjectLiteralExpression(unwrapped(argument)));
    return names === undefined ? [] : [{ found, names, value, symbol, settings, place }];
  }

  #names(call: CallExpression, value: Node, place: Node): readonly string[] | undefined {
    const [argument] = call.getArguments();
    const isNone = argument === undefined || argument.getText() === 'undefined';
    const { value: read } = isNone ? staticName(value) : staticValue(argument);
    const names = Array.isArray(read) ? (read as readonly unknown[]) : [read];
    if (names.length > 0 && names.every((name) => typeof name === 'string')) return [...new Set(names)];
    this.#problems.add(place, {
      code: 'dynamic-name',
      what: `the name under which it is registered is not known before the program runs: ${argument?.getText() ?? 'none'}`,
      expected: 'a string, a list of strings, or a constant that is one',
    });
    return undefined;
  }

  /** Whether it is always registered: not in a function, a branch or a loop. */
  #isPlain(place: Node, { registry }: FoundRegistry): boolean {
    const around = place.getFirstAncestor((node) => isConditional(node));
    if (around === undefined) return true;
    this.#problems.add(place, {
      code: 'conditional-registration',
      what: `a class is registered in '${registry.name}' only sometimes: inside ${words(around)}`,
      expected: 'a registration at the top level of a module',
      fix: 'register it always, or leave this file out of the tsconfig',
    });
    return false;
  }

  #isConcrete(value: Node, place: Node): boolean {
    if (!Node.isClassDeclaration(value) && !Node.isClassExpression(value)) return true;
    if (!value.isAbstract()) return true;
    this.#problems.add(place, {
      code: 'abstract-class',
      what: `the class ${value.getName() ?? ''} is abstract, so that no config can make one`,
      fix: 'register the classes that extend it',
    });
    return false;
  }
}

/** The call behind a decorator: written there, or kept in a constant. */
function decoratorCall(expression: Node): CallExpression | undefined {
  const node = unwrapped(expression);
  if (Node.isCallExpression(node)) return node;
  if (!Node.isIdentifier(node) && !Node.isPropertyAccessExpression(node)) return undefined;
  const symbol = node.getSymbol();
  const declaration = (symbol?.getAliasedSymbol() ?? symbol)?.getValueDeclaration();
  const kept = Node.isVariableDeclaration(declaration) ? unwrapped(declaration.getInitializer()) : undefined;
  return Node.isCallExpression(kept) ? kept : undefined;
}

/** The class or function that an expression leads to. */
function target(given: Node): { readonly value: Node; readonly symbol: TsSymbol | undefined } {
  const node = unwrapped(given) ?? given;
  if (Node.isClassDeclaration(node)) return { value: node, symbol: node.getSymbol() };
  if (!Node.isIdentifier(node) && !Node.isPropertyAccessExpression(node)) return { value: node, symbol: undefined };
  const symbol = node.getSymbol();
  const aliased = symbol?.getAliasedSymbol() ?? symbol;
  const declaration = aliased?.getValueDeclaration();
  if (Node.isVariableDeclaration(declaration)) {
    const kept = unwrapped(declaration.getInitializer());
    if (kept !== undefined && !Node.isIdentifier(kept)) return { value: kept, symbol: aliased };
  }
  return { value: declaration ?? node, symbol: aliased };
}

/** The name of a class that is registered without one: its static `className`, else its own. */
function staticName(value: Node): { readonly value: unknown } {
  if (Node.isClassDeclaration(value) || Node.isClassExpression(value)) {
    const field = value.getStaticProperty('className');
    if (Node.isPropertyDeclaration(field)) return staticValue(field.getInitializer());
    return { value: value.getName() };
  }
  return { value: Node.isFunctionDeclaration(value) ? value.getName() : undefined };
}

function isConditional(node: Node): boolean {
  return (
    Node.isFunctionLikeDeclaration(node) ||
    Node.isFunctionExpression(node) ||
    Node.isArrowFunction(node) ||
    Node.isIfStatement(node) ||
    Node.isConditionalExpression(node) ||
    Node.isIterationStatement(node) ||
    Node.isSwitchStatement(node) ||
    Node.isTryStatement(node) ||
    (Node.isBinaryExpression(node) && /^(&&|\|\||\?\?)/.test(node.getOperatorToken().getText()))
  );
}

function words(node: Node): string {
  if (Node.isIfStatement(node)) return 'an if';
  if (Node.isIterationStatement(node)) return 'a loop';
  if (Node.isTryStatement(node)) return 'a try';
  if (Node.isSwitchStatement(node)) return 'a switch';
  return Node.isConditionalExpression(node) || Node.isBinaryExpression(node) ? 'a condition' : 'a function';
}

/** Everything that files of a package register, by registry. */
export function inPackage(registrations: readonly Registration[], home: PackageFolder): readonly Registration[] {
  return registrations.filter(({ place }) => place.getSourceFile().getFilePath().startsWith(home.folder));
}
