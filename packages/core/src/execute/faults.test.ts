import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Adapter,
  AdapterError,
  createCpuDevice,
  type Device,
  DeviceError,
  DeviceLostError,
  execute,
  initialize,
  type KeptValues,
  Module,
  ModuleAdapter,
  Parameter,
  plan,
} from '../index.js';

const PARAMETERS = 40;

/** Forty parameters, each with a normal law, in two batches of a run. */
class Layers extends Module {
  constructor() {
    super();
    for (let i = 0; i < PARAMETERS; i += 1) {
      const law = { kind: 'normal', mean: 0, std: 1 } as const;
      const weight = new Parameter([1000 + i], { fallback: { law, source: 'test' } });
      Object.defineProperty(this, `weight${i}`, { value: weight, enumerable: true });
    }
  }
}

function valuesOf(model: Layers): readonly (readonly number[])[] {
  return [...model.parameters()].map(([, parameter]) => parameter.values());
}

const OLD = valuesOf(new Layers());

async function expected(): Promise<readonly (readonly number[])[]> {
  const model = new Layers();
  await initialize(model, [], { seed: 3 });
  return valuesOf(model);
}

/** A device of another kind that fails at its n-th fill, and writes nonsense before it does. */
async function failingDevice(failAt: number, error: () => Error): Promise<Device> {
  const cpu = await createCpuDevice();
  let fills = 0;
  return {
    kind: 'webgpu',
    async fill(call, out, offset) {
      fills += 1;
      if (fills >= failAt) {
        out.fill(0xa5);
        throw error();
      }
      cpu.fill(call, out, offset);
    },
    dispose: () => cpu.dispose(),
  };
}

const lost = (): Error => new DeviceLostError({ code: 'device-lost', what: 'the GPU was taken back' });
const full = (): Error => new DeviceError({ code: 'out-of-memory', what: 'no memory left on the GPU' });

for (const [name, error, code] of [
  ['a device that is lost', lost, 'device-lost'],
  ['a GPU whose memory is full', full, 'device-out-of-memory'],
] as const) {
  test(`${name} in the middle of a run: the CPU finishes it with the same bits, and the report says so`, async () => {
    for (const failAt of [1, 17, PARAMETERS]) {
      const model = new Layers();
      const report = await initialize(model, [], { seed: 3, device: await failingDevice(failAt, error) });
      assert.equal(valuesOf(model), await expected());
      assert.is(report.device, 'cpu');
      assert.equal(
        report.warnings.map((warning) => warning.code),
        [code],
      );
    }
  });
}

test('a device that fails otherwise stops the run with its error, and the model is as it was', async () => {
  const broken = (): Error => new DeviceError({ code: 'value-error', what: 'a kernel is broken' });
  const model = new Layers();
  const failure = await initialize(model, [], { device: await failingDevice(17, broken) }).catch((e: unknown) => e);
  assert.is((failure as DeviceError).code, 'value-error');
  assert.equal(valuesOf(model), OLD);
});

test('an abort while values are made leaves the model as it was; one after the last write comes too late', async () => {
  const model = new Layers();
  const controller = new AbortController();
  const options = { seed: 3, signal: controller.signal };
  const cpu = await createCpuDevice();
  let fills = 0;
  const device: Device = {
    kind: 'cpu',
    fill(call, out, offset) {
      fills += 1;
      if (fills === 17) controller.abort();
      cpu.fill(call, out, offset);
    },
    dispose: () => undefined,
  };
  const failure = await initialize(model, [], { ...options, device }).catch((error: unknown) => error);
  assert.is((failure as Error).name, 'AbortError');
  assert.equal(valuesOf(model), OLD);

  const late = new AbortController();
  const inner = new ModuleAdapter(model);
  const aborting: Adapter = {
    framework: 'aborting',
    tree: () => inner.tree(),
    read: (path) => inner.read(path),
    write(path, tensor) {
      late.abort();
      inner.write(path, tensor);
    },
  };
  await initialize(aborting, [], { seed: 3, signal: late.signal });
  assert.equal(valuesOf(model), await expected());
});

/** An adapter whose n-th write fails, with or without a way of its own to keep old values. */
function failingAdapter(model: Module, failAt: number, keeps: boolean): Adapter & { readonly open: () => number } {
  const inner = new ModuleAdapter(model);
  let writes = 0;
  let open = 0;
  const keep = (path: string): KeptValues => {
    open += 1;
    const kept = inner.keep(path);
    const close = (): void => {
      open -= 1;
    };
    return {
      restore() {
        close();
        return kept.restore();
      },
      release: close,
    };
  };
  return {
    framework: 'failing',
    tree: () => inner.tree(),
    read: (path) => inner.read(path),
    write(path, tensor) {
      writes += 1;
      if (writes === failAt) throw new RangeError('the framework ran out of memory');
      inner.write(path, tensor);
    },
    ...(keeps ? { keep } : {}),
    open: () => open,
  };
}

for (const keeps of [true, false]) {
  const how = keeps ? 'by what the adapter kept' : 'by what was read before';
  test(`a write that fails leaves a model that is wholly old, ${how}`, async () => {
    for (const failAt of [1, 2, 17, PARAMETERS]) {
      const model = new Layers();
      const adapter = failingAdapter(model, failAt, keeps);
      const failure = await initialize(adapter, [], { seed: 3 }).catch((error: unknown) => error);
      assert.instance(failure, AdapterError);
      assert.is((failure as AdapterError).code, 'write-failed');
      assert.is((failure as AdapterError).path, `weight${failAt - 1}`);
      assert.instance((failure as AdapterError).cause, RangeError);
      assert.equal(valuesOf(model), OLD);
      assert.is(adapter.open(), 0);
    }
  });
}

test('what was kept is let go after a run that succeeds', async () => {
  const model = new Layers();
  const adapter = failingAdapter(model, PARAMETERS + 1, true);
  await initialize(adapter, [], { seed: 3 });
  assert.is(adapter.open(), 0);
  assert.equal(valuesOf(model), await expected());
});

test('a model that cannot be put back is told of, parameter by parameter', async () => {
  const model = new Layers();
  const adapter: Adapter = {
    ...failingAdapter(model, 4, false),
    read: async (path) => {
      throw new Error(`${path} cannot be read`);
    },
  };
  const failure = await execute(plan(adapter, []), adapter).catch((error: unknown) => error);
  assert.is((failure as AdapterError).code, 'restore-failed');
  assert.match((failure as AdapterError).message, /weight2, weight1, weight0/);
  assert.instance((failure as AdapterError).cause, AggregateError);
});

test.run();
