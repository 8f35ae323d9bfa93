import type { FloatDType } from '../../ir/dtype.js';
import { QUANTILE_TABLE } from '../../rng/quantile-table.js';
import { KERNELS, type KernelArgument, type KernelName } from '../kernel-table.js';
import { LAW_TEXTS } from './laws.js';
import { CLAMP, STORE_TEXTS } from './stores.js';
import { THREEFRY } from './threefry.js';

/** A kernel for the GPU. Storage buffers are bound in the order cells, jobs, table; the numbers come last. */
export interface KernelShader {
  readonly wgsl: string;
  /** Name of the compute entry point. */
  readonly entry: string;
}

/** The quantile's table, for kernels that read it. */
export const SHADER_TABLE: Readonly<Uint32Array<ArrayBuffer>> = QUANTILE_TABLE;

/** Whether a kernel reads the quantile's table. */
export function readsTable(name: KernelName): boolean {
  return name !== 'constant' && LAW_TEXTS[name].table;
}

/** Words of one job in the table of jobs, see {@link kernelShader}. */
export const JOB_WORDS = 18;
/** Word of a job's first argument. */
export const JOB_ARGUMENTS = 8;
/** Threads of a workgroup, and cells that each of them writes. */
const THREADS = 256;
const TURNS = 4;
/** Cells that one workgroup writes: all of one job. */
export const GROUP_CELLS: number = THREADS * TURNS;

const FRAME_TYPES = `
struct Job {
  first: u32,
  cell: u32,
  cells: u32,
  edges: u32,
  key: vec2<u32>,
  block: vec2<u32>,
  args: array<u32, 9>,
}
struct Grid {
  begin: u32,
  count: u32,
  groups: u32,
}
`;

/** The last of the jobs that begins at `group` or before. */
const JOB_OF = `
fn job_of(group: u32) -> u32 {
  var low = grid.begin;
  var high = grid.begin + grid.count;
  while (high - low > 1u) {
    let middle = (low + high) >> 1u;
    if (jobs[middle].first <= group) { low = middle; } else { high = middle; }
  }
  return low;
}
`;

const FILL = `
@compute @workgroup_size(${THREADS})
fn fill(
  @builtin(workgroup_id) at: vec3<u32>,
  @builtin(num_workgroups) size: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = at.z * size.x + at.x;
  if (group >= grid.groups) { return; }
  let job = job_of(group);
  let args = arguments_of(job);
  let key = jobs[job].key;
  let block = jobs[job].block;
  let start = jobs[job].cell;
  let cells_left = jobs[job].cells;
  let edges = jobs[job].edges;
  var index = (group - jobs[job].first) * ${GROUP_CELLS}u + lane;
  for (var turn = 0u; turn < ${TURNS}u; turn++) {
    if (index >= cells_left) { return; }
    let low = block.x + index;
    let pair = draw(key, vec2(low, block.y + select(0u, 1u, low < index)), args);
    let first = index != 0u || (edges & 1u) == 0u;
    let second = index + 1u != cells_left || (edges & 2u) == 0u;
    store(start + index, pair, first, second);
    index += ${THREADS}u;
  }
}
`;

const DRAW_CONSTANT = `
fn draw(key: vec2<u32>, counter: vec2<u32>, args: Args) -> vec2<u32> { return vec2(args.bits); }
`;
const DRAW = `
fn element(word: u32, args: Args) -> u32 { return rounded(clamped(value(word, args), args.low, args.high)); }
fn draw(key: vec2<u32>, counter: vec2<u32>, args: Args) -> vec2<u32> {
  let words = threefry(key, counter);
  return vec2(element(words.x, args), element(words.y, args));
}
`;

/**
 * The twin of a kernel in WGSL, which fills many slices in one dispatch.
 *
 * A *cell* holds two elements, those of one block of the stream: eight bytes of float32, four of a 16-bit dtype. A *job*
 * is a slice: `first`, the first of the workgroups that fill it; `cell` and `cells`, where it lies; `edges`, bit 0 when
 * the first half of its first cell is not its own, bit 1 when the second half of its last is not; `key`; `block`, the
 * 64-bit number of its first block; the kernel's arguments, floats as their bits. Jobs are sorted by `first`.
 *
 * The numbers are `begin` and `count`, which of the table's jobs to do, and TVM's own: how many workgroups there are.
 * TVM folds more than 65,535 of them into the third dimension, so that a few may be too many.
 */
export function kernelShader(name: KernelName, dtype: FloatDType): KernelShader {
  const { args } = KERNELS[name];
  const { cell, store, round } = STORE_TEXTS[dtype];
  const law = name === 'constant' ? undefined : LAW_TEXTS[name];
  const table = readsTable(name);
  const value = law === undefined ? '' : `\nfn value(word: u32, args: Args) -> u32 {\n  ${law.body}\n}\n`;
  const wgsl = [
    FRAME_TYPES,
    `struct Args {\n${args.map((arg) => `  ${arg.name}: ${wordType(arg)},\n`).join('')}}\n`,
    `@group(0) @binding(0) var<storage, read_write> cells: array<${cell}>;\n`,
    '@group(0) @binding(1) var<storage, read> jobs: array<Job>;\n',
    table ? '@group(0) @binding(2) var<storage, read> table: array<vec4<u32>>;\n' : '',
    `@group(0) @binding(${table ? 3 : 2}) var<uniform> grid: Grid;\n`,
    JOB_OF,
    `fn arguments_of(job: u32) -> Args {\n  return Args(${args.map(loadArgument).join(', ')});\n}\n`,
    ...(law === undefined ? [DRAW_CONSTANT] : [THREEFRY, ...law.uses, value, CLAMP, round, DRAW]),
    store,
    FILL,
  ].join('');
  return { wgsl, entry: 'fill' };
}

/** WGSL must not touch floats: their bits may not survive it. */
function wordType({ type }: KernelArgument): string {
  return type === 'i32' ? 'i32' : 'u32';
}

function loadArgument({ type }: KernelArgument, index: number): string {
  const word = `jobs[job].args[${index}]`;
  return type === 'i32' ? `bitcast<i32>(${word})` : word;
}
