import type { Provenance } from '../ir/provenance.js';
import { digestOf } from './digest.js';
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
    if (parameter.initInfo?.digest === digestOf(parameter.bytes)) continue;
    parameter.noteInit(initInfo);
    noted.push(name);
  }
  return noted;
}

function* namedParameters(module: Module, prefix: string): Generator<readonly [string, Parameter]> {
  for (const [name, parameter] of module.parameters()) yield [prefix + name, parameter];
  for (const [name, child] of module.children()) yield* namedParameters(child, `${prefix}${name}.`);
}
