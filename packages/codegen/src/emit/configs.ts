import {
  type CatalogView,
  packageOf,
  type ViewEntry,
  type ViewRegistry,
  type VisibleEntry,
} from '../catalog/catalog-view.js';
import { docComment, HEADER, optionLines } from './doc-comment.js';
import { configName, configsName, propertyKey, quote, unionName } from './names.js';
import { buildersModule, RegistryTypes } from './registry-types.js';
import { memberLine } from './type-text.js';

/**
 * `configs.ts`: an interface for each entry's config, the interface of all configs of a registry by name, which other
 * packages add theirs to, and their union.
 */
export function emitConfigs(view: CatalogView): string {
  const registries = view.registries.filter((registry) => view.isOwn(registry.id));
  const own = registries.flatMap((registry) =>
    registry.entries.filter((entry) => entry.package === view.own.package).map((entry) => ({ registry, entry })),
  );
  const types = new RegistryTypes(view);
  const interfaces = own.map(({ registry, entry }) => configInterface(types, registry, entry));
  const parts = [
    `// ${HEADER}\n`,
    types.imports(),
    ...interfaces,
    ...registries.map((registry) => configsOf(view, registry)),
  ];
  const text = parts.filter((part) => part !== '').join('\n');
  return own.length === 0 && registries.length === 0 ? `${text}\nexport {};\n` : text;
}

/** A config of a registry that no package has types of. */
const ANY_CONFIG = '{ readonly type: string; readonly [option: string]: unknown }';

function configInterface(types: RegistryTypes, registry: ViewRegistry, entry: ViewEntry): string {
  const configs = (name: string): string => types.union(name) ?? ANY_CONFIG;
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
