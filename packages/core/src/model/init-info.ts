import type { Provenance } from '../ir/provenance.js';
import type { Module } from './module.js';
import type { Parameter } from './parameter.js';

/** `Kaiming, rule 0 of backbone`: what a plan says of a parameter, in words. */
export function initInfoOf({ initializer, rule }: Provenance): string {
  if (rule === null) return initializer;
  const place = rule.node === '' ? 'the model' : rule.node;
  return `${initializer}, rule ${rule.rule} of ${place}${rule.override === null ? '' : `, override ${rule.override}`}`;
}

/**
 * Notes what set those parameters of a module whose values changed since they were last noted: for code that fills
 * parameters by hand after `initWeights`. The original compares means; this compares every value.
 *
 * @param initInfo what to note, for instance `'copied from the encoder'`.
 * @returns the noted parameters' names relative to the module.
 */
export function updateInitInfo(module: Module, initInfo: string): readonly string[] {
  const noted: string[] = [];
  for (const [name, parameter] of namedParameters(module, '')) {
    const digest = digestOf(parameter.bytes);
    if (parameter.initInfo?.digest === digest) continue;
    parameter.initInfo = { text: initInfo, digest };
    noted.push(name);
  }
  return noted;
}

/** Notes what a plan set. */
export function noteProvenance(parameter: Parameter, provenance: Provenance): void {
  parameter.initInfo = { text: initInfoOf(provenance), digest: digestOf(parameter.bytes) };
}

function* namedParameters(module: Module, prefix: string): Generator<readonly [string, Parameter]> {
  for (const [name, parameter] of module.parameters()) yield [prefix + name, parameter];
  for (const [name, child] of module.children()) yield* namedParameters(child, `${prefix}${name}.`);
}

/** Two multiplicative hashes of the bytes, read as 32-bit words; a change of one value changes it. */
function digestOf(bytes: Uint8Array): string {
  const words = Math.floor(bytes.byteLength / 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let first = 0x811c9dc5;
  let second = bytes.byteLength;
  for (let i = 0; i < words; i++) {
    const word = view.getUint32(4 * i, true);
    first = Math.imul(first ^ word, 0x01000193);
    second = Math.imul((second << 5) ^ (second >>> 27) ^ word, 0x9e3779b1);
  }
  for (const byte of bytes.subarray(4 * words)) first = Math.imul(first ^ byte, 0x01000193);
  return `${first >>> 0}:${second >>> 0}`;
}
