import type { OptionSchema, OptionsSchema } from '@incipit/registry';
import type { CatalogEntry } from '../catalog/catalog.js';
import { docsOf } from './doc-tags.js';
import { type ReadOptions, readOptions, type TypeContext } from './option-types.js';
import type { PackageFolder } from './packages.js';
import type { Problems } from './problems.js';
import type { Registration } from './registrations.js';
import { exportOf, type Registries } from './registries.js';
import { type StaticValue, staticValue, UNKNOWN } from './static-value.js';
import { Node, type ts } from './ts-morph.js';

/** What reading an entry needs to know. */
export interface EntryContext {
  readonly home: PackageFolder;
  readonly checker: ts.TypeChecker;
  readonly problems: Problems;
  readonly registries: Registries;
}

/** What is known of one class or function that is registered. */
export function readEntry(registration: Registration, context: EntryContext): CatalogEntry {
  const { names, value, symbol, settings } = registration;
  const [name = '', ...aliases] = names;
  const docs = docsOf(symbol ?? value.getSymbol(), context.checker);
  const given = settingsOf(settings);
  const module = symbol === undefined ? undefined : exportOf(value, symbol, context.home);
  const { options, configOnly } = mergeOptions(
    typedOptions(value, context),
    declaredOptions(value, given),
    value,
    context,
  );
  const description = given.description ?? (docs.text === '' ? undefined : docs.text);
  const examples = (docs.tags.get('example') ?? []).map(withoutFence).filter((text) => text !== '');
  const deprecated = docs.tags.get('deprecated')?.[0];
  return {
    name,
    ...(aliases.length === 0 ? {} : { aliases: aliases.sort() }),
    ...(module === undefined ? {} : { module }),
    ...(description === undefined ? {} : { description }),
    ...(examples.length === 0 ? {} : { examples }),
    ...(deprecated === undefined ? {} : { deprecated: deprecated === '' ? 'Use something else.' : deprecated }),
    ...(options === undefined ? {} : { options }),
    ...(configOnly.length === 0 ? {} : { configOnly }),
  };
}

function settingsOf(settings: Node | undefined): { readonly options?: unknown; readonly description?: string } {
  const { value } = staticValue(settings);
  return typeof value === 'object' && value !== null ? value : {};
}

/** Options by the type of the constructor's or the function's first parameter. */
function typedOptions(value: Node, context: EntryContext): ReadOptions {
  const signature =
    Node.isClassDeclaration(value) || Node.isClassExpression(value)
      ? (value.getSymbol() ?? value.getType().getSymbol())?.getTypeAtLocation(value).getConstructSignatures()[0]
      : (value.getType().getConstructSignatures()[0] ?? value.getType().getCallSignatures()[0]);
  const [parameter] = signature?.getParameters() ?? [];
  if (signature === undefined) return { options: undefined, configOnly: [] };
  if (parameter === undefined) return { options: {}, configOnly: [] };
  const types: TypeContext = { at: value, ...context };
  const read = readOptions(parameter.getTypeAtLocation(value), types);
  const declaration = parameter.getValueDeclaration();
  if (read.options === undefined || !Node.isParameterDeclaration(declaration)) return read;
  return { ...read, options: withPatternDefaults(read.options, declaration.getNameNode()) };
}

/** Defaults that a destructured parameter gives: `constructor({ a = 0 }: Options)`. */
function withPatternDefaults(options: OptionsSchema, pattern: Node): OptionsSchema {
  if (!Node.isObjectBindingPattern(pattern)) return options;
  const defaults: Record<string, OptionSchema> = {};
  for (const element of pattern.getElements()) {
    const name = element.getPropertyNameNode()?.getText() ?? element.getName();
    const { value, partial } = staticValue(element.getInitializer());
    const known = options[name];
    if (known !== undefined && value !== UNKNOWN && !partial && known.default === undefined) {
      defaults[name] = { ...known, default: value as NonNullable<OptionSchema['default']> };
    }
  }
  return { ...options, ...defaults };
}

/** What the class itself, or `register`, says of its options; what is inherited says nothing of the class's own. */
function declaredOptions(value: Node, given: { readonly options?: unknown }): StaticValue | undefined {
  if (given.options !== undefined) return { value: given.options, partial: false };
  if (!Node.isClassDeclaration(value) && !Node.isClassExpression(value)) return undefined;
  const field = value.getStaticProperty('options');
  return Node.isPropertyDeclaration(field) ? staticValue(field.getInitializer()) : undefined;
}

function mergeOptions(
  typed: ReadOptions,
  declared: StaticValue | undefined,
  value: Node,
  context: EntryContext,
): ReadOptions {
  if (declared === undefined || typeof declared.value !== 'object' || declared.value === null) return typed;
  const schema = declared.value as OptionsSchema;
  // Without a type that tells options apart, what is declared is all there is to know.
  if (typed.options === undefined) return declared.partial ? typed : { options: schema, configOnly: [] };
  const { options, configOnly } = typed;
  if (!declared.partial) tellDifferences([...Object.keys(options), ...configOnly], Object.keys(schema), value, context);
  const merged = Object.entries(options).map(([name, option]) => [name, mergeOption(option, schema[name])] as const);
  return { options: Object.fromEntries(merged), configOnly: configOnly.filter((name) => schema[name] === undefined) };
}

function mergeOption(typed: OptionSchema, declared: OptionSchema | undefined): OptionSchema {
  if (declared === undefined) return typed;
  const { description = typed.description, required = typed.required, ...type } = declared;
  const fallback = declared.default ?? typed.default;
  return {
    ...type,
    ...(required === true ? { required } : {}),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(description === undefined ? {} : { description }),
  } as OptionSchema;
}

function tellDifferences(
  typed: readonly string[],
  declared: readonly string[],
  value: Node,
  { problems }: EntryContext,
): void {
  const unsaid = typed.filter((name) => !declared.includes(name));
  const untyped = declared.filter((name) => !typed.includes(name));
  for (const [name, has, lacks] of [
    ...unsaid.map((name) => [name, "the constructor's type", 'static options'] as const),
    ...untyped.map((name) => [name, 'static options', "the constructor's type"] as const),
  ]) {
    problems.add(value, {
      code: 'options-disagree',
      subject: name,
      what: `the option '${name}' is in ${has}, and not in ${lacks}`,
      fix: 'say it in both, or leave static options out',
    });
  }
}

/** The code of an `@example`, without the fence of Markdown. */
function withoutFence(text: string): string {
  return text.replace(/^```\w*\n([\s\S]*?)\n?```$/, '$1').trim();
}
