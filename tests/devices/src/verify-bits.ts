// Compares all devices, draw by draw, over as many draws as asked for.
// Usage: node verify-bits.js [--draws N] [--only NAME,…]
import { parseArgs } from 'node:util';
import { bitCells, drawsOf } from './bit-cells.js';
import { cellDigests } from './cell-digests.js';
import { DEVICES, gpuAbsence } from './devices.js';
import { runInPage } from './in-page.js';

const { values: options } = parseArgs({
  options: { draws: { type: 'string', default: '100000000' }, only: { type: 'string' } },
});
const draws = Number(options.draws);
if (!(draws >= 1)) throw new Error(`--draws must be a positive number, not ${options.draws}`);
const cells = bitCells(draws);
const browser = process.env['INCIPIT_CHROMIUM'] ?? '';
const only = options.only?.split(',');
const HOUR = 3_600_000;

/** How the devices cut the streams, and what keeps them from being compared here. */
const RUNS = [
  { name: 'cpu', cut: 100_003, absent: undefined, digests: onDevice('cpu', 100_003) },
  { name: 'threads', cut: 1_000_003, absent: undefined, digests: onDevice('threads', 1_000_003) },
  { name: 'webgpu', cut: 65_537, absent: await gpuAbsence(), digests: onDevice('webgpu', 65_537) },
  { name: 'page-cpu', cut: 50_021, absent: noBrowser(), digests: inPage('cpu', 50_021) },
  { name: 'page-webgpu', cut: 77_773, absent: noBrowser(), digests: inPage('webgpu', 77_773) },
];

function noBrowser(): string | undefined {
  return browser === '' ? (process.env['INCIPIT_CHROMIUM_REASON'] ?? 'no Chromium was named') : undefined;
}

function onDevice(name: string, cut: number) {
  return async (): Promise<readonly string[]> => {
    const device = await DEVICES[name]?.();
    if (device === undefined) throw new Error(`there is no device '${name}'`);
    const digests = await cellDigests(device, cells, cut);
    device.dispose();
    return digests;
  };
}

function inPage(name: string, cut: number) {
  return async (): Promise<readonly string[]> => {
    const { digests } = await runInPage({ devices: [name], draws, cut, path: browser, timeLimit: HOUR });
    return digests[name] ?? [];
  };
}

async function timed(name: string, digests: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const start = performance.now();
  const result = await digests();
  console.log(`${name}: ${drawsOf(cells)} draws in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

console.log(`${cells.length} cells`);
const expected = await timed('reference', onDevice('reference', draws));
let different = 0;
let left = 0;
for (const { name, absent, digests } of RUNS) {
  if (only !== undefined && !only.includes(name)) continue;
  if (absent !== undefined) {
    console.log(`${name}: SKIPPED: ${absent}`);
    left += 1;
    continue;
  }
  const got = await timed(name, digests);
  const wrong = cells.filter((_, index) => got[index] !== expected[index]);
  for (const { name: cell } of wrong) console.log(`${name}: DIFFERENT: ${cell}`);
  if (wrong.length === 0) console.log(`${name}: every bit is the reference's`);
  different += wrong.length;
}
console.log(`${different} cells different, ${left} devices skipped`);
process.exit(different > 0 ? 1 : 0);
