/** Columns and rows of a tile, and reflections of a block: a matrix is made of whole ones, filled up with zeros. */
export const TILE = 64;
/** Rows over which one workgroup sums. */
export const SLAB_ROWS = 256;

/** Numbers that each of the shaders takes, in this order; TVM adds the number of workgroups. */
export const REFLECTOR_NUMBERS = ['stride', 'row', 'block', 'first', 'count', 'transposed'] as const;

/** A shader with its storage buffers, of which it writes the first. */
export interface ReflectorShader {
  readonly name: string;
  readonly wgsl: string;
  readonly buffers: number;
}

/** Threads of a workgroup that makes a tile: each makes 4 × 4 of its elements. */
const THREADS = 256;
/** Terms of a product that lie in workgroup memory at a time. */
const DEPTH = 16;
/** From one such term to the next; odd, so that they fall on different banks. */
const PITCH = TILE + 1;

/** A statement for each of a thread's elements, in full: they stay in registers. */
function eachOwn(assign: (row: number, column: number) => string): string {
  const four = [0, 1, 2, 3];
  return four.flatMap((j) => four.map((i) => `  ${assign(16 * i, 16 * j)} sums[${j}][${i}];`)).join('\n');
}

const FRAME = `
struct Part { ${REFLECTOR_NUMBERS.map((name) => `${name}: u32, `).join('')}groups: u32 }
`;

const GROUP = `
  let group = at.z * size.x + at.x;
  if (group >= part.groups) { return; }`;

const AT = `
  @builtin(workgroup_id) at: vec3<u32>,
  @builtin(num_workgroups) size: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
`;

/** Adds some terms to a tile: thread (x, y) has rows x + 16 i and columns y + 16 j, the latter in `sums[j]`. */
const TILES = `
var<workgroup> left: array<f32, ${DEPTH * PITCH}>;
var<workgroup> right: array<f32, ${DEPTH * PITCH}>;
var<private> sums: array<vec4<f32>, 4>;

fn add_terms(x: u32, y: u32) {
  for (var k = 0u; k < ${DEPTH}u; k++) {
    let l = k * ${PITCH}u + x;
    let r = k * ${PITCH}u + y;
    let rows = vec4(left[l], left[l + 16u], left[l + 32u], left[l + 48u]);
    sums[0] += rows * right[r];
    sums[1] += rows * right[r + 16u];
    sums[2] += rows * right[r + 32u];
    sums[3] += rows * right[r + 48u];
  }
}
`;

const PROJECT = `
@compute @workgroup_size(${THREADS})
fn project(${AT}) {${GROUP}
  let x = lane % 16u;
  let y = lane / 16u;
  let slabs = (part.stride - part.row + ${SLAB_ROWS - 1}u) / ${SLAB_ROWS}u;
  let slab = group % slabs;
  let column = group / slabs * ${TILE}u;
  let begin = part.row + slab * ${SLAB_ROWS}u;
  let end = min(begin + ${SLAB_ROWS}u, part.stride);
  for (var row = begin; row < end; row += ${DEPTH}u) {
    for (var j = y; j < ${TILE}u; j += 16u) {
      left[x * ${PITCH}u + j] = vectors[(part.block * ${TILE}u + j) * part.stride + row + x];
      right[x * ${PITCH}u + j] = columns[(part.first + column + j) * part.stride + row + x];
    }
    workgroupBarrier();
    add_terms(x, y);
    workgroupBarrier();
  }
${eachOwn((i, j) => `output[(slab * part.count + column + y + ${j}u) * ${TILE}u + x + ${i}u] =`)}
}
`;

const COMBINE = `
var<workgroup> products: array<f32, ${TILE}>;

@compute @workgroup_size(${TILE})
fn combine(${AT}) {${GROUP}
  let slabs = (part.stride - part.row + ${SLAB_ROWS - 1}u) / ${SLAB_ROWS}u;
  var sum = 0.0;
  for (var slab = 0u; slab < slabs; slab++) { sum += slab_sums[(slab * part.count + group) * ${TILE}u + lane]; }
  products[lane] = sum;
  workgroupBarrier();
  let down = select(1u, ${TILE}u, part.transposed != 0u);
  let start = part.block * ${TILE * TILE}u + lane * (${TILE + 1}u - down);
  var weight = 0.0;
  for (var k = 0u; k < ${TILE}u; k++) { weight += factors[start + k * down] * products[k]; }
  output[group * ${TILE}u + lane] = weight;
}
`;

const UPDATE = `
@compute @workgroup_size(${THREADS})
fn update(${AT}) {${GROUP}
  let x = lane % 16u;
  let y = lane / 16u;
  let tiles = (part.stride - part.row) / ${TILE}u;
  let row = part.row + group % tiles * ${TILE}u;
  let column = group / tiles * ${TILE}u;
  for (var start = 0u; start < ${TILE}u; start += ${DEPTH}u) {
    for (var k = lane / ${TILE}u; k < ${DEPTH}u; k += ${THREADS / TILE}u) {
      let i = lane % ${TILE}u;
      left[k * ${PITCH}u + i] = vectors[(part.block * ${TILE}u + start + k) * part.stride + row + i];
    }
    for (var j = y; j < ${TILE}u; j += 16u) {
      right[x * ${PITCH}u + j] = weights[(column + j) * ${TILE}u + start + x];
    }
    workgroupBarrier();
    add_terms(x, y);
    workgroupBarrier();
  }
${eachOwn((i, j) => `output[(part.first + column + y + ${j}u) * part.stride + row + x + ${i}u] -=`)}
}
`;

const IDENTITY = `
@compute @workgroup_size(${TILE})
fn identity(${AT}) {${GROUP}
  for (var i = lane; i < part.stride; i += ${TILE}u) {
    output[group * part.stride + i] = select(0.0, 1.0, i == group);
  }
}
`;

/**
 * What applies a block of reflections to `count` columns from `first` on, C -= V T Vᵀ C, three dispatches: `project`
 * makes Vᵀ C for each slab of rows, `combine` sums them and multiplies by T or, when `transposed`, by Tᵀ, `update` takes
 * V times that from C. `identity` sets all columns. Rows before `row` stay: a block's vectors are zero there.
 *
 * Columns are `stride` numbers apart, which is a multiple of 64, as are `row`, `first` and `count`. Of `vectors` and
 * `factors`, those of the block count.
 */
export const REFLECTOR_SHADERS: readonly ReflectorShader[] = [
  shader('project', ['vectors', 'columns'], TILES + PROJECT),
  shader('combine', ['slab_sums', 'factors'], COMBINE),
  shader('update', ['vectors', 'weights'], TILES + UPDATE),
  shader('identity', [], IDENTITY),
];

function shader(name: string, inputs: readonly string[], body: string): ReflectorShader {
  const bindings = inputs.map((input, i) => `@group(0) @binding(${i + 1}) var<storage, read> ${input}: array<f32>;\n`);
  const wgsl = [
    FRAME,
    '@group(0) @binding(0) var<storage, read_write> output: array<f32>;\n',
    ...bindings,
    `@group(0) @binding(${inputs.length + 1}) var<uniform> part: Part;\n`,
    body,
  ].join('');
  return { name, wgsl, buffers: inputs.length + 1 };
}
