import { DeviceError } from '../errors.js';
import { convert, decodeFloats, encodeFloats } from '../ir/convert.js';
import { drawnShape } from '../ir/draw-order.js';
import type { DType } from '../ir/dtype.js';
import type { HostFunctionResolver, HostRandom } from '../ir/host-function.js';
import type { ElementLaw, HostLaw, OrthogonalLaw } from '../ir/law.js';
import type { PlanStep } from '../ir/plan.js';
import { elementCount } from '../ir/shape.js';
import { identityMatrix } from '../kernels/host/identity.js';
import { placeMatrix } from '../kernels/host/place-matrix.js';
import { lower } from '../kernels/lower.js';
import { foldIn, keyFromHex } from '../rng/key.js';
import type { Device } from '../runtime/device.js';
import { copyTensor } from './copy-tensor.js';
import type { Lowering } from './lowering.js';
import type { OpenCheckpoints } from './open-checkpoints.js';
import type { SteadyDevice } from './steady-device.js';
import { kernelDType, type WholeStep } from './work.js';

/** Where values come from. */
export interface Producers {
  readonly device: SteadyDevice;
  readonly lowering: Lowering;
  readonly checkpoints: OpenCheckpoints;
  readonly hostFunctions: HostFunctionResolver;
  readonly signal?: AbortSignal | undefined;
}

/** The values of one step, as they are drawn, as little-endian bytes of the step's dtype. */
export async function produce({ step, law }: WholeStep, producers: Producers): Promise<Uint8Array> {
  switch (law.kind) {
    case 'orthogonal':
      return encodeFor(step.dtype, await orthogonal(step, law, producers.device));
    case 'identity':
      return encodeFor(step.dtype, identityMatrix(law));
    case 'copy':
      return copyTensor(step, law, producers.checkpoints);
    case 'host':
      return host(step, law, producers);
    default:
      return law satisfies never;
  }
}

function encodeFor(dtype: DType, values: ArrayLike<number>): Uint8Array {
  const floats = kernelDType(dtype);
  return convert(encodeFloats(values, floats), floats, dtype);
}

/** Gaussian matrix of the parameter's own stream, then a QR factorisation. */
async function orthogonal(step: PlanStep, law: OrthogonalLaw, device: SteadyDevice): Promise<ArrayLike<number>> {
  const gaussian: ElementLaw = { kind: 'normal', mean: 0, std: 1 };
  const bytes = new Uint8Array(law.rows * law.columns * 4);
  await device.fill(lower(gaussian, 'float32', step.key), bytes, 0);
  const matrix = await device.orthogonalize(law, decodeFloats('float32', bytes));
  return law.place === undefined ? matrix : placeMatrix(matrix, law.place);
}

async function host(step: PlanStep, law: HostLaw, producers: Producers): Promise<Uint8Array> {
  const run = producers.hostFunctions.get(law.id);
  if (run === undefined) {
    throw new DeviceError({
      code: 'unknown-host-function',
      what: `the plan names the host function '${law.id}', which was not given`,
      path: step.path,
      fix: `register a HostInit as '${law.id}', or pass hostFunctions: new Map([['${law.id}', (view, random) => …]])`,
    });
  }
  const view = new Float32Array(elementCount(step.shape));
  const { path, dtype } = step;
  const shape = drawnShape(step.shape, step.order);
  await run(view, hostRandom(step, producers.device), law.options, { path, shape, dtype });
  return encodeFor(step.dtype, view);
}

/** Stream 0 is the parameter's values; a host function's draws take 1, 2, … in the order that it asks. */
function hostRandom(step: PlanStep, device: Device): HostRandom {
  let stream = 0;
  return {
    async draw(law, count) {
      stream += 1;
      const bytes = new Uint8Array(count * 4);
      await device.fill(lower(law, 'float32', foldIn(keyFromHex(step.key), BigInt(stream))), bytes, 0);
      return decodeFloats('float32', bytes);
    },
  };
}
