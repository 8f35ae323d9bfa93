import { camelCase, pascalWord } from '../catalog/camel-case.js';
import type { CatalogView, ViewEntry, ViewRegistry } from '../catalog/catalog-view.js';
import { CodegenError } from '../errors.js';

const RESERVED: ReadonlySet<string> = new Set([
  ...['break', 'case', 'catch', 'class', 'const', 'continue', 'debugger', 'default', 'delete', 'do', 'else', 'enum'],
  ...['export', 'extends', 'false', 'finally', 'for', 'function', 'if', 'import', 'in', 'instanceof', 'new', 'null'],
  ...['return', 'super', 'switch', 'this', 'throw', 'true', 'try', 'typeof', 'var', 'void', 'while', 'with', 'yield'],
  ...['let', 'static', 'await', 'implements', 'interface', 'package', 'private', 'protected', 'public'],
]);

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** A name as a property key. */
export function propertyKey(name: string): string {
  return IDENTIFIER.test(name) ? name : quote(name);
}

/** A string as source text in single quotes. */
export function quote(text: string): string {
  const json = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  // A text with more of the one kind of quotes stands in the other, as formatters have it.
  return text.includes("'") && !text.includes('"') ? JSON.stringify(text) : `'${json}'`;
}

/** Segments of a registry's builders: `['models', 'tfjs']`. */
export function builderPath(registry: ViewRegistry): readonly string[] {
  return registry.builders.split('.');
}

/** `InitKaimingConfig`, `ModelsTfjsConv2DConfig`. */
export function configName(registry: ViewRegistry, entry: ViewEntry): string {
  return `${registryPrefix(registry)}${pascal(entry.name)}Config`;
}

/** The open interface of a registry's configs by name: `InitConfigs`. */
export function configsName(registry: ViewRegistry): string {
  return `${registryPrefix(registry)}Configs`;
}

/** The union of a registry's configs: `InitConfig`. */
export function unionName(registry: ViewRegistry): string {
  return `${registryPrefix(registry)}Config`;
}

function registryPrefix(registry: ViewRegistry): string {
  return builderPath(registry).map(pascal).join('');
}

function pascal(name: string): string {
  const clean = name.replace(/[^\p{ID_Continue}]+(.)?/gu, (_, next: string | undefined) => (next ?? '').toUpperCase());
  const cased = pascalWord(clean);
  return /^\d/.test(cased) ? `_${cased}` : cased;
}

/** Names of the builders in a registry, by entry. @throws CodegenError `builder-collision`. */
export function builderNames(view: CatalogView, registry: ViewRegistry): ReadonlyMap<ViewEntry, string> {
  const taken = new Map<string, string>(
    view.children(registry.id).map((child) => [child.scope, `scope ${child.scope}`]),
  );
  const names = new Map<ViewEntry, string>();
  for (const entry of registry.entries) {
    const plain = camelCase(entry.name);
    const name = RESERVED.has(plain) ? `${plain}_` : plain;
    const other = taken.get(name);
    if (other !== undefined) {
      throw new CodegenError({
        code: 'builder-collision',
        what: `'${other}' and '${entry.name}' of the registry '${registry.name}' would both have the builder '${registry.builders}.${name}'`,
        fix: 'give one of them another name, and keep this one as its alias',
      });
    }
    taken.set(name, entry.name);
    names.set(entry, name);
  }
  return names;
}
