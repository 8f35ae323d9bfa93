import { describeType, type OptionSchema } from '@incipit/registry';
import type { CatalogView, ViewEntry, ViewRegistry } from '../catalog/catalog-view.js';
import { HEADER } from './doc-comment.js';
import { builderNames } from './names.js';

/** Reference of one registry as Markdown: a section for each entry of this package. */
export function emitDocs(view: CatalogView, registry: ViewRegistry): string {
  const builders = builderNames(view, registry);
  const entries = registry.entries.filter((entry) => entry.package === view.own.package);
  const sections = entries.map((entry) => entrySection(registry, entry, builders.get(entry) ?? ''));
  const intro = [`# ${title(registry)}`, ...(registry.description === undefined ? [] : [registry.description])];
  const facts = `Registry \`${registry.name}\`, scope \`${registry.scope}\`; builders \`${registry.builders}\`.`;
  return `<!-- ${HEADER} -->\n\n${[...intro, facts, ...sections].join('\n\n')}\n`;
}

function title(registry: ViewRegistry): string {
  return `${registry.name.slice(0, 1).toUpperCase()}${registry.name.slice(1)}: reference`;
}

function entrySection(registry: ViewRegistry, entry: ViewEntry, builder: string): string {
  const { aliases = [], description, deprecated, examples = [], options, configOnly = [] } = entry;
  const rows = Object.entries(options ?? {}).map(([name, option]) => optionRow(name, option));
  for (const name of configOnly) rows.push(`| \`${name}\` | any | | left to the class |`);
  const table = ['| option | type | default | what it is |', '|---|---|---|---|', ...rows].join('\n');
  const parts = [
    `## ${entry.name}`,
    ...(deprecated === undefined ? [] : [`**Deprecated.** ${deprecated}`]),
    ...(description === undefined ? [] : [description]),
    `Builder: \`${registry.builders}.${builder}()\`${aliases.length === 0 ? '' : `. Also known as ${aliases.map((name) => `\`${name}\``).join(', ')}`}.`,
    options === undefined ? 'Takes any options.' : rows.length === 0 ? 'Takes no options.' : table,
    ...examples.map((example) => `\`\`\`ts\n${example}\n\`\`\``),
  ];
  return parts.join('\n\n');
}

function optionRow(name: string, option: OptionSchema): string {
  const fallback = option.default === undefined ? '' : `\`${JSON.stringify(option.default)}\``;
  const need = option.required === true ? '**required**' : fallback;
  return `| \`${name}\` | ${cell(describeType(option))} | ${cell(need)} | ${cell(option.description ?? '')} |`;
}

/** Text in one cell of a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');
}
