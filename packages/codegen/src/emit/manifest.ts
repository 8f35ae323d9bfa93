import { posix } from 'node:path';
import type { CatalogEntry, CatalogRegistry, ModuleReference } from '../catalog/catalog.js';
import { type CatalogView, compare } from '../catalog/catalog-view.js';
import { HEADER } from './doc-comment.js';
import { importText } from './import-text.js';
import { quote } from './names.js';

/**
 * `manifest.ts`: imports every registered class by name and uses it, so that bundlers keep the registrations, and tells
 * the registries the options that only the types know.
 *
 * @param out folder of the generated files, relative to the package's root, with `/`.
 */
export function emitManifest({ own }: CatalogView, out: string): string {
  const rows = own.registries.flatMap((registry) => registry.entries.map((entry) => ({ registry, entry })));
  const names = new ImportNames(out);
  const lines = rows.flatMap(({ registry, entry }) => describeText(registry, entry, names));
  const values = [
    ...new Set(rows.flatMap(({ entry }) => (entry.module === undefined ? [] : [names.of(entry.module)]))),
  ];
  return [
    `// ${HEADER}\n`,
    names.text(),
    '/** What is registered. A program that imports this has it all, whatever its bundler drops. */\n' +
      `export const REGISTERED: readonly unknown[] = ${listText(values)};\n`,
    lines.join(''),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** Names in a list: on one line where they fit. */
function listText(names: readonly string[]): string {
  const line = `[${names.join(', ')}]`;
  return line.length <= LINE ? line : `[\n${names.map((name) => `  ${name},\n`).join('')}]`;
}

function describeText(registry: CatalogRegistry, entry: CatalogEntry, names: ImportNames): readonly string[] {
  const { description, options, configOnly = [], module } = entry;
  // Registered where nothing can be imported from: there is no telling whether the name is there.
  if (registry.module === undefined || module === undefined) return [];
  const open = Object.fromEntries(configOnly.map((name) => [name, { type: 'any' }] as const));
  const schema = {
    ...(description === undefined ? {} : { description }),
    ...(options === undefined ? {} : { options: { ...options, ...open } }),
  };
  return [`${names.of(registry.module)}.describe(${quote(entry.name)}, ${dataText(schema, '')});\n`];
}

/** Room for a list on one line, with a key before it. */
const LINE = 80;

/** Data as source text, as formatters would have it but for the width of lines. */
export function dataText(value: unknown, indent: string): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => dataText(item, inner));
    const line = `[${items.join(', ')}]`;
    if (!line.includes('\n') && indent.length + line.length <= LINE) return line;
    return `[\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}]`;
  }
  const entries = Object.entries(value).map(([key, item]) => `${inner}${keyText(key)}: ${dataText(item, inner)},\n`);
  return entries.length === 0 ? '{}' : `{\n${entries.join('')}${indent}}`;
}

function keyText(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key);
}

/** Imports of a file, each export under a name of its own. */
class ImportNames {
  readonly #out: string;
  readonly #names = new Map<string, { readonly module: ModuleReference; readonly local: string }>();

  constructor(out: string) {
    this.#out = out;
  }

  of(module: ModuleReference): string {
    const key = `${module.specifier}#${module.name}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known.local;
    const taken = [...this.#names.values()].filter(({ module: other }) => other.name === module.name).length;
    const local = taken === 0 ? module.name : `${module.name}${taken + 1}`;
    this.#names.set(key, { module, local });
    return local;
  }

  text(): string {
    const files = new Map<string, string[]>();
    for (const { module, local } of this.#names.values()) {
      const from = this.#specifier(module.specifier);
      const name = local === module.name ? local : `${module.name} as ${local}`;
      files.set(from, [...(files.get(from) ?? []), name]);
    }
    const sorted = [...files].sort(([a], [b]) => compare(a, b));
    return sorted.map(([from, names]) => importText('import', names.sort(compare), from)).join('');
  }

  /** `src/my-init.ts` from `src/generated`: `../my-init.js`. */
  #specifier(specifier: string): string {
    if (!/\.[cm]?tsx?$/.test(specifier)) return specifier;
    const path = posix.relative(this.#out, specifier).replace(/\.([cm]?)tsx?$/, '.$1js');
    return path.startsWith('.') ? path : `./${path}`;
  }
}
