import { byteSize, type DType, type FloatDType, isFloatDType } from '../ir/dtype.js';
import type { CopyLaw, HostLaw, IdentityLaw, Law, OrthogonalLaw, SegmentsLaw } from '../ir/law.js';
import type { PlanStep } from '../ir/plan.js';
import { elementCount } from '../ir/shape.js';
import type { KernelCall } from '../kernels/kernel-call.js';
import { keyFromHex } from '../rng/key.js';
import type { FillJob } from '../runtime/device.js';
import type { Lowering } from './lowering.js';

/** A step whose elements kernels fill: any slice of it can be had on its own. */
export interface FilledStep {
  readonly kind: 'filled';
  readonly step: PlanStep;
  readonly elements: number;
  /** What the kernels write; the step's dtype may be wider, or of integers. */
  readonly dtype: FloatDType;
  readonly runs: readonly FillRun[];
}

/** Consecutive elements of one law. */
interface FillRun {
  readonly call: KernelCall;
  readonly start: number;
  readonly end: number;
}

/** A step whose elements depend on more than their own index: its values are made all at once. */
export interface WholeStep {
  readonly kind: 'whole';
  readonly step: PlanStep;
  readonly law: OrthogonalLaw | IdentityLaw | CopyLaw | HostLaw;
}

/** The float dtype that kernels produce for a parameter; wider and integer dtypes are converted from float32. */
export function kernelDType(dtype: DType): FloatDType {
  return isFloatDType(dtype) ? dtype : 'float32';
}

const FILLED: Readonly<Record<Law['kind'], boolean>> = {
  constant: true,
  uniform: true,
  normal: true,
  'truncated-normal': true,
  segments: true,
  kernel: true,
  orthogonal: false,
  identity: false,
  copy: false,
  host: false,
};

/** Whether kernels fill the elements of a law. */
export function isFilled({ kind }: Law): boolean {
  return FILLED[kind];
}

/** How the values of a step are made. */
export function workOf(step: PlanStep, lowering: Lowering): FilledStep | WholeStep {
  const { law, key } = step;
  const elements = elementCount(step.shape);
  switch (law.kind) {
    case 'constant':
    case 'uniform':
    case 'normal':
    case 'truncated-normal':
      return filledBySegments(step, [{ length: elements, law }], lowering);
    case 'segments':
      return filledBySegments(step, law.segments, lowering);
    case 'kernel': {
      const [low, high] = keyFromHex(key);
      const call: KernelCall = { kernel: law.id, dtype: 'float32', key: [low, high], args: law.args };
      return { kind: 'filled', step, elements, dtype: 'float32', runs: [{ call, start: 0, end: elements }] };
    }
    case 'orthogonal':
    case 'identity':
    case 'copy':
    case 'host':
      return { kind: 'whole', step, law };
    default:
      return law satisfies never;
  }
}

function filledBySegments(step: PlanStep, segments: SegmentsLaw['segments'], lowering: Lowering): FilledStep {
  const dtype = kernelDType(step.dtype);
  let end = 0;
  const runs = segments.map(({ length, law }) => {
    const start = end;
    end += length;
    return { call: lowering.lower(law, dtype, step.key), start, end };
  });
  return { kind: 'filled', step, elements: elementCount(step.shape), dtype, runs };
}

/** Adds the jobs that fill `out` with the elements from `first` on. */
export function addJobs(jobs: FillJob[], { dtype, runs }: FilledStep, out: Uint8Array, first: number): void {
  const size = byteSize(dtype);
  const last = first + out.byteLength / size;
  for (const { call, start, end } of runs) {
    const from = Math.max(start, first);
    const to = Math.min(end, last);
    if (from >= to) continue;
    const whole = from === first && to === last;
    jobs.push({ call, out: whole ? out : out.subarray((from - first) * size, (to - first) * size), offset: from });
  }
}
