import type { OptionSchema, OptionType } from '@incipit/registry';

/** What generated files of every kind begin with: by it they are known as ours. */
export const HEADER = 'Written by incipit codegen. Do not edit.';

/** Paragraphs and tags as a TSDoc comment, each line indented; nothing for nothing. */
export function docComment(lines: readonly string[], indent: string): string {
  const safe = lines.flatMap((line) => line.split('\n')).map((line) => line.trimEnd().replaceAll('*/', '*\\/'));
  if (safe.length === 0) return '';
  if (safe.length === 1) return `${indent}/** ${safe[0]} */\n`;
  return `${indent}/**\n${safe.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}\n`).join('')}${indent} */\n`;
}

/** What is known of an option, as lines of TSDoc: description, range, default. */
export function optionLines(option: OptionSchema): readonly string[] {
  const tags = [
    ...rangeTags(option),
    ...(option.default === undefined ? [] : [`@default ${JSON.stringify(option.default)}`]),
  ];
  const { description } = option;
  if (description === undefined) return tags;
  return tags.length === 0 ? [description] : [description, '', ...tags];
}

function rangeTags(type: OptionType): readonly string[] {
  const limits = [
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'minLength',
    'maxLength',
    'minItems',
    'maxItems',
  ];
  const known = type as unknown as Readonly<Record<string, unknown>>;
  const tags = limits.filter((name) => known[name] !== undefined).map((name) => `@${name} ${String(known[name])}`);
  if (type.type === 'integer') tags.unshift('@integer');
  if (type.type === 'string' && type.pattern !== undefined) tags.push(`@pattern ${type.pattern}`);
  return tags;
}
