import { convert, encodeFloats } from '../ir/convert.js';
import { byteSize, type DType } from '../ir/dtype.js';
import type { CopyLaw, IdentityLaw } from '../ir/law.js';
import type { PlanStep } from '../ir/plan.js';
import { elementCount } from '../ir/shape.js';
import type { FillJob } from '../runtime/device.js';
import { checkUnchanged } from './copy-tensor.js';
import type { Producers } from './produce.js';
import { addJobs, kernelDType, workOf } from './work.js';

/** A parameter's values, any part of which can be made on its own. */
export interface PartSource {
  readonly elements: number;
  /** Bytes of an element in the memory that `make` is given. */
  readonly size: number;
  /**
   * Makes the elements from `first` on, as many as `out` holds.
   *
   * @returns them in the step's dtype: `out` itself, or other memory where they had to be converted. Undefined for the
   * first part where it turns out that no part can be had.
   */
  make(out: Uint8Array, first: number): Promise<Uint8Array | undefined>;
}

/**
 * Undefined for what is carried out as a whole: `orthogonal`, `host`, a copy that is changed, and whatever is not drawn as
 * it lies.
 */
export async function partSource(step: PlanStep, producers: Producers): Promise<PartSource | undefined> {
  if (step.order !== undefined) return undefined;
  const work = workOf(step, producers.lowering);
  const elements = elementCount(step.shape);
  if (work.kind === 'filled') {
    return {
      elements,
      size: byteSize(work.dtype),
      async make(out, first) {
        const jobs: FillJob[] = [];
        addJobs(jobs, work, out, first);
        await producers.device.fillAll(jobs);
        return convert(out, work.dtype, step.dtype);
      },
    };
  }
  if (work.law.kind === 'copy') return copySource(step, work.law, producers);
  if (work.law.kind === 'identity') return { elements, ...identitySource(work.law, step.dtype) };
  return undefined;
}

async function copySource(step: PlanStep, law: CopyLaw, producers: Producers): Promise<PartSource | undefined> {
  const checkpoint = await producers.checkpoints.get(law.source);
  checkUnchanged(checkpoint, step, law);
  if (checkpoint.readPart === undefined || law.changes !== undefined) return undefined;
  const size = byteSize(law.dtype);
  return {
    elements: elementCount(step.shape),
    size,
    async make(out, first) {
      producers.signal?.throwIfAborted();
      if (!(await checkpoint.readPart?.(law.tensor, first * size, out))) return undefined;
      return convert(out, law.dtype, step.dtype);
    },
  };
}

function identitySource({ gain, rows, columns }: IdentityLaw, dtype: DType): Omit<PartSource, 'elements'> {
  const floats = kernelDType(dtype);
  const one = convert(encodeFloats([gain], floats), floats, dtype);
  const size = one.byteLength;
  // From one element of the diagonal to the next.
  const stride = columns + 1;
  const end = Math.min(rows, columns) * stride;
  return {
    size,
    async make(out, first) {
      out.fill(0);
      const last = Math.min(end, first + out.byteLength / size);
      for (let at = Math.ceil(first / stride) * stride; at < last; at += stride) out.set(one, (at - first) * size);
      return out;
    },
  };
}
