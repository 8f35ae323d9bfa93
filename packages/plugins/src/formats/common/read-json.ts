import { type ByteSource, isJsonObject, type ReadAllowance, shownValue } from '@incipit/core';
import { malformed } from './checkpoint-of.js';

const MAX_JSON_BYTES = 256 << 20;

/** The texts of an object, by their keys; what is no text is passed over. */
export function textsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(isJsonObject(value) ? value : {});
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** A whole JSON file. @throws CheckpointError `malformed` or `too-large`. */
export async function readJson(source: ByteSource, allowance: ReadAllowance): Promise<unknown> {
  if (source.size > MAX_JSON_BYTES) throw malformed(source, `it is larger than ${MAX_JSON_BYTES} bytes`);
  allowance.spend(source, source.size);
  const text = await source.read(0, source.size);
  allowance.spendJson(source, text);
  try {
    return JSON.parse(new TextDecoder().decode(text));
  } catch (cause) {
    throw malformed(source, 'it is not JSON', cause);
  }
}

/** A whole JSON file that holds an object. @throws CheckpointError `malformed`. */
export async function readJsonObject(
  source: ByteSource,
  allowance: ReadAllowance,
): Promise<Readonly<Record<string, unknown>>> {
  const json = await readJson(source, allowance);
  if (!isJsonObject(json)) throw malformed(source, 'it is not a JSON object');
  return json;
}

/** Whether a file begins as a JSON object does. */
export function isJson(head: Uint8Array): boolean {
  return /^\s*\{/.test(new TextDecoder().decode(head.subarray(0, 64)));
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** A shape of a manifest. @throws CheckpointError `malformed`. */
export function shapeOf(source: Pick<ByteSource, 'name'>, name: string, value: unknown): readonly number[] {
  if (Array.isArray(value) && value.every(isCount)) return value;
  throw malformed(source, `tensor '${name}' has the shape ${shownValue(value)}`);
}
