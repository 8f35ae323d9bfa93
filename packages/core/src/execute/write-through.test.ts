import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Adapter,
  type AdapterError,
  type CheckpointOpener,
  type DType,
  type ElementLaw,
  type HostFunction,
  initialize,
  type Law,
  Module,
  ModuleAdapter,
  memorySource,
  openSafetensorsSource,
  Parameter,
  type Shape,
  type TensorPart,
} from '../index.js';

const PART_BYTES = 1 << 22;
const SHAPE: Shape = [1031, 1061];
const ELEMENTS = 1031 * 1061;
const NORMAL: ElementLaw = { kind: 'normal', mean: 0, std: 1 };

class Net extends Module {
  add(name: string, law: Law, dtype: DType = 'float32', shape: Shape = SHAPE): this {
    const value = new Parameter(shape, { dtype, fallback: { law, source: 'test' } });
    Object.defineProperty(this, name, { value, enumerable: true });
    return this;
  }

  weight(name: string): Parameter {
    const found = [...this.parameters()].find(([known]) => known === name)?.[1];
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  }
}

/** A safetensors file of one float32 tensor with as many elements as `SHAPE`. */
function checkpointFile(): Uint8Array {
  const entry = { dtype: 'F32', shape: SHAPE, data_offsets: [0, 4 * ELEMENTS] };
  const header = new TextEncoder().encode(JSON.stringify({ w: entry }).padEnd(96));
  const file = new Uint8Array(8 + header.length + 4 * ELEMENTS);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  const values = Float32Array.from({ length: ELEMENTS }, (_, i) => i / 8);
  file.set(new Uint8Array(values.buffer), 8 + header.length);
  return file;
}

const FILE = checkpointFile();
const checkpoints: CheckpointOpener = async (source) => openSafetensorsSource(memorySource(source, FILE));
const ramp: HostFunction = (view) => {
  for (let i = 0; i < view.length; i += 1) view[i] = i % 1000;
};
const hostFunctions = new Map([['ramp', ramp]]);

/** One large parameter for each way in which values are made, between small ones. */
function net(): Net {
  const copy: Law = { kind: 'copy', source: 'file', tensor: 'w', dtype: 'float32' };
  const segments = [
    { length: 700_001, law: NORMAL },
    { length: ELEMENTS - 700_001, law: { kind: 'constant', value: 1 } as const },
  ];
  return new Net()
    .add('small', NORMAL, 'float32', [3])
    .add('normal', NORMAL)
    .add('half', { kind: 'uniform', low: -1, high: 1 }, 'float16', [1031, 2 * 1061])
    .add('tiny', { kind: 'constant', value: 2 }, 'float32', [5])
    .add('double', NORMAL, 'float64', [533_001])
    .add('whole', { kind: 'constant', value: 7 }, 'int64', [533_001])
    .add('segments', { kind: 'segments', segments })
    .add('identity', { kind: 'identity', gain: 0.5, rows: 1031, columns: 1061 })
    .add('tall', { kind: 'identity', gain: 2, rows: 1061, columns: 1031 }, 'float64', [1061, 1031])
    .add('copy', copy)
    .add('narrowed', copy, 'bfloat16')
    .add('host', { kind: 'host', id: 'ramp', options: {} })
    .add('last', NORMAL, 'float32', [4]);
}

/** Notes the parts, and the memory that they lie in, which the run holds. */
function watched(model: Module, refuse = false): Adapter & { readonly parts: TensorPart[]; readonly wholes: string[] } {
  const inner = new ModuleAdapter(model);
  const parts: TensorPart[] = [];
  const wholes: string[] = [];
  return {
    framework: 'watched',
    tree: () => inner.tree(),
    read: (path) => inner.read(path),
    write(path, tensor) {
      wholes.push(path);
      inner.write(path, tensor);
    },
    async writePart(path, part) {
      if (refuse) return false;
      // Long enough for the next part to be made meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 2));
      parts.push(part);
      return inner.writePart(path, part);
    },
    parts,
    wholes,
  };
}

const OPTIONS = { seed: 11, checkpoints, hostFunctions, measure: true } as const;

for (const threads of [1, 2]) {
  for (const refuse of [false, true]) {
    const how = refuse ? 'whole, where no parts are taken,' : 'in parts';
    test(`on ${threads} threads, parameters written ${how} as they are made are those of an atomic run`, async () => {
      const [atomic, direct] = [net(), net()];
      const expected = await initialize(atomic, [], { ...OPTIONS, threads: 1 });
      const adapter = watched(direct, refuse);
      const report = await initialize(adapter, [], { ...OPTIONS, threads, atomic: false });
      for (const [name, parameter] of atomic.parameters()) {
        assert.ok(Buffer.compare(direct.weight(name).bytes, parameter.bytes) === 0, name);
      }
      assert.equal(
        report.steps.map(({ path, elements, statistics }) => ({ path, elements, statistics })),
        expected.steps.map(({ path, elements, statistics }) => ({ path, elements, statistics })),
      );
      assert.is(adapter.parts.length > 0, !refuse);
    });
  }
}

test('a run that is not atomic holds two parts of 4 MiB, and wholes only where a law asks for them', async () => {
  const adapter = watched(net());
  await initialize(adapter, [], { ...OPTIONS, atomic: false });
  assert.equal(adapter.wholes, ['host']);
  const converted = new Set(['float64', 'int64', 'bfloat16']);
  const held = new Set(adapter.parts.filter(({ dtype }) => !converted.has(dtype)).map(({ bytes }) => bytes.buffer));
  assert.is(held.size, 1);
  for (const buffer of held) assert.is(buffer.byteLength, 2 * PART_BYTES);
  for (const { bytes } of adapter.parts) assert.ok(bytes.byteLength <= PART_BYTES, `a part of ${bytes.byteLength}`);
});

test('parts come in order and cover the parameter', async () => {
  const model = new Net().add('w', NORMAL, 'float32', [3_000_001]);
  const adapter = watched(model);
  await initialize(adapter, [], { atomic: false });
  let next = 0;
  for (const { offset, bytes, shape } of adapter.parts) {
    assert.is(offset, next);
    assert.equal(shape, [3_000_001]);
    next += bytes.byteLength / 4;
  }
  assert.is(next, 3_000_001);
});

test('a tensor that can only be read whole is written whole, its neighbours in parts', async () => {
  const law = (source: string): Law => ({ kind: 'copy', source, tensor: 'w', dtype: 'float32' });
  const packed: CheckpointOpener = async (source, context) => ({
    ...(await checkpoints(source, context)),
    ...(source === 'packed' ? { readPart: async () => false } : {}),
  });
  const model = new Net().add('plain', law('plain')).add('packed', law('packed'));
  const adapter = watched(model);
  await initialize(adapter, [], { ...OPTIONS, checkpoints: packed, atomic: false });
  assert.equal(adapter.wholes, ['packed']);
  assert.equal(model.weight('packed').bytes, model.weight('plain').bytes);
  assert.is(new Float32Array(model.weight('packed').bytes.slice().buffer)[ELEMENTS - 1], (ELEMENTS - 1) / 8);
});

test('an abort stops a run that is not atomic between old and new; one that is atomic leaves all old', async () => {
  for (const atomic of [false, true]) {
    const model = new Net().add('a', NORMAL).add('b', NORMAL).add('c', NORMAL);
    const controller = new AbortController();
    const failure = await initialize(model, [], {
      atomic,
      signal: controller.signal,
      onProgress: ({ path }) => {
        if (path === 'b') controller.abort();
      },
    }).catch((error: unknown) => error);
    assert.is((failure as Error).name, 'AbortError');
    const isNew = [...model.parameters()].map(([, parameter]) => parameter.bytes.some((byte) => byte !== 0));
    assert.equal(isNew, atomic ? [false, false, false] : [true, true, false]);
  }
});

test('a part that cannot be written stops the run with that error', async () => {
  const adapter = watched(new Net().add('w', NORMAL, 'float32', [9_000_000]));
  let parts = 0;
  const failing: Adapter = {
    ...adapter,
    async writePart(path, part) {
      parts += 1;
      if (parts === 3) throw new RangeError('the disk is full');
      return (await adapter.writePart?.(path, part)) ?? false;
    },
  };
  const failure = await initialize(failing, [], { atomic: false }).catch((error: unknown) => error);
  assert.is((failure as AdapterError).code, 'write-failed');
  assert.match((failure as AdapterError).message, /the disk is full/);
});

test.run();
