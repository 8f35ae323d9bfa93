import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createCpuDevice, type Device, DeviceError, DeviceLostError } from '../index.js';
import { orthogonalMatrix } from '../kernels/host/orthogonal.js';
import { SteadyDevice } from './steady-device.js';

const test = suite('SteadyDevice');

const LAW = { kind: 'orthogonal', rows: 2, columns: 2, gain: 1 } as const;
const SOURCE = Float32Array.of(3, 1, 4, 2);

function deviceThat(orthogonalize: Device['orthogonalize']): Device {
  return {
    kind: 'webgpu',
    fill: () => undefined,
    ...(orthogonalize === undefined ? {} : { orthogonalize }),
    dispose: () => undefined,
  };
}

test('an orthogonal matrix is made by the device that can, and by the reference for one that cannot', async () => {
  const made = Float32Array.of(1, 0, 0, 1);
  assert.is(await new SteadyDevice(deviceThat(() => made)).orthogonalize(LAW, SOURCE), made);
  const plain = await new SteadyDevice(deviceThat(undefined)).orthogonalize(LAW, SOURCE);
  assert.equal(plain, Float32Array.from(orthogonalMatrix(LAW, SOURCE)));
});

test('a device that is lost while it makes one is replaced, once; other failures are thrown', async () => {
  const lost = deviceThat(async () => {
    throw new DeviceLostError({ code: 'device-lost', what: 'the GPU was taken back' });
  });
  const cpu = await createCpuDevice();
  const steady = new SteadyDevice(lost, { fallback: async () => cpu });
  assert.equal(await steady.orthogonalize(LAW, SOURCE), await cpu.orthogonalize(LAW, SOURCE));
  assert.equal(
    steady.warnings.map(({ code }) => code),
    ['device-lost'],
  );
  assert.match(
    steady.warnings[0]?.message ?? '',
    /went on on the CPU with values of orthogonal matrices that may differ/,
  );
  assert.is(steady.kind, 'cpu');
  const broken = deviceThat(() => {
    throw new DeviceError({ code: 'value-error', what: 'a kernel is broken' });
  });
  const failure = await new SteadyDevice(broken, { fallback: async () => cpu })
    .orthogonalize(LAW, SOURCE)
    .catch((error: unknown) => error);
  assert.is((failure as DeviceError).code, 'value-error');
  cpu.dispose();
});

test('after an abort nothing is made', async () => {
  const reason = new Error('enough');
  const steady = new SteadyDevice(
    deviceThat(() => SOURCE),
    { signal: AbortSignal.abort(reason) },
  );
  assert.is(await steady.orthogonalize(LAW, SOURCE).catch((error: unknown) => error), reason);
});

test.run();
