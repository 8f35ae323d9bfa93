import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AdapterError } from '../errors.js';
import type { ParameterSpec } from '../ir/parameter.js';
import type { Adapter } from './adapter.js';
import { ADAPTER_CASES } from './adapter-cases.js';
import { assertFits, startOfPart } from './adapter-checks.js';
import { detached } from './detached-adapter.js';
import { Module } from './module.js';
import { ModuleAdapter } from './module-adapter.js';
import type { ModuleNode } from './module-node.js';
import { Parameter } from './parameter.js';
import type { TensorData, TensorPart } from './tensor-data.js';

const test = suite('adapter cases');

const KERNEL: ParameterSpec = {
  path: 'a.kernel',
  role: 'weight',
  nativeName: 'kernel',
  shape: [2, 6],
  dtype: 'float32',
  trainable: true,
  axes: ['in', 'out'],
  slices: { axis: 1, names: ['i', 'f', 'o'] },
  fallback: { law: { kind: 'orthogonal', gain: 1, rows: 2, columns: 6 }, source: 'test' },
  aliases: ['b.kernel'],
};
const BIAS: ParameterSpec = {
  path: 'a.bias',
  role: 'bias',
  nativeName: 'bias',
  shape: [6],
  dtype: 'float16',
  trainable: true,
};
const MODULE: ModuleNode = { path: 'a', types: ['Dense', 'Linear'], parameters: [KERNEL, BIAS], children: [] };
const ROOT: ModuleNode = { path: '', types: ['Net'], parameters: [], children: [MODULE] };

/** Keeps every promise; `changes` break some. */
function memoryAdapter(changes: Partial<Adapter> & { readonly root?: ModuleNode } = {}): Adapter {
  const values = new Map<string, TensorData>();
  const specOf = (path: string): ParameterSpec => {
    const spec = [KERNEL, BIAS].find((known) => known.path === path || known.aliases?.includes(path) === true);
    if (spec === undefined) throw new AdapterError({ code: 'unknown-parameter', what: 'no such parameter', path });
    return spec;
  };
  const read = (path: string): TensorData => {
    const { shape, dtype, path: own } = specOf(path);
    const bytes = new Uint8Array(dtype === 'float32' ? 48 : 12);
    return values.get(own) ?? { shape, dtype, bytes };
  };
  return {
    framework: 'memory',
    tree: () => changes.root ?? ROOT,
    read: async (path) => ({ ...read(path), bytes: read(path).bytes.slice() }),
    write: (path, tensor) => {
      const spec = specOf(path);
      assertFits(spec, tensor, path);
      values.set(spec.path, tensor);
    },
    ...changes,
  };
}

for (const { name, check } of ADAPTER_CASES) {
  test(`an adapter that keeps its promises passes: ${name}`, async () => {
    await check(memoryAdapter());
  });
}

class Block extends Module {
  readonly weight = new Parameter([4, 3], { axes: ['out', 'in'] });
  readonly 'running.mean' = new Parameter([4]);
  readonly tied: Parameter;

  constructor(tied: Parameter) {
    super();
    this.tied = tied;
  }
}

class Net extends Module {
  readonly scalar = new Parameter([], { dtype: 'float64' });
  readonly empty = new Parameter([0, 3], { axes: ['out', 'in'] });
  readonly 'ключ \\ 名' = new Parameter([5], { dtype: 'uint8' });
  readonly shared = new Parameter([2, 2], { axes: ['out', 'in'] });
  readonly first = new Block(this.shared);
  readonly second = new Block(this.shared);
}

for (const { name, check } of ADAPTER_CASES) {
  test(`Incipit's own modules pass: ${name}`, async () => {
    await check(new ModuleAdapter(new Net()));
  });
}

for (const { name, check } of ADAPTER_CASES) {
  test(`a model that writes pass by passes, in another dtype: ${name}`, async () => {
    await check(detached(new ModuleAdapter(new Net()), { dtype: 'bfloat16' }));
  });
}

function withKernel(change: Partial<ParameterSpec>): Adapter {
  const parameters = [{ ...KERNEL, ...change }, BIAS];
  return memoryAdapter({ root: { ...ROOT, children: [{ ...MODULE, parameters }] } });
}

function withChildren(...children: readonly ModuleNode[]): Adapter {
  return memoryAdapter({ root: { ...ROOT, children } });
}

function impure(): Adapter {
  let calls = 0;
  return memoryAdapter({
    tree: () => {
      calls += 1;
      return { ...ROOT, types: [`Net${calls}`] };
    },
  });
}

/** Wraps what a good adapter reads. */
function reading(change: (data: TensorData, path: string) => TensorData): Adapter {
  const good = memoryAdapter();
  return { ...good, read: async (path) => change(await good.read(path), path) };
}

function aliasing(): Adapter {
  const good = memoryAdapter();
  const shared = new Map<string, TensorData>();
  return {
    ...good,
    write: (path, tensor) => {
      shared.set(path, tensor);
    },
    read: async (path) => shared.get(path) ?? good.read(path),
  };
}

function clumsy(): Adapter {
  const good = memoryAdapter();
  return {
    ...good,
    write: async (path, tensor) => {
      await good.write(path, tensor);
      if (path !== 'a.kernel')
        await good.write('a.kernel', { ...(await good.read('a.kernel')), bytes: new Uint8Array(48) });
    },
  };
}

function takingAnyLength(): Adapter {
  const good = memoryAdapter();
  return {
    ...good,
    write: (path, tensor) => {
      if (tensor.bytes.length === 47) return;
      return good.write(path, tensor);
    },
  };
}

/** Writes parts from the byte on that `start` says. */
function inParts(start: (part: TensorPart) => number): Adapter {
  const good = memoryAdapter();
  return {
    ...good,
    async writePart(path, part) {
      startOfPart(specOfPart(path), part, path);
      const whole = await good.read(path);
      whole.bytes.set(part.bytes.subarray(0, whole.bytes.length - start(part)), start(part));
      await good.write(path, whole);
      return true;
    },
  };
}

function specOfPart(path: string): ParameterSpec {
  return path === BIAS.path ? BIAS : KERNEL;
}

/** Takes parts into the very memory that it says it kept. */
function writingIntoWhatIsKept(): Adapter {
  const model = new Map<string, TensorData>();
  const good = memoryAdapter();
  return {
    ...good,
    read: async (path) => {
      const held = model.get(path);
      return held === undefined ? good.read(path) : { ...held, bytes: held.bytes.slice() };
    },
    write: (path, tensor) => void model.set(path, tensor),
    writePart(path, part) {
      model.get(path)?.bytes.set(part.bytes, startOfPart(specOfPart(path), part, path));
      return true;
    },
    keep(path) {
      const held = model.get(path);
      return { restore: () => void (held !== undefined && model.set(path, held)) };
    },
  };
}

/** Takes the numbers from the start of the memory that it is given. */
function ignoringWhereBytesLie(): Adapter {
  const good = memoryAdapter();
  return {
    ...good,
    write: (path, tensor) => {
      const bytes = new Uint8Array(tensor.bytes.buffer, 0, tensor.bytes.byteLength);
      return good.write(path, { ...tensor, bytes });
    },
  };
}

function tellingValues(): Adapter {
  const good = memoryAdapter();
  let writes = 0;
  return {
    ...good,
    tree: () => ({ ...good.tree(), types: [`Net${writes}`] }),
    write: (path, tensor) => {
      writes += 1;
      return good.write(path, tensor);
    },
  };
}

function listingFirst(module: Partial<ModuleNode>): Adapter {
  return withChildren({ path: '0', types: ['Early'], parameters: [KERNEL], children: [], ...module }, MODULE);
}

function readingFromTheStart(): Adapter {
  const good = memoryAdapter();
  return {
    ...good,
    async readPart(path, _offset, out) {
      out.set((await good.read(path)).bytes.subarray(0, out.length));
      return true;
    },
  };
}

const BROKEN: readonly (readonly [string, string, Adapter])[] = [
  ['gives another tree each time', 'tree() is pure', impure()],
  ['has two modules of one path', 'path is unique', withChildren(MODULE, { ...MODULE, parameters: [] })],
  [
    'has a child outside its parent',
    'path is unique',
    withChildren({ ...MODULE, children: [{ ...MODULE, path: 'b' }] }),
  ],
  ['has a root with a path', 'path is unique', memoryAdapter({ root: { ...ROOT, path: 'root' } })],
  ['names a type twice', 'class first', withChildren({ ...MODULE, types: ['Dense', 'Dense'] })],
  ['names no type', 'class first', withChildren({ ...MODULE, types: [] })],
  ['has an alias that is another parameter', 'names one parameter', withKernel({ aliases: ['a.bias'] })],
  ['ends a path in another name', 'native name', withKernel({ nativeName: 'weight' })],
  ['has half a row', 'whole numbers', withKernel({ shape: [2.5, 6] })],
  ['has an unknown dtype', 'whole numbers', withKernel({ dtype: 'quad' as 'float32' })],
  ['names one axis of two', 'axes name', withKernel({ axes: ['in'] })],
  ['slices an axis unevenly', 'axes name', withKernel({ slices: { axis: 1, names: ['a', 'b', 'c', 'd'] } })],
  [
    'has a fallback of another size',
    'fallback law',
    withKernel({ fallback: { law: { kind: 'identity', gain: 1, rows: 6, columns: 6 }, source: 'test' } }),
  ],
  ['reads another shape', 'read gives', reading((data) => ({ ...data, shape: [...data.shape, 1] }))],
  ['reads too few bytes', 'read gives', reading((data) => ({ ...data, bytes: data.bytes.subarray(1) }))],
  ['loses a bit', 'bit for bit', reading((data) => ({ ...data, bytes: data.bytes.map((byte) => byte & 0xfe) }))],
  ['writes every part at the start', 'parts are written', inParts((data) => data.offset * 0)],
  ['takes offsets for bytes', 'parts are written', inParts((data) => data.offset)],
  ['reads every part from the start', 'parts are written', readingFromTheStart()],
  ['takes a part beyond the end', 'do not lie in their parameter', { ...memoryAdapter(), writePart: () => true }],
  ['writes parts into what it keeps', 'what was kept', writingIntoWhatIsKept()],
  ['takes bytes from the start of their memory', 'anywhere in a larger memory', ignoringWhereBytesLie()],
  ['has a tree that tells of values', 'changes nothing of the tree', tellingValues()],
  ['lists a tied parameter early under a later path', 'first module that lists it', listingFirst({})],
  [
    'does not escape a name',
    'first module that lists it',
    withKernel({ path: 'a.kernel.1', nativeName: '1', aliases: [] }),
  ],
  ['takes too few bytes', 'another shape', takingAnyLength()],
  ['keeps unknown paths', 'unknown path', { ...memoryAdapter(), keep: () => ({ restore: () => undefined }) }],
  ['puts nothing back', 'what was kept', { ...memoryAdapter(), keep: () => ({ restore: () => undefined }) }],
  ['overwrites a neighbour', 'leaves the others alone', clumsy()],
  ['hands out its own bytes', 'belong to the caller', aliasing()],
  ['keeps an alias apart', 'alias reads', aliasing()],
  [
    'invents parameters',
    'unknown path',
    { ...memoryAdapter(), read: async () => ({ ...BIAS, bytes: new Uint8Array(12) }) },
  ],
  ['swallows what does not fit', 'another shape', { ...memoryAdapter(), write: () => undefined }],
];

for (const [what, promise, adapter] of BROKEN) {
  test(`an adapter that ${what} is caught`, async () => {
    const found = ADAPTER_CASES.find(({ name }) => name.includes(promise));
    if (found === undefined) throw new Error(`no case '${promise}'`);
    const error = await Promise.resolve()
      .then(() => found.check(adapter))
      .catch((cause: unknown) => cause);
    assert.instance(error, AdapterError);
    assert.is((error as AdapterError).code, 'adapter-case');
  });
}

test.run();
