import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from '../main.js';

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const BIN = fileURLToPath(new URL('../../bin/incipit.js', import.meta.url));

/** The real command in a process of its own. */
export function spawnCli(args: readonly string[], options: { readonly cwd?: string } = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], { cwd: options.cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

/** The same command within this process: TensorFlow.js is loaded once for many cases. */
export async function callCli(
  args: readonly string[],
  options: { readonly live?: boolean; readonly signal?: AbortSignal } = {},
): Promise<Outcome> {
  let out = '';
  let err = '';
  const code = await main(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    live: options.live === true,
    columns: 100,
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, out, err };
}

/** A new folder with these files in it; objects are written as JSON. */
export async function folderWith(files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'incipit-cli-'));
  for (const [name, content] of Object.entries(files)) {
    const raw = typeof content === 'string' || content instanceof Uint8Array;
    await writeFile(join(folder, name), raw ? content : JSON.stringify(content));
  }
  return folder;
}

function layer(className: string, config: Readonly<Record<string, unknown>>): unknown {
  return { class_name: className, config: { trainable: true, dtype: 'float32', ...config } };
}

/** A Keras topology: convolution, batch normalisation, dense head. */
export const SMALL_MODEL: Readonly<Record<string, unknown>> = {
  class_name: 'Sequential',
  config: {
    name: 'small',
    layers: [
      layer('Conv2D', { name: 'stem', batch_input_shape: [null, 8, 8, 3], filters: 16, kernel_size: [3, 3] }),
      layer('BatchNormalization', { name: 'norm' }),
      layer('Flatten', { name: 'flatten' }),
      layer('Dense', { name: 'head', units: 10 }),
    ],
  },
};

export const SMALL_CONFIG: string = `init_cfg:
  - type: Kaiming
    layer: Conv2d
  - type: Constant
    layer: BatchNormalization
    val: 1
  - type: Normal
    layer: Linear
    std: 0.01
    bias_prob: 0.01
`;
