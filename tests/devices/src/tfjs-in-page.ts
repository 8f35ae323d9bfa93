import type * as TensorFlow from '@tensorflow/tfjs';
import { type TfjsRun, tfjsRuns } from './tfjs-bits.js';

const FOLDER = '/node_modules/@tensorflow';
/** As a page without a bundler loads them. */
const SCRIPTS = [
  `${FOLDER}/tfjs/dist/tf.es2017.min.js`,
  `${FOLDER}/tfjs-backend-wasm/dist/tf-backend-wasm.es2017.min.js`,
  `${FOLDER}/tfjs-backend-webgpu/dist/tf-backend-webgpu.es2017.min.js`,
];

/** tfjs with all its backends. */
export async function loadTfjs(): Promise<typeof TensorFlow> {
  for (const source of SCRIPTS) await load(source);
  return (globalThis as unknown as { readonly tf: typeof TensorFlow }).tf;
}

/** Runs in a page: what models of tfjs get on its backends there. */
export async function tfjsInPage(): Promise<readonly TfjsRun[]> {
  const tf = await loadTfjs();
  return [
    ...(await tfjsRuns(tf, 'webgl', { auto: {} })),
    ...(await tfjsRuns(tf, 'webgpu', {
      auto: {},
      'on its GPU': { device: 'webgpu' },
      'on its GPU, not atomic': { device: 'webgpu', atomic: false },
    })),
  ];
}

function load(source: string): Promise<void> {
  const script = document.createElement('script');
  return new Promise((resolve, reject) => {
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`${source} was not loaded`));
    script.src = source;
    document.head.append(script);
  });
}
