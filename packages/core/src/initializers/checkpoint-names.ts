import { CheckpointError } from '../errors.js';
import type { CheckpointEntry, CheckpointHeader, UnreadableEntry } from '../ir/checkpoint-header.js';
import type { NameMap } from '../ir/name-map.js';

/** A tensor of a checkpoint. */
export interface NamedTensor {
  /** Name in the checkpoint. */
  readonly key: string;
  readonly entry: CheckpointEntry | UnreadableEntry;
}

/** How names of a checkpoint become names of a model: in the order of the fields. */
export interface NameRules {
  /** Part to take, with its dot; `''` is all. */
  readonly prefix: string;
  readonly revise: (key: string) => string;
  readonly map: NameMap;
}

/** Names shown of a longer list. */
const SHOWN = 10;

/**
 * The checkpoint's tensors under the names that the model's parameters would have.
 *
 * @throws CheckpointError `prefix-not-found`, or `same-name` when two tensors would be one.
 */
export function selectTensors(header: CheckpointHeader, rules: NameRules): ReadonlyMap<string, NamedTensor> {
  const selected = new Map<string, NamedTensor>();
  const { prefix } = rules;
  const all: readonly (readonly [string, NamedTensor['entry']])[] = [
    ...Object.entries(header.tensors),
    ...Object.entries(header.unreadable ?? {}),
  ];
  for (const [key, entry] of all) {
    if (!key.startsWith(prefix)) continue;
    const name = rules.map.map(rules.revise(key.slice(prefix.length)));
    const other = selected.get(name);
    if (other !== undefined) throw sameName(header, name, [other.key, key]);
    selected.set(name, { key, entry });
  }
  if (prefix === '' || selected.size > 0) return selected;
  const tops = [...new Set(Object.keys(header.tensors).map((key) => `${key.split('.')[0]}.`))];
  throw new CheckpointError({
    code: 'prefix-not-found',
    what: `${prefix} is not in the pretrained model '${header.source}'`,
    expected: `one of ${shortened(tops)}`,
  });
}

function sameName(header: CheckpointHeader, name: string, keys: readonly string[]): CheckpointError {
  return new CheckpointError({
    code: 'same-name',
    what: `in checkpoint '${header.source}' both ${keys.join(' and ')} would be '${name}'`,
    fix: 'take one of them by prefix, or tell them apart in revise_keys or name_map',
  });
}

export function shortened(names: readonly string[]): string {
  if (names.length === 0) return 'nothing';
  const shown = names.slice(0, SHOWN).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}
