import type { Law } from './law.js';

/** True for element laws with the same numbers. The parameters of a model have few different ones, often in a row. */
export function isSameLaw(a: Law, b: Law): boolean {
  switch (a.kind) {
    case 'constant':
      return b.kind === a.kind && Object.is(a.value, b.value);
    case 'uniform':
      return b.kind === a.kind && a.low === b.low && a.high === b.high;
    case 'normal':
      return b.kind === a.kind && a.mean === b.mean && a.std === b.std;
    case 'truncated-normal':
      return b.kind === a.kind && a.mean === b.mean && a.std === b.std && a.low === b.low && a.high === b.high;
    default:
      return false;
  }
}
