import type { EntrySchema } from '../schema/entry.js';
import { nodeReaderOf } from '../schema/node-reader.js';
import type { EntryTable } from './entry-table.js';
import { schemaOf } from './registration.js';
import type { RegistryEntry } from './registry-entry.js';

/**
 * What is said of an entry from outside: it holds for its aliases too, and a class without `options` of its own gets
 * them, so that its constructor can check them.
 */
export function describeEntry<T>(
  entries: EntryTable<T>,
  { value, kind, schema: known }: RegistryEntry<T>,
  { description, options }: Pick<EntrySchema, 'description' | 'options'>,
): void {
  if (options !== undefined && kind === 'class' && !Object.hasOwn(value, 'options')) {
    Object.defineProperty(value, 'options', { value: options, configurable: true, writable: true });
  }
  const schema = schemaOf(description ?? known.description, { options: options ?? known.options });
  const readNode = nodeReaderOf(schema);
  for (const entry of entries.all()) {
    if (entry.value === value) entries.set(Object.freeze({ ...entry, schema, readNode }));
  }
}
