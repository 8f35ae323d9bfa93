// Runs in a page: what the devices there give.
import type { AdapterRun } from './adapters-in-page.js';
import { bitCells } from './bit-cells.js';
import { cellDigests } from './cell-digests.js';
import { createCpuDevice, createWebGpuDevice, type Device } from './core.js';
import type { TfjsRun } from './tfjs-bits.js';

/** What the page shows, as JSON. */
export interface PageReport {
  /** Of each device, the digests of its cells. */
  readonly digests: Readonly<Record<string, readonly string[]>>;
  /** Buffers that were left on the GPU. */
  readonly buffers: number;
  /** What models of tfjs get, where that was asked for. */
  readonly tfjs: readonly TfjsRun[];
  /** How the cases of adapters went, where that was asked for. */
  readonly adapters: readonly AdapterRun[];
  readonly error?: string;
}

const DEVICES: Readonly<Record<string, () => Promise<Device>>> = {
  cpu: () => createCpuDevice(),
  webgpu: () => createWebGpuDevice(),
};

async function run(query: URLSearchParams): Promise<PageReport> {
  const cells = bitCells(Number(query.get('draws')));
  const digests: Record<string, readonly string[]> = {};
  let buffers = 0;
  for (const name of query.getAll('device')) {
    const device = await DEVICES[name]?.();
    if (device === undefined) throw new Error(`there is no device '${name}'`);
    digests[name] = await cellDigests(device, cells, Number(query.get('cut')));
    buffers += (device as { readonly buffers?: number }).buffers ?? 0;
    device.dispose();
  }
  const tfjs = query.has('tfjs') ? await (await import('./tfjs-in-page.js')).tfjsInPage() : [];
  const adapters = query.has('adapters') ? await (await import('./adapters-in-page.js')).adaptersInPage() : [];
  return { digests, buffers, tfjs, adapters };
}

function show(report: PageReport): void {
  const shown = document.querySelector('#result');
  if (shown !== null) shown.textContent = JSON.stringify(report);
}

run(new URLSearchParams(location.search)).then(show, (error: unknown) => {
  show({
    digests: {},
    buffers: 0,
    tfjs: [],
    adapters: [],
    error: error instanceof Error ? `${error.message} ${error.stack}` : String(error),
  });
});
