import { DeviceError } from '../../errors.js';
import { toBits } from '../../exact/float-rounding.js';
import { byteSize, type FloatDType } from '../../ir/dtype.js';
import type { KernelCall } from '../../kernels/kernel-call.js';
import { KERNELS, type KernelArgument, type KernelName } from '../../kernels/kernel-table.js';
import { GROUP_CELLS, JOB_ARGUMENTS, JOB_WORDS, readsTable } from '../../kernels/wgsl/kernel-shader.js';

const WORD = 4294967296;

/** A slice of a stream in GPU memory. */
export interface TableJob {
  readonly call: KernelCall;
  readonly offset: number;
  readonly count: number;
  /** First byte of its memory: the first element of an even block, whether it is part of the slice or not. */
  readonly start: number;
  /** Which buffer that is in. Default 0. */
  readonly memory?: number;
  /** Jobs that share a cell of a 16-bit dtype have different ones: their dispatches follow one another. Default 0. */
  readonly phase?: number;
}

/** Some consecutive jobs of a table that one kernel does in one dispatch. */
export interface Dispatch {
  readonly name: KernelName;
  readonly dtype: FloatDType;
  /** Whether it reads the quantile's table. */
  readonly table: boolean;
  /** Which buffer it writes. */
  readonly memory: number;
  /** First job in the table. */
  readonly begin: number;
  readonly count: number;
  /** Workgroups. */
  readonly groups: number;
}

/** What `kernelShader` reads, and the dispatches that do all of it. */
export interface JobTable {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly dispatches: readonly Dispatch[];
}

interface Group {
  readonly name: KernelName;
  readonly dtype: FloatDType;
  readonly memory: number;
  readonly jobs: TableJob[];
}

/**
 * Sorts jobs by kernel, dtype, memory and phase: each such group is one dispatch.
 *
 * @throws DeviceError `missing-function`, `type-error`, `value-error`, as the CPU's kernels do.
 */
export function jobTable(jobs: readonly TableJob[]): JobTable {
  const groups = new Map<string, Group>();
  for (const job of jobs) {
    const { kernel, dtype } = job.call;
    const { memory = 0, phase = 0 } = job;
    const key = `${kernel} ${dtype} ${memory} ${phase}`;
    const group = groups.get(key) ?? { name: kernelName(kernel), dtype, memory, jobs: [] };
    groups.set(key, group);
    group.jobs.push(job);
  }
  const words = new Uint32Array(jobs.length * JOB_WORDS);
  const dispatches: Dispatch[] = [];
  let begin = 0;
  for (const { name, dtype, memory, jobs: members } of groups.values()) {
    let first = 0;
    for (const [index, job] of members.entries()) {
      const slot = words.subarray((begin + index) * JOB_WORDS, (begin + index + 1) * JOB_WORDS);
      first += writeJob(slot, job, name, first);
    }
    dispatches.push({ name, dtype, table: readsTable(name), memory, begin, count: members.length, groups: first });
    begin += members.length;
  }
  return { words, dispatches };
}

const NAMES = new Map(Object.entries(KERNELS).map(([key, { name }]) => [name, key as KernelName]));

/** @throws DeviceError `missing-function`. */
export function kernelName(kernel: string): KernelName {
  const name = NAMES.get(kernel);
  if (name === undefined) throw missingKernel(kernel);
  return name;
}

/** Neither the laws' kernels nor those of the user's have it. */
export function missingKernel(kernel: string): DeviceError {
  return new DeviceError({
    code: 'missing-function',
    what: `there is no kernel '${kernel}' for the GPU`,
    fix: `if it is a kernel of your own, register it before the run: await registerKernel({ id: '${kernel}', wasm, wgsl })`,
  });
}

/** @returns how many workgroups the job takes. */
function writeJob(
  slot: Uint32Array,
  { call, offset, count, start }: TableJob,
  name: KernelName,
  first: number,
): number {
  const lead = offset % 2;
  const cells = Math.ceil((lead + count) / 2);
  const block = (offset - lead) / 2;
  const edges = lead + 2 * ((lead + count) % 2);
  slot.set([first, start / (2 * byteSize(call.dtype)), cells, edges, ...call.key]);
  slot.set([block % WORD, Math.floor(block / WORD)], 6);
  const { args } = KERNELS[name];
  if (call.args.length !== args.length) {
    throw new DeviceError({
      code: 'type-error',
      what: `kernel '${call.kernel}' failed: expected ${args.length} arguments, got ${call.args.length}`,
    });
  }
  slot.set(
    args.map((arg, index) => argumentWord(arg, call.args[index] ?? 0, call.kernel)),
    JOB_ARGUMENTS,
  );
  return Math.ceil(cells / GROUP_CELLS);
}

/** A float goes as its bits. */
function argumentWord({ name, type }: KernelArgument, value: number, kernel: string): number {
  const exact = { u32: value >>> 0, i32: value | 0, f32: Math.fround(value) }[type];
  if (exact !== value) {
    const what = `kernel '${kernel}' failed: ${name} must be exact as ${type}, got ${value}`;
    throw new DeviceError({ code: 'value-error', what });
  }
  return type === 'f32' ? toBits(value, 'float32') : value >>> 0;
}
