import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { elementCount } from '../index.js';
import { BACKBONE_NAMES, BACKBONE_SHAPE, writeLargeFile } from './testing/large-file.js';

const test = suite('api/large-checkpoint');

const MIB = 1 << 20;
const TENSOR = 4 * elementCount(BACKBONE_SHAPE);
const PARAMETERS = BACKBONE_NAMES.length * TENSOR;
const LOADER = fileURLToPath(new URL('./testing/load-large.js', import.meta.url));

const folder = await mkdtemp(join(tmpdir(), 'incipit-large-'));
const path = join(folder, 'large.safetensors');
const size = await writeLargeFile(path);
test.after(() => rm(folder, { recursive: true }));

/** Loads a backbone in a process of its own, and holds it to what it may take. */
async function assertLean(location: string): Promise<void> {
  const { stdout } = await promisify(execFile)(process.execPath, [LOADER, location]);
  const { before, peak, values } = JSON.parse(stdout) as { before: number; peak: number; values: readonly number[] };
  assert.equal(values, [1, 2]);
  const beside = peak - before - PARAMETERS;
  console.log(`# ${(size / 1e9).toFixed(1)} GB: ${(beside / MIB).toFixed(0)} MiB beside the parameters`);
  assert.ok(beside <= TENSOR + 64 * MIB, `${beside} bytes beside the parameters`);
}

test('a backbone of a 13 GB file takes no more than its largest tensor and 64 MiB beside it', () => assertLean(path));

test('and over HTTP, where only its own bytes are asked for', async () => {
  let sent = 0;
  const server = createServer((request, response) => {
    const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    const [first, last] = [Number(match?.[1]), Math.min(Number(match?.[2]), size - 1)];
    sent += last - first + 1;
    response.writeHead(206, {
      'content-length': last - first + 1,
      'content-range': `bytes ${first}-${last}/${size}`,
      etag: '"1"',
    });
    createReadStream(path, { start: first, end: last }).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await assertLean(`http://127.0.0.1:${(server.address() as AddressInfo).port}/large.safetensors`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  // And the block that the header lies in.
  assert.ok(sent <= PARAMETERS + (1 << 16), `${sent} bytes were sent`);
});

test.run();
