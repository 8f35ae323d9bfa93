import { type CatalogView, compare, type ViewEntry, type ViewRegistry } from '../catalog/catalog-view.js';
import { HEADER } from './doc-comment.js';
import { type JsonSchema, optionSchema, optionsSchema, typeSchema, when } from './json-schema-type.js';

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
    ...when({ type: 'object', not: has('_base_') }, has('init_cfg')),
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
  definitions.add(registry, 'node');
  if (JSON.stringify(root).includes('.rules"')) definitions.add(registry, 'rules');
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

/** What configs of a registry are asked for as: one, one or a list, a list in lists, mmengine's `override`. */
type Form = 'node' | 'rules' | 'list' | 'override';

/** The definitions that a registry needs, those of nested registries included. */
class Definitions {
  readonly #view: CatalogView;
  readonly #all = new Map<string, JsonSchema>();
  /** Entries that are asked for with a `name` too: an entry can be so inside its own options, before it is complete. */
  readonly #named = new Set<string>();

  constructor(view: CatalogView) {
    this.#view = view;
  }

  all(): Readonly<Record<string, JsonSchema>> {
    for (const name of this.#named) {
      const schema = this.#all.get(name);
      if (schema !== undefined && schema !== true) this.#all.set(overrideOf(name), withName(name, schema));
    }
    return Object.fromEntries([...this.#all].sort(([a], [b]) => compare(a, b)));
  }

  /** Adds what a form needs, and returns a reference to it. */
  add(registry: ViewRegistry, form: Form): JsonSchema {
    const { builders } = registry;
    const name = form === 'node' ? builders : `${builders}.${form}`;
    if (this.#all.has(name)) return reference(name);
    // Registries nest one another, and themselves.
    this.#all.set(name, true);
    if (form === 'rules') this.#all.set(name, itemOrList(this.add(registry, 'node')));
    else if (form === 'list') this.#all.set(name, itemOrList(this.add(registry, 'node'), reference(name)));
    else this.#addNode(registry, name, form);
    return reference(name);
  }

  #addNode(registry: ViewRegistry, name: string, form: Form): void {
    const visible = this.#view.visible(registry.id);
    const keysOf = new Map<ViewEntry, string[]>();
    const homes = new Map<ViewEntry, ViewRegistry>();
    for (const { key, registry: home, entry } of visible) {
      keysOf.set(entry, [...(keysOf.get(entry) ?? []), key]);
      homes.set(entry, home);
    }
    const typed = [...keysOf].map(([entry, keys]) => ({
      keys,
      reference: this.#addEntry(homes.get(entry) ?? registry, entry, form),
    }));
    const node = nodeSchema(
      visible.map(({ key }) => key),
      typed,
    );
    this.#all.set(name, form === 'override' ? overrideSchema(node) : node);
  }

  #addEntry(registry: ViewRegistry, entry: ViewEntry, form: Form): JsonSchema {
    const name = `${registry.builders}.${entry.name}`;
    if (!this.#all.has(name)) {
      this.#all.set(name, true);
      this.#all.set(name, this.#entrySchema(entry, { ...entry.options, ...registry.nodeOptions }));
    }
    if (form !== 'override') return reference(name);
    this.#named.add(name);
    return reference(overrideOf(name));
  }

  #entrySchema(entry: ViewEntry, options: NonNullable<ViewEntry['options']>): Readonly<Record<string, unknown>> {
    const configs = (nested: string, form: 'node' | 'list' | 'override'): JsonSchema => {
      const registry = this.#view.named(nested);
      return registry === undefined ? typeSchema({ type: 'object' }, configs) : this.add(registry, form);
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

/** A mapping whose `type` decides what else is in it. */
function nodeSchema(
  keys: readonly string[],
  typed: readonly { readonly keys: readonly string[]; readonly reference: JsonSchema }[],
): Readonly<Record<string, unknown>> {
  return {
    type: 'object',
    required: ['type'],
    properties: { type: { enum: keys } },
    ...(typed.length === 0
      ? {}
      : {
          allOf: typed.map(({ keys: own, reference: schema }) =>
            when({ type: 'object', properties: { type: { enum: own } }, required: ['type'] }, schema),
          ),
        }),
  };
}

/** Mappings with a key; strict checkers want a key that is required to be among the properties. */
function has(key: string): Readonly<Record<string, unknown>> {
  return { type: 'object', properties: { [key]: true }, required: [key] };
}

function itemOrList(item: JsonSchema, items: JsonSchema = item): JsonSchema {
  return when({ type: 'array' }, { type: 'array', items }, item);
}

function overrideOf(name: string): string {
  return `${name}.override`;
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
    ...when(has('type'), node, { properties: { name: true }, additionalProperties: false }),
  };
}
