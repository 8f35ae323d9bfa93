import { DeviceError } from '../../errors.js';
import { roundTo, toBits } from '../../exact/float-rounding.js';
import { byteSize, type FloatDType } from '../../ir/dtype.js';
import type { KernelCall } from '../kernel-call.js';
import { KERNELS, kernelEntry } from '../kernel-table.js';
import { ELEMENT_LAWS } from './element-laws.js';
import { wordStream } from './word-stream.js';

/**
 * Fills `out` with a law's elements from `offset` on, in plain TypeScript: what every device must give, to the bit.
 *
 * @param out whole elements of `call.dtype`, little-endian; any alignment.
 * @param offset index of the first element, a safe integer.
 * @throws DeviceError `unknown-kernel`.
 */
export function fillReference(call: KernelCall, out: Uint8Array, offset: number): void {
  const size = byteSize(call.dtype);
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  const store = (index: number, bits: number): void => {
    if (size === 4) view.setUint32(index * 4, bits, true);
    else view.setUint16(index * 2, bits, true);
  };
  const count = out.byteLength / size;
  if (call.kernel === KERNELS.constant.name) {
    for (let index = 0; index < count; index += 1) store(index, call.args[0] ?? 0);
    return;
  }
  const element = referenceElement(call);
  let index = 0;
  for (const word of wordStream(call.key, offset, count)) {
    store(index, toBits(element(word), call.dtype));
    index += 1;
  }
}

/**
 * What a call makes of one 32-bit word: clamped in float32, then rounded once to the dtype.
 *
 * @throws DeviceError `unknown-kernel`.
 */
export function referenceElement(call: KernelCall): (word: number) => number {
  const makeElement = ELEMENT_LAWS[call.kernel];
  const entry = kernelEntry(call);
  if (makeElement === undefined || entry === undefined) {
    throw new DeviceError({ code: 'unknown-kernel', what: `there is no kernel '${call.kernel}'` });
  }
  const element = makeElement(call.args);
  // No value and no bound is -0, so that min and max leave no choice.
  const [low = 0, high = 0] = call.args.slice(entry.args.length - 2);
  return (word) => store(Math.min(Math.max(element(word), low), high), call.dtype);
}

function store(value: number, dtype: FloatDType): number {
  return dtype === 'float32' ? value : roundTo(value, dtype);
}
