import { checkOptions, type OptionsSchema } from '@incipit/registry';
import { CodegenError } from '../errors.js';
import type { Catalog } from './catalog.js';

const TEXT = { type: 'string' } as const;
const NEEDED_TEXT = { type: 'string', required: true, minLength: 1 } as const;
const TEXTS = { type: 'array', items: TEXT } as const;
const MODULE = { type: 'object', options: { specifier: NEEDED_TEXT, name: NEEDED_TEXT } } as const;

const ENTRY: OptionsSchema = {
  name: NEEDED_TEXT,
  aliases: TEXTS,
  module: MODULE,
  description: TEXT,
  examples: TEXTS,
  deprecated: TEXT,
  options: { type: 'object' },
  configOnly: TEXTS,
};

const REGISTRY: OptionsSchema = {
  id: { type: 'string', required: true, pattern: '^.*#.+$' },
  name: NEEDED_TEXT,
  scope: NEEDED_TEXT,
  parent: TEXT,
  module: MODULE,
  builders: NEEDED_TEXT,
  nodeOptions: { type: 'object' },
  description: TEXT,
  entries: { type: 'array', required: true, items: { type: 'object', options: ENTRY } },
};

const CATALOG: OptionsSchema = {
  catalog: { type: 'enum', values: [1], required: true },
  package: NEEDED_TEXT,
  builders: TEXT,
  registries: { type: 'array', required: true, items: { type: 'object', options: REGISTRY } },
};

/**
 * Reads the catalog that a package ships.
 *
 * @param source where it is from, for messages.
 * @throws CodegenError `bad-catalog`.
 */
export function parseCatalog(text: string, source: string): Catalog {
  try {
    const data = JSON.parse(text) as Record<string, unknown>;
    // Two keys by which editors and people know the file.
    const { $schema: _schema, $comment: _comment, ...catalog } = data;
    checkOptions(CATALOG, catalog, { type: 'catalog', origin: { file: source } });
    return catalog as unknown as Catalog;
  } catch (cause) {
    throw new CodegenError({
      code: 'bad-catalog',
      what: `'${source}' is no catalog: ${cause instanceof Error ? cause.message : String(cause)}`,
      fix: 'install a version of that package that was made with this version of incipit codegen, or the other way round',
      cause,
    });
  }
}
