import type { OptionSchema, OptionType } from '@incipit/registry';
import { WIDTH } from './import-text.js';
import { propertyKey, quote } from './names.js';

type ConfigType = Extract<OptionType, { type: 'config' }>;

/** The TypeScript type of a registry's configs, by the registry's name. */
export type ConfigTypes = (registry: string) => string;

/** An option's type as TypeScript source, on one line. */
export function typeText(type: OptionType, configs: ConfigTypes): string {
  const bare = bareText(type, configs);
  return type.nullable === true && type.type !== 'any' ? `${bare} | null` : bare;
}

function bareText(type: OptionType, configs: ConfigTypes): string {
  switch (type.type) {
    case 'number':
    case 'integer':
      return 'number';
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'any':
      return 'unknown';
    case 'enum':
      return enumValues(type).map(literalText).join(' | ');
    case 'array':
      return type.items === undefined ? 'readonly unknown[]' : `readonly ${element(type.items, configs)}[]`;
    case 'tuple':
      return `readonly [${type.items.map((item) => typeText(item, configs)).join(', ')}]`;
    case 'object':
      return objectText(type, configs);
    case 'union':
      return [...new Set(type.of.map((part) => typeText(part, configs)))].join(' | ');
    case 'config': {
      const config = configs(type.registry);
      const node =
        type.named === true
          ? `(${config} & { readonly name: string }) | { readonly name: string; readonly type?: never }`
          : config;
      return type.lists === true ? `${node} | readonly ${parenthesised(node)}[]` : node;
    }
    default:
      return type satisfies never;
  }
}

/** In either case where case is ignored: what people write, of the many that would be taken. */
export function enumValues(type: Extract<OptionType, { type: 'enum' }>): readonly (string | number | boolean)[] {
  if (type.ignoreCase !== true) return type.values;
  const upper = type.values.map((value) => (typeof value === 'string' ? value.toUpperCase() : value));
  return [...new Set([...type.values, ...upper])];
}

function literalText(value: string | number | boolean): string {
  return typeof value === 'string' ? quote(value) : String(value);
}

function element(type: OptionType, configs: ConfigTypes): string {
  return parenthesised(typeText(type, configs));
}

function parenthesised(text: string): string {
  return /[|&]/.test(text) || text.startsWith('readonly ') ? `(${text})` : text;
}

function objectText({ options, values }: Extract<OptionType, { type: 'object' }>, configs: ConfigTypes): string {
  if (options === undefined) {
    return `{ readonly [name: string]: ${values === undefined ? 'unknown' : typeText(values, configs)} }`;
  }
  const members = Object.entries(options).map(([name, option]) => memberText(name, option, configs));
  // An index signature holds for the named keys too, so that it takes their types in.
  if (values !== undefined) {
    const all = [values, ...Object.values(options)].map((type) => typeText(type, configs));
    members.push(`readonly [name: string]: ${[...new Set([...all, 'undefined'])].join(' | ')}`);
  }
  return members.length === 0 ? 'Readonly<Record<string, never>>' : `{ ${members.join('; ')} }`;
}

/** `readonly mode?: 'a' | 'b'`. */
export function memberText(name: string, option: OptionSchema, configs: ConfigTypes): string {
  const optional = option.required === true ? '' : '?';
  return `readonly ${propertyKey(name)}${optional}: ${typeText(option, configs)}`;
}

/** A member on a line of its own; the parts of a long union each on one. */
export function memberLine(name: string, option: OptionSchema, configs: ConfigTypes): string {
  const line = `  ${memberText(name, option, configs)};\n`;
  if (line.length <= WIDTH + 1) return line;
  const optional = option.required === true ? '' : '?';
  const parts = unionParts(option, configs).map((part) => `    | ${part}`);
  return parts.length < 2 ? line : `  readonly ${propertyKey(name)}${optional}:\n${parts.join('\n')};\n`;
}

function unionParts(type: OptionType, configs: ConfigTypes): readonly string[] {
  const parts =
    type.type === 'union'
      ? type.of.flatMap((part) => unionParts(part, configs))
      : type.type === 'enum'
        ? enumValues(type).map(literalText)
        : [parenthesisedAlternative(bareText(type, configs))];
  return [...new Set(type.nullable === true ? [...parts, 'null'] : parts)];
}

function parenthesisedAlternative(text: string): string {
  return / \| /.test(text) && !text.startsWith('readonly ') && !text.startsWith('{')
    ? text.replaceAll(') | ', ')\n    | ')
    : text;
}

/** The configs that an option holds, at any depth. */
export function nestedConfigs(type: OptionType): readonly ConfigType[] {
  switch (type.type) {
    case 'config':
      return [type];
    case 'array':
      return type.items === undefined ? [] : nestedConfigs(type.items);
    case 'tuple':
      return type.items.flatMap(nestedConfigs);
    case 'union':
      return type.of.flatMap(nestedConfigs);
    case 'object':
      return [...Object.values(type.options ?? {}), ...(type.values === undefined ? [] : [type.values])].flatMap(
        nestedConfigs,
      );
    default:
      return [];
  }
}
