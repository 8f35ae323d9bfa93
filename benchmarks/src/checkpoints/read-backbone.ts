import { stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from '../children/run-child.js';
import { type Spread, spread } from '../statistics.js';
import { backbone, elementsOf } from './models.js';
import { type RangeServer, rangeServer } from './range-server.js';

const RUN = fileURLToPath(new URL('../children/backbone-run.js', import.meta.url));
const MIB = 2 ** 20;
/** Beyond the largest tensor. */
const MEMORY_LIMIT = 64 * MIB;
/** Beyond the parameters: headers, directories, and what one request brings at least. */
const FETCH_LIMIT = MIB;

/** A backbone that was taken out of a large file, in a process of its own. */
export interface BackboneRow {
  readonly file: string;
  readonly fileBytes: number;
  readonly from: 'disk' | 'HTTP';
  readonly atomic: boolean;
  readonly parameterBytes: number;
  readonly largestBytes: number;
  readonly seconds: Spread;
  /** What the run added at its peak to a process that has the model. */
  readonly peakBytes: Spread;
  /** Over HTTP: what came, and by how many requests. */
  readonly fetched?: { readonly bytes: number; readonly requests: number };
  /** Undefined for an atomic run, which holds a second copy of the parameters. */
  readonly held?: boolean;
}

/** @returns nothing where the system does not tell what a process takes. */
export async function measureBackbones(folder: string, rounds: number): Promise<readonly BackboneRow[]> {
  if (platform() !== 'linux') return [];
  const rows: BackboneRow[] = [];
  for (const file of ['large.safetensors', 'large.pth']) {
    const path = join(folder, file);
    const server = await rangeServer(path, file);
    try {
      for (const atomic of [false, true]) {
        rows.push(await measure({ file, location: path, atomic, rounds }));
        rows.push(await measure({ file, location: server.url, atomic, rounds, server, path }));
      }
    } finally {
      server.close();
    }
  }
  return rows;
}

interface Run {
  readonly file: string;
  readonly location: string;
  readonly atomic: boolean;
  readonly rounds: number;
  readonly server?: RangeServer;
  readonly path?: string;
}

async function measure({ file, location, atomic, rounds, server, path = location }: Run): Promise<BackboneRow> {
  const parameters = await backbone();
  const parameterBytes = 4 * elementsOf(parameters);
  const largestBytes = Math.max(...parameters.map((parameter) => 4 * elementsOf([parameter])));
  const peaks: number[] = [];
  const seconds: number[] = [];
  let fetched: BackboneRow['fetched'];
  for (let round = 0; round < rounds; round++) {
    const printed = await runChild(process.execPath, ['--expose-gc', RUN, location, String(atomic)]);
    const { peakBeyond, seconds: taken } = JSON.parse(printed) as { peakBeyond: number; seconds: number };
    peaks.push(peakBeyond);
    seconds.push(taken);
    fetched = server?.taken();
  }
  const peakBytes = spread(peaks);
  const lean = peakBytes.median - largestBytes <= MEMORY_LIMIT;
  const frugal = fetched === undefined || fetched.bytes - parameterBytes <= FETCH_LIMIT;
  return {
    file,
    fileBytes: (await stat(path)).size,
    from: server === undefined ? 'disk' : 'HTTP',
    atomic,
    parameterBytes,
    largestBytes,
    seconds: spread(seconds),
    peakBytes,
    ...(fetched === undefined ? {} : { fetched }),
    ...(atomic ? {} : { held: lean && frugal }),
  };
}
