import { CheckpointError } from '../errors.js';
import type { CheckpointHeader, UnreadableEntry } from '../ir/checkpoint-header.js';

/** What is thrown when a tensor is asked for that is listed and cannot be read. */
export function unreadableError(source: string, name: string, { dtype, reason }: UnreadableEntry): CheckpointError {
  return new CheckpointError({
    code: 'unsupported',
    what: `tensor '${shortened(name)}' of '${source}', of type ${dtype}, cannot be read: ${reason}`,
  });
}

/** A name that a checkpoint does not hold, or holds unreadably. */
export function noTensor({ source, unreadable = {} }: CheckpointHeader, name: string): CheckpointError {
  const found = Object.hasOwn(unreadable, name) ? unreadable[name] : undefined;
  if (found !== undefined) return unreadableError(source, name, found);
  return new CheckpointError({ code: 'unknown-tensor', what: `'${source}' holds no tensor '${shortened(name)}'` });
}

/** A text of a file as a message shows it: it may be of any length. */
export function shortened(text: string, length = 200): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

/** A value of a file as a message shows it: hostile ones nest deeper than `JSON.stringify` can follow. */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(shortened(value));
  if (typeof value !== 'object' || value === null) return String(value);
  if (!Array.isArray(value)) return 'an object';
  const list = value as readonly unknown[];
  const short = list.length <= 8 && list.every((entry) => typeof entry !== 'object' || entry === null);
  return short ? `[${list.map(shownValue).join(', ')}]` : `a list of ${list.length} values`;
}
