import { ConfigError, type ConfigOrigin } from '../errors.js';
import { asQuestion, nearestNames } from '../registry/did-you-mean.js';
import { isMapping, shorten, showValue } from '../schema/mapping.js';
import { type ConfigPath, formatKey } from '../schema/origin.js';
import { checkKey } from './config-data.js';
import { MAX_DEPTH } from './limits.js';
import { type LineNode, linesOf } from './loaded-config.js';
import { partsOf } from './merge.js';
import { isTuple } from './value.js';

/** Steps in a dotted key: `model.layers.0.type`. A key that holds a dot needs the path as a list. */
export function pathOf(key: string | ConfigPath): ConfigPath {
  return typeof key === 'string' ? key.split('.') : key;
}

/** A part of plain data; `undefined` when it is not there. */
export function partOfData(data: unknown, path: ConfigPath): unknown {
  let part = data;
  for (const step of path) {
    if (Array.isArray(part)) {
      const index = indexOf(part, step);
      if (index === undefined) return undefined;
      part = part[index];
    } else if (isMapping(part) && Object.hasOwn(part, String(step))) {
      part = part[String(step)];
    } else {
      return undefined;
    }
  }
  return part;
}

/** The index that a step means in a list, negative ones counted from the end as Python does. */
function indexOf(list: readonly unknown[], step: string | number): number | undefined {
  if (!/^-?\d+$/.test(String(step))) return undefined;
  const index = Number(step) < 0 ? list.length + Number(step) : Number(step);
  return index >= 0 && index < list.length ? index : undefined;
}

/**
 * The place of a part in what holds it, for writing. Mappings on the way that are not there are made.
 *
 * @throws ConfigError `bad-path` where the way leads through something that is no mapping and no list,
 * `config-too-large` for more steps than a config may nest.
 */
export function placeOf(
  data: Record<string, unknown>,
  path: ConfigPath,
): { readonly holder: Record<string, unknown> | unknown[]; readonly step: string | number } {
  const last = path.at(-1);
  if (last === undefined) throw new ConfigError({ code: 'bad-path', what: 'The path has no steps' });
  if (path.length > MAX_DEPTH) {
    const what = `The path has ${path.length} steps`;
    throw new ConfigError({ code: 'config-too-large', what, expected: `at most ${MAX_DEPTH}` });
  }
  let holder: Record<string, unknown> | unknown[] = data;
  for (const [depth, step] of path.slice(0, -1).entries()) {
    const key = stepIn(holder, step, path.slice(0, depth + 1));
    if (!Array.isArray(holder) && !Object.hasOwn(holder, key)) holder[key] = {};
    const next: unknown = (holder as Record<string | number, unknown>)[key];
    if (!(Array.isArray(next) && !isTuple(next)) && !isMapping(next)) {
      const what = `'${shorten(formatKey(path.slice(0, depth + 1)))}' is ${showValue(next)}, nothing can be put into it`;
      throw new ConfigError({ code: 'bad-path', what, expected: 'a mapping or a list' });
    }
    holder = next as Record<string, unknown> | unknown[];
  }
  return { holder, step: stepIn(holder, last, path) };
}

function stepIn(holder: Record<string, unknown> | unknown[], step: string | number, path: ConfigPath): string | number {
  if (!Array.isArray(holder)) {
    checkKey(String(step), { key: formatKey(path) });
    return String(step);
  }
  const index = indexOf(holder, step);
  if (index !== undefined) return index;
  const what = `'${shorten(formatKey(path))}': the list has ${holder.length} items`;
  throw new ConfigError({ code: 'bad-index', what, expected: 'the index of an item that is there' });
}

/** The lines of a value of which the lines of one part changed, or of which one part was taken out. */
export function linesWith(lines: LineNode, path: ConfigPath, part: LineNode | undefined): LineNode {
  const [step, ...rest] = path;
  if (step === undefined) return part ?? lines;
  const inner = linesOf(lines, step) ?? withoutParts(lines);
  const changed = rest.length === 0 ? part : linesWith(inner, rest, part);
  if (Array.isArray(lines.children)) {
    const children = [...(lines.children as readonly LineNode[])];
    if (changed === undefined) children.splice(Number(step), 1);
    else children[Number(step)] = changed;
    return { ...lines, children };
  }
  const children = new Map(partsOf(lines));
  if (changed === undefined) children.delete(String(step));
  else children.set(String(step), changed);
  return { ...lines, children };
}

function withoutParts({ children: _, ...own }: LineNode): LineNode {
  return own;
}

/** A part that is asked for and is not there. */
export function missing(holder: unknown, path: ConfigPath, origin: ConfigOrigin): ConfigError {
  const step = String(path.at(-1));
  const known = isMapping(holder) ? Object.keys(holder) : [];
  const where = path.length === 1 ? 'The config' : `'${shorten(formatKey(path.slice(0, -1)))}'`;
  const has = Array.isArray(holder) ? `, it has ${holder.length} items` : asQuestion(nearestNames(step, known));
  return new ConfigError({ code: 'missing-key', what: `${where} has no '${shorten(step)}'${has}`, origin });
}
