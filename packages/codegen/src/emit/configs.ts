import {
  type CatalogView,
  compare,
  packageOf,
  type ViewEntry,
  type ViewRegistry,
  type VisibleEntry,
} from '../catalog/catalog-view.js';
import { docComment, HEADER, optionLines } from './doc-comment.js';
import { importText } from './import-text.js';
import { configName, configsName, propertyKey, quote, unionName } from './names.js';
import { memberLine, nestedRegistries } from './type-text.js';

/**
 * `configs.ts`: an interface for each entry's config, the interface of all configs of a registry by name, which other
 * packages add theirs to, and their union.
 */
export function emitConfigs(view: CatalogView): string {
  const registries = view.registries.filter((registry) => view.isOwn(registry.id));
  const own = registries.flatMap((registry) =>
    registry.entries.filter((entry) => entry.package === view.own.package).map((entry) => ({ registry, entry })),
  );
  const parts = [
    `// ${HEADER}\n`,
    imports(view, own),
    ...own.map(({ registry, entry }) => configInterface(view, registry, entry)),
    ...registries.map((registry) => configsOf(view, registry)),
  ];
  const text = parts.filter((part) => part !== '').join('\n');
  return own.length === 0 && registries.length === 0 ? `${text}\nexport {};\n` : text;
}

/** Unions of registries that other packages' generated files hold. */
function imports(
  view: CatalogView,
  own: readonly { readonly entry: ViewEntry; readonly registry: ViewRegistry }[],
): string {
  const names = new Set(
    own.flatMap(({ registry, entry }) => [
      ...nestedRegistries(entry.options),
      ...nestedRegistries(registry.nodeOptions),
    ]),
  );
  const lines = new Map<string, Set<string>>();
  for (const name of names) {
    const registry = view.named(name);
    if (registry === undefined || packageOf(registry.id) === view.own.package) continue;
    const from = buildersModule(view, registry);
    if (from !== undefined) lines.set(from, (lines.get(from) ?? new Set()).add(unionName(registry)));
  }
  const sorted = [...lines].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([from, types]) => importText('import type', [...types].sort(compare), from)).join('');
}

/** The module of generated builders of the package that makes a registry, which holds its types too. */
function buildersModule(view: CatalogView, registry: ViewRegistry): string | undefined {
  return view.imported.find((catalog) => catalog.package === packageOf(registry.id))?.builders;
}

/** The type for the configs of a registry inside others' options. */
function configTypes(view: CatalogView): (name: string) => string {
  return (name) => {
    const registry = view.named(name);
    const known =
      registry !== undefined &&
      (packageOf(registry.id) === view.own.package || buildersModule(view, registry) !== undefined);
    return known ? unionName(registry) : '{ readonly type: string; readonly [option: string]: unknown }';
  };
}

function configInterface(view: CatalogView, registry: ViewRegistry, entry: ViewEntry): string {
  const configs = configTypes(view);
  const members = [
    ...Object.entries({ ...entry.options, ...registry.nodeOptions }),
    ...(entry.configOnly ?? []).map((name) => [name, { type: 'any' }] as const),
  ].map(([name, option]) => `${docComment(optionLines(option), '  ')}${memberLine(name, option, configs)}`);
  const rest = entry.options === undefined ? '  readonly [option: string]: unknown;\n' : '';
  const lines = [
    entry.description ?? `Config of \`${entry.name}\` in the registry '${registry.name}'.`,
    ...(entry.examples ?? []).flatMap((example) => ['', '@example', ...example.split('\n')]),
    ...(entry.deprecated === undefined ? [] : ['', `@deprecated ${entry.deprecated}`]),
  ];
  return (
    `${docComment(lines, '')}export interface ${configName(registry, entry)}<Type extends string = ${quote(entry.name)}> {\n` +
    `  readonly type: Type;\n${members.join('')}` +
    `  /** Default scope of names inside this node. */\n  readonly _scope_?: string | null;\n${rest}}\n`
  );
}

/** The interface of configs by name, or what is added to that of another package; and the union. */
function configsOf(view: CatalogView, registry: ViewRegistry): string {
  const names = view.visible(registry.id).filter(({ entry }) => entry.package === view.own.package);
  const members = (indent: string): string => names.map((visible) => configMember(visible, indent)).join('');
  const [all, any] = [configsName(registry), unionName(registry)];
  if (packageOf(registry.id) !== view.own.package) {
    const target = buildersModule(view, registry);
    return target === undefined
      ? ''
      : `declare module ${quote(target)} {\n  interface ${all} {\n${members('    ')}  }\n}\n`;
  }
  const description = `Configs of the registry '${registry.name}' by name. Packages with types of their own add to it.`;
  return (
    `${docComment([description], '')}export interface ${all} {\n${members('  ')}}\n\n` +
    `/** Any config of the registry '${registry.name}'. */\n` +
    `export type ${any} = ${all}[keyof ${all}];\n`
  );
}

function configMember({ key, registry, entry }: VisibleEntry, indent: string): string {
  const name = configName(registry, entry);
  const type = key === entry.name ? name : `${name}<${quote(key)}>`;
  return `${indent}readonly ${propertyKey(key)}: ${type};\n`;
}
