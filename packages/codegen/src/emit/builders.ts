import { camelCase } from '../catalog/camel-case.js';
import type { CatalogView, ViewEntry, ViewRegistry } from '../catalog/catalog-view.js';
import { builderTypes } from './builder-types.js';
import { docComment, HEADER } from './doc-comment.js';
import { builderNames, builderPath, configName, propertyKey, quote } from './names.js';
import { RegistryTypes } from './registry-types.js';

const CONFIGS_MODULE = './configs.js';

/**
 * `builders.ts`: for each registry an object of functions that make configs. Where other packages have builders for the
 * same registry, theirs are in it too.
 */
export function emitBuilders(view: CatalogView): string {
  const tops = view.registries.filter((registry) => isTop(view, registry) && view.isOwn(registry.id));
  const used = view.registries.flatMap((registry) =>
    ownEntries(view, registry).map((entry) => configName(registry, entry)),
  );
  const modules = importedModules(view, tops);
  const types = new RegistryTypes(view, CONFIGS_MODULE);
  for (const name of used) types.own(name);
  const helpers = used.length === 0 ? [] : [builderTypes(view, types)];
  const imports = [
    ...[...modules].map(([from, name]) => `import * as ${name} from ${quote(from)};\n`),
    types.imports(),
  ].join('');
  const objects = tops.flatMap((registry) => [...ownObjects(view, registry), exportText(view, registry, modules)]);
  const parts = [`// ${HEADER}\n`, imports, `export type * from ${quote(CONFIGS_MODULE)};\n`, ...helpers, ...objects];
  return parts.filter((part) => part !== '').join('\n');
}

/** Registries whose builders hang below no other's. */
function isTop(view: CatalogView, registry: ViewRegistry): boolean {
  return registry.parent === undefined || view.registry(registry.parent) === undefined;
}

function ownEntries(view: CatalogView, registry: ViewRegistry): readonly ViewEntry[] {
  return registry.entries.filter((entry) => entry.package === view.own.package);
}

/** Modules with builders for these registries or for what is below them, and the names that they are imported by. */
function importedModules(view: CatalogView, tops: readonly ViewRegistry[]): ReadonlyMap<string, string> {
  const below = (registry: ViewRegistry): readonly ViewRegistry[] => [
    registry,
    ...view.children(registry.id).flatMap(below),
  ];
  const packages = new Set(tops.flatMap(below).flatMap(({ entries }) => entries.map((entry) => entry.package)));
  const modules = new Map<string, string>();
  for (const { package: name, builders } of view.imported) {
    if (builders !== undefined && packages.has(name))
      modules.set(builders, camelCase(builders.replaceAll('/', '-').replace('@', '')));
  }
  return modules;
}

/** The builders of this package's own entries, an object for each registry. */
function ownObjects(view: CatalogView, registry: ViewRegistry): readonly string[] {
  const names = builderNames(view, registry);
  const functions = ownEntries(view, registry).map((entry) => builderText(registry, entry, names.get(entry) ?? ''));
  const own = functions.length === 0 ? [] : [`const ${ownName(registry)} = {\n${functions.join('')}};\n`];
  return [...own, ...view.children(registry.id).flatMap((child) => ownObjects(view, child))];
}

function ownName(registry: ViewRegistry): string {
  return camelCase(`own-${builderPath(registry).join('-')}`);
}

/** What is exported: with its type, which some compilers do not work out through spreads. */
function exportText(view: CatalogView, registry: ViewRegistry, modules: ReadonlyMap<string, string>): string {
  const [name = ''] = builderPath(registry);
  const { type, value } = namespaceText(view, registry, modules);
  return `/** Builders of configs of the registry '${registry.name}'. */\nexport const ${name}: ${type} = ${value};\n`;
}

interface Namespace {
  readonly type: string;
  readonly value: string;
}

/** Builders of other packages, this one's, and those of registries below by scope. */
function namespaceText(view: CatalogView, registry: ViewRegistry, modules: ReadonlyMap<string, string>): Namespace {
  const path = builderPath(registry)
    .map((segment) => (propertyKey(segment) === segment ? `.${segment}` : `[${propertyKey(segment)}]`))
    .join('');
  const imported = view.imported
    .filter((catalog) => registry.entries.some((entry) => entry.package === catalog.package))
    .flatMap(({ builders = '' }) => modules.get(builders) ?? [])
    .map((module) => `${module}${path}`);
  const own = ownEntries(view, registry).length === 0 ? [] : [ownName(registry)];
  const spread = [...imported, ...own];
  const children = view.children(registry.id).map((child) => ({
    key: propertyKey(child.scope),
    ...namespaceText(view, child, modules),
  }));
  const [only] = spread;
  if (only !== undefined && spread.length === 1 && children.length === 0)
    return { type: `typeof ${only}`, value: only };
  const types = [
    ...spread.map((name) => `typeof ${name}`),
    ...children.map(({ key, type }) => `{ readonly ${key}: ${type} }`),
  ];
  const members = [...spread.map((name) => `...${name}`), ...children.map(({ key, value }) => `${key}: ${value}`)];
  const value = members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  return { type: types.length === 0 ? 'object' : types.join(' & '), value };
}

function builderText(registry: ViewRegistry, entry: ViewEntry, name: string): string {
  const indent = '  ';
  const config = configName(registry, entry);
  const needed = Object.values(entry.options ?? {}).some((option) => option.required === true);
  const type = quote(typeName(registry, entry));
  const lines = [
    ...(entry.description === undefined ? [] : [entry.description]),
    ...(entry.deprecated === undefined ? [] : ['', `@deprecated ${entry.deprecated}`]),
  ];
  const face = needed ? 'Builder' : 'OptionalBuilder';
  return `${docComment(lines, indent)}${indent}${propertyKey(name)}: builder(${type}) as ${face}<${type}, ${config}>,\n`;
}

/** Below another registry a name needs its scope, so that the config works from wherever it is built. */
function typeName(registry: ViewRegistry, entry: ViewEntry): string {
  return registry.parent === undefined ? entry.name : `${registry.scope}.${entry.name}`;
}
