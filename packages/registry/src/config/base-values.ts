import { ConfigError, type ConfigOrigin } from '../errors.js';
import { asQuestion, nearestNames } from '../registry/did-you-mean.js';
import { isMapping, showValue } from '../schema/mapping.js';
import type { LineNode } from './loaded-config.js';
import { partAt, partsOf } from './merge.js';
import { BaseValue } from './read-rules.js';
import type { LocatedValue } from './source-reader.js';
import { type ConfigMapping, isTuple, tuple } from './value.js';

/**
 * Puts the values of the bases in the place of `{{ _base_.a.b }}`. They keep the lines where they were written.
 *
 * @throws ConfigError `unknown-base-value`, `bad-base-value`.
 */
export function fillBaseValues(
  located: LocatedValue,
  bases: LocatedValue<ConfigMapping>,
  file: string | undefined,
): LocatedValue {
  const { value, lines } = located;
  if (value instanceof BaseValue) return find(value, bases, file);
  if (Array.isArray(value)) {
    const parts = value.map((_, index) => fillBaseValues(partAt(located, index), bases, file));
    if (parts.every((part, index) => part.value === value[index])) return located;
    const items = parts.map((part) => part.value);
    return {
      value: isTuple(value) ? tuple(items) : items,
      lines: { ...lines, children: parts.map((part) => part.lines) },
    };
  }
  return isMapping(value) ? fillMapping(located as LocatedValue<ConfigMapping>, bases, file) : located;
}

function fillMapping(
  located: LocatedValue<ConfigMapping>,
  bases: LocatedValue<ConfigMapping>,
  file: string | undefined,
): LocatedValue {
  const children = new Map<string, LineNode>(partsOf(located.lines));
  const filled: Record<string, LocatedValue['value']> = {};
  let changed = false;
  for (const [key, old] of Object.entries(located.value)) {
    const part = fillBaseValues(partAt(located, key), bases, file);
    filled[key] = part.value;
    if (part.value === old) continue;
    changed = true;
    children.set(key, part.lines);
  }
  return changed ? { value: filled, lines: { ...located.lines, children } } : located;
}

function find({ path, line }: BaseValue, bases: LocatedValue<ConfigMapping>, file: string | undefined): LocatedValue {
  const origin: ConfigOrigin = { ...(file === undefined ? {} : { file }), line };
  const whole = `{{ _base_.${path.join('.')} }}`;
  let found: LocatedValue = bases;
  for (const [depth, step] of path.entries()) {
    const { value } = found;
    if (!isMapping(value)) {
      const what = `${whole}: '${path.slice(0, depth).join('.')}' is ${showValue(value)} in the bases`;
      throw new ConfigError({ code: 'bad-base-value', what, expected: 'a mapping', origin });
    }
    if (!Object.hasOwn(value, step)) {
      const near = asQuestion(nearestNames(step, Object.keys(value)));
      const what = `${whole}: the bases have no '${path.slice(0, depth + 1).join('.')}'${near}`;
      throw new ConfigError({ code: 'unknown-base-value', what, origin });
    }
    found = partAt(found, step);
  }
  return found;
}
