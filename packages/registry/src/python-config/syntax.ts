/** What a Python file says, as far as configs need it. Every node knows its 1-based line. */
export type Expression =
  | ConstantExpression
  | TextExpression
  | NameExpression
  | PlaceholderExpression
  | SequenceExpression
  | DictExpression
  | ComprehensionExpression
  | CallExpression
  | AttributeExpression
  | SubscriptExpression
  | SliceExpression
  | UnaryExpression
  | BinaryExpression
  | CompareExpression
  | LogicExpression
  | ConditionalExpression
  | UnsupportedSyntax;

interface Syntax {
  /** 1-based. */
  readonly line: number;
}

/** A literal: an integer is a `bigint`, a float a `number`. */
export interface ConstantExpression extends Syntax {
  readonly kind: 'constant';
  readonly value: null | boolean | bigint | number | string;
}

/** A string with parts to fill in: an f-string, or one that holds placeholders. */
export interface TextExpression extends Syntax {
  readonly kind: 'text';
  readonly parts: readonly TextPart[];
}

export type TextPart = string | ReplacementField | PlaceholderExpression;

/** `{value!r:spec}` in an f-string. */
export interface ReplacementField {
  readonly kind: 'field';
  readonly value: Expression;
  readonly conversion: 'r' | 's' | 'a' | undefined;
  readonly spec: readonly TextPart[] | undefined;
  /** What `{x=}` writes before the value. */
  readonly label: string | undefined;
}

export interface NameExpression extends Syntax {
  readonly kind: 'name';
  readonly name: string;
}

/** `{{ … }}`, by its number in the file. */
export interface PlaceholderExpression extends Syntax {
  readonly kind: 'placeholder';
  readonly index: number;
}

/** An item of a display: `x`, or `*x`. */
export interface Item {
  readonly spread: boolean;
  readonly value: Expression;
}

export interface SequenceExpression extends Syntax {
  readonly kind: 'sequence';
  readonly type: 'list' | 'tuple' | 'set';
  readonly items: readonly Item[];
}

/** `key: value`, or `**value` where there is no key. */
export interface DictItem extends Syntax {
  readonly key: Expression | undefined;
  readonly value: Expression;
}

export interface DictExpression extends Syntax {
  readonly kind: 'dict';
  readonly items: readonly DictItem[];
}

export type Clause =
  | { readonly kind: 'for'; readonly target: Expression; readonly source: Expression }
  | { readonly kind: 'if'; readonly test: Expression };

export interface ComprehensionExpression extends Syntax {
  readonly kind: 'comprehension';
  readonly type: 'list' | 'set' | 'dict' | 'generator';
  /** Of a dict only. */
  readonly key: Expression | undefined;
  readonly element: Expression;
  readonly clauses: readonly Clause[];
}

export interface Argument extends Syntax {
  readonly spread: '' | '*' | '**';
  readonly name: string | undefined;
  readonly value: Expression;
}

export interface CallExpression extends Syntax {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly args: readonly Argument[];
}

export interface AttributeExpression extends Syntax {
  readonly kind: 'attribute';
  readonly object: Expression;
  readonly name: string;
}

export interface SubscriptExpression extends Syntax {
  readonly kind: 'subscript';
  readonly object: Expression;
  readonly index: Expression;
}

export interface SliceExpression extends Syntax {
  readonly kind: 'slice';
  readonly start: Expression | undefined;
  readonly stop: Expression | undefined;
  readonly step: Expression | undefined;
}

export interface UnaryExpression extends Syntax {
  readonly kind: 'unary';
  /** `-`, `+`, `~` or `not`. */
  readonly operator: string;
  readonly operand: Expression;
}

export interface BinaryExpression extends Syntax {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}

/** `a < b <= c`: each operand is evaluated once, and only as far as the chain holds. */
export interface CompareExpression extends Syntax {
  readonly kind: 'compare';
  readonly first: Expression;
  readonly rest: readonly { readonly operator: string; readonly value: Expression }[];
}

export interface LogicExpression extends Syntax {
  readonly kind: 'logic';
  readonly operator: 'and' | 'or';
  readonly left: Expression;
  readonly right: Expression;
}

export interface ConditionalExpression extends Syntax {
  readonly kind: 'conditional';
  readonly test: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
}

/** Python that configs may hold but not reach: an error as soon as it is evaluated. */
export interface UnsupportedSyntax extends Syntax {
  readonly kind: 'unsupported';
  /** Name for people: "a lambda", "'while'". */
  readonly construct: string;
}

export type Statement =
  | AssignStatement
  | AugmentStatement
  | ExpressionStatement
  | DeleteStatement
  | IfStatement
  | ForStatement
  | FlowStatement
  | AssertStatement
  | DefineStatement
  | ImportStatement
  | ReadBaseStatement
  | UnsupportedSyntax;

export interface AssignStatement extends Syntax {
  readonly kind: 'assign';
  readonly targets: readonly Expression[];
  readonly value: Expression;
}

export interface AugmentStatement extends Syntax {
  readonly kind: 'augment';
  readonly target: Expression;
  /** Without the `=`. */
  readonly operator: string;
  readonly value: Expression;
}

export interface ExpressionStatement extends Syntax {
  readonly kind: 'expression';
  readonly value: Expression;
}

export interface DeleteStatement extends Syntax {
  readonly kind: 'delete';
  readonly targets: readonly Expression[];
}

export interface IfStatement extends Syntax {
  readonly kind: 'if';
  readonly branches: readonly { readonly test: Expression; readonly body: readonly Statement[] }[];
  readonly otherwise: readonly Statement[];
}

export interface ForStatement extends Syntax {
  readonly kind: 'for';
  readonly target: Expression;
  readonly source: Expression;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[];
}

export interface FlowStatement extends Syntax {
  readonly kind: 'pass' | 'break' | 'continue';
}

export interface AssertStatement extends Syntax {
  readonly kind: 'assert';
  readonly test: Expression;
  readonly message: Expression | undefined;
}

/** `def name(…)`: the name is bound, the body is never looked at. */
export interface DefineStatement extends Syntax {
  readonly kind: 'define';
  readonly name: string;
}

export interface ImportedName extends Syntax {
  /** Dotted in `import a.b`; `*` for all. */
  readonly name: string;
  readonly alias: string | undefined;
}

export interface ImportStatement extends Syntax {
  readonly kind: 'import';
  /** The module of `from module import …`, its leading dots included; undefined for `import …`. */
  readonly from: string | undefined;
  readonly names: readonly ImportedName[];
}

/** `with read_base():` and the imports under it. */
export interface ReadBaseStatement extends Syntax {
  readonly kind: 'read-base';
  readonly imports: readonly ImportStatement[];
}
