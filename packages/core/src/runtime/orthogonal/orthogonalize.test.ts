import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../../errors.js';
import { orthogonalMatrix } from '../../kernels/host/orthogonal.js';
import { lower } from '../../kernels/lower.js';
import { type CpuDevice, createCpuDevice } from '../cpu-device.js';
import { deviation, distance, vectors } from '../testing/orthonormal.js';

const test = suite<{ device: CpuDevice }>('orthogonalize');

function law(rows: number, columns: number, gain = 1) {
  return { kind: 'orthogonal', rows, columns, gain } as const;
}

function gaussian(device: CpuDevice, count: number): Float32Array {
  const out = new Float32Array(count);
  device.fill(lower({ kind: 'normal', mean: 0, std: 1 }, 'float32', '00000000000000ff'), new Uint8Array(out.buffer), 0);
  return out;
}

test.before(async (context) => {
  context.device = await createCpuDevice();
});
test.after((context) => context.device.dispose());

const SHAPES = [
  ...[1, 2, 3, 8, 31, 33, 64, 65, 128, 257].map((n) => [n, n] as const),
  [100, 37],
  [37, 100],
  [300, 65],
  [65, 300],
  [1, 7],
  [7, 1],
  [200, 1],
] as const;
for (const [rows, columns] of SHAPES) {
  test(`a ${rows} × ${columns} matrix is orthonormal, and that of the reference`, async ({ device }) => {
    const source = gaussian(device, rows * columns);
    const before = source.slice();
    const got = vectors(await device.orthogonalize(law(rows, columns), source), rows, columns);
    assert.equal(source, before, 'the source stays');
    const expected = vectors(orthogonalMatrix(law(rows, columns), source), rows, columns);
    const off = deviation(got);
    const far = distance(got, expected);
    console.log(
      `# ${rows} × ${columns}: |QᵀQ - 1| ${off.toExponential(1)}, from the reference ${far.toExponential(1)}`,
    );
    assert.ok(off <= 2e-6 * Math.sqrt(Math.max(rows, columns)), `${off}`);
    assert.ok(far <= 1e-4, `${far}`);
  });
}

test('the gain multiplies every element, and any of them may be negative or zero', async ({ device }) => {
  const source = gaussian(device, 40 * 24);
  const plain = await device.orthogonalize(law(40, 24), source);
  for (const gain of [2, -0.5, 0]) {
    const scaled = await device.orthogonalize(law(40, 24, gain), source);
    assert.ok(
      scaled.every((value, i) => value === gain * (plain[i] as number)),
      `${gain}`,
    );
  }
});

test('zeros, and columns that repeat, give orthonormal columns too', async ({ device }) => {
  for (const [rows, columns] of [
    [70, 70],
    [90, 20],
    [20, 90],
    [1, 1],
  ] as const) {
    const zeros = await device.orthogonalize(law(rows, columns), new Float32Array(rows * columns));
    assert.equal([...zeros], [...orthogonalMatrix(law(rows, columns), new Float32Array(rows * columns))]);
    const ones = await device.orthogonalize(law(rows, columns), new Float32Array(rows * columns).fill(1));
    assert.ok(deviation(vectors(ones, rows, columns)) < 1e-5, `${rows} × ${columns}`);
  }
});

test('the wasm memory is as large after many runs as after one, and what fails leaves nothing behind', async () => {
  const device = await createCpuDevice();
  const source = gaussian(device, 600 * 500);
  await device.orthogonalize(law(600, 500), source);
  const after = device.memoryBytes;
  for (let i = 0; i < 3; i += 1) await device.orthogonalize(law(600, 500), source);
  assert.is(device.memoryBytes, after);
  device.dispose();
  const failure = await device.orthogonalize(law(1, 1), source).catch((error: unknown) => error);
  assert.instance(failure, DeviceError);
  assert.is((failure as DeviceError).code, 'disposed-device');
});

test.run();
