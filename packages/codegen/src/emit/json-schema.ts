import { type CatalogView, namesOf, type ViewEntry, type ViewRegistry } from '../catalog/catalog-view.js';
import { HEADER } from './doc-comment.js';
import { type JsonSchema, optionSchema, optionsSchema, typeSchema, when } from './json-schema-type.js';
import { nestedRegistries } from './type-text.js';

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/**
 * JSON Schema, draft-07, of the configs of one registry. It is told by `type` which options are allowed, by conditions
 * and not by alternatives: so one mistake gives one error, at the place of the mistake.
 */
export function emitRegistrySchema(view: CatalogView, registry: ViewRegistry): string {
  return schemaText(view, registry, {
    title: `Config of the registry '${registry.name}'`,
    allOf: [reference(registry.builders)],
  });
}

/**
 * JSON Schema of a config file: a list of rules, or a mapping with `init_cfg`.
 *
 * @param registry that of the rules.
 */
export function emitConfigFileSchema(view: CatalogView, registry: ViewRegistry): string {
  return schemaText(view, registry, {
    title: 'Incipit config',
    description: 'A list of rules, or a mapping with the rules under init_cfg.',
    type: ['array', 'object'],
    items: reference(registry.builders),
    ...when({ type: 'object', not: { required: ['_base_'] } }, { required: ['init_cfg'] }),
    properties: {
      $schema: { type: 'string' },
      _base_: {
        type: ['string', 'array'],
        description: 'Config or configs that this one changes.',
        items: { type: 'string' },
      },
      init_cfg: reference(`${registry.builders}.rules`),
    },
  });
}

function schemaText(view: CatalogView, registry: ViewRegistry, root: Readonly<Record<string, unknown>>): string {
  const definitions = new Definitions(view);
  definitions.add(registry);
  const schema = { $schema: DRAFT, $comment: HEADER, ...root, definitions: definitions.all() };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function reference(name: string): { readonly $ref: string } {
  return { $ref: `#/definitions/${pointerSegment(name)}` };
}

/** A JSON pointer's segment inside a URI fragment. */
function pointerSegment(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** The definitions that a registry needs, those of nested registries included. */
class Definitions {
  readonly #view: CatalogView;
  readonly #done = new Set<string>();
  readonly #all = new Map<string, JsonSchema>();

  constructor(view: CatalogView) {
    this.#view = view;
  }

  all(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#all].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  add(registry: ViewRegistry): void {
    if (this.#done.has(registry.id)) return;
    this.#done.add(registry.id);
    const visible = this.#view.visible(registry.id);
    const name = registry.builders;
    const groups = new Map<ViewEntry, { readonly registry: ViewRegistry; readonly keys: string[] }>();
    for (const { key, registry: home, entry } of visible) {
      const group = groups.get(entry) ?? { registry: home, keys: [] };
      group.keys.push(key);
      groups.set(entry, group);
    }
    const keys = visible.map(({ key }) => key);
    const typed = [...groups].map(([entry, group]) => ({ keys: group.keys, name: entryName(group.registry, entry) }));
    this.#all.set(name, nodeSchema(keys, typed));
    this.#all.set(`${name}.rules`, itemOrList(reference(name)));
    this.#all.set(`${name}.list`, itemOrList(reference(name), reference(`${name}.list`)));
    this.#all.set(
      `${name}.override`,
      overrideSchema(
        nodeSchema(
          keys,
          typed.map((row) => ({ ...row, name: `${row.name}.override` })),
        ),
      ),
    );
    for (const [entry, group] of groups) this.#addEntry(group.registry, entry);
  }

  #addEntry(registry: ViewRegistry, entry: ViewEntry): void {
    const name = entryName(registry, entry);
    if (this.#all.has(name)) return;
    const options = { ...entry.options, ...registry.nodeOptions };
    const schema = this.#entrySchema(entry, options);
    this.#all.set(name, schema);
    this.#all.set(`${name}.override`, withName(name, schema));
    for (const nested of nestedRegistries(options)) {
      const other = this.#view.named(nested);
      if (other !== undefined) this.add(other);
    }
  }

  #entrySchema(entry: ViewEntry, options: NonNullable<ViewEntry['options']>): Readonly<Record<string, unknown>> {
    const configs = (nested: string, form: 'node' | 'list' | 'override'): JsonSchema => {
      const registry = this.#view.named(nested);
      if (registry === undefined) return typeSchema({ type: 'object' }, configs);
      return reference(form === 'node' ? registry.builders : `${registry.builders}.${form}`);
    };
    const { properties, ...rest } = optionsSchema(options, configs);
    const open = (entry.configOnly ?? []).map((name) => [name, optionSchema({ type: 'any' }, configs)] as const);
    return {
      ...(entry.description === undefined ? {} : { description: entry.description }),
      ...(entry.deprecated === undefined ? {} : { $comment: `Deprecated: ${entry.deprecated}` }),
      type: 'object',
      ...rest,
      ...(entry.options === undefined ? { additionalProperties: true } : {}),
      properties: {
        type: true,
        _scope_: { type: ['string', 'null'], description: 'Default scope of names inside this node.' },
        ...(properties as object),
        ...Object.fromEntries(open),
      },
    };
  }
}

function entryName(registry: ViewRegistry, entry: ViewEntry): string {
  return `${registry.builders}.${namesOf(entry)[0]}`;
}

/** A mapping whose `type` decides what else is in it. */
function nodeSchema(
  keys: readonly string[],
  typed: readonly { readonly keys: readonly string[]; readonly name: string }[],
): Readonly<Record<string, unknown>> {
  return {
    type: 'object',
    required: ['type'],
    properties: { type: { enum: keys } },
    ...(typed.length === 0
      ? {}
      : {
          allOf: typed.map(({ keys: own, name }) =>
            when({ type: 'object', properties: { type: { enum: own } }, required: ['type'] }, reference(name)),
          ),
        }),
  };
}

function itemOrList(item: JsonSchema, items: JsonSchema = item): JsonSchema {
  return when({ type: 'array' }, { items }, item);
}

/** The same options and a `name`. */
function withName(name: string, schema: Readonly<Record<string, unknown>>): JsonSchema {
  const properties = Object.keys(schema['properties'] as object).map(
    (key) => [key, { $ref: `#/definitions/${pointerSegment(name)}/properties/${pointerSegment(key)}` }] as const,
  );
  return { ...schema, properties: { ...Object.fromEntries(properties), name: true } };
}

/** mmengine's `override`: a config with the `name` of the part that it is for, or the name alone. */
function overrideSchema(node: Readonly<Record<string, unknown>>): JsonSchema {
  return {
    type: 'object',
    required: ['name'],
    properties: { name: { type: 'string' } },
    ...when({ required: ['type'] }, node, { properties: { name: true }, additionalProperties: false }),
  };
}
