// Child process: runs one compiled uvu file and writes what became of each of its tests.
// Usage: node run-file.mjs FILE REPORT
import { writeFileSync } from 'node:fs';
import { register } from 'node:module';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const [file, reportPath] = process.argv.slice(2);
register('./uvu-hooks.mjs', import.meta.url);
globalThis.UVU_DEFER = 1;
const { exec, report } = await import('./uvu-recorder.mjs');
globalThis.UVU_QUEUE.push([null]);
globalThis.UVU_INDEX = globalThis.UVU_QUEUE.length - 1;

let crash;
try {
  await import(pathToFileURL(file).href);
  await exec();
} catch (error) {
  crash = error instanceof Error ? (error.stack ?? error.message) : String(error);
}
const { outcomes, problems } = report();
writeFileSync(
  reportPath,
  JSON.stringify({ outcomes, problems: crash ? [`the file threw: ${crash}`, ...problems] : problems }),
);
// What a test left open (a server, a worker) must not hold up the others.
process.exit();
