import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rename, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fileSink, openCheckpoint, writeCheckpoint, writeSafetensors } from '../node.js';
import type { TensorToWrite } from './format.js';

const test = suite('parts of files that were not finished');
const folder = await mkdtemp(join(tmpdir(), 'incipit-parts-'));
const path = join(folder, 'w.safetensors');
const NODE_FACE = new URL('../node.js', import.meta.url).href;
const TENSOR: TensorToWrite = { name: 'w', dtype: 'float32', shape: [1], bytes: () => new Uint8Array(4) };

test.before.each(async () => {
  for (const name of await readdir(folder)) await rm(join(folder, name));
});
test.after(() => rm(folder, { recursive: true }));

const parts = async (): Promise<string[]> => (await readdir(folder)).filter((name) => name.endsWith('.part')).sort();

/** A process that has begun to write a file, and goes on to its end when it is told to. */
async function writerOf(file: string): Promise<ChildProcess> {
  const code = `
    const { fileSink } = await import(${JSON.stringify(NODE_FACE)});
    const sink = await fileSink(${JSON.stringify(file)});
    await sink.write(Buffer.from('whole'), 0);
    process.stdin.once('data', async () => { await sink.commit(); process.exit(); });
    process.stdout.write('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout ?? child, 'data');
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('what a killed process left of a file is removed when the file is written again', async () => {
  await killed(await writerOf(path));
  assert.is((await parts()).length, 1);
  await writeSafetensors(path, [TENSOR]);
  assert.equal(await readdir(folder), ['w.safetensors']);
});

test('so are the parts of shards, whatever their names and their number were', async () => {
  const index = join(folder, 'm.safetensors.index.json');
  const code = `
    const { writeShardedSafetensors } = await import(${JSON.stringify(NODE_FACE)});
    const bytes = () => new Uint8Array(4);
    const tensors = [1, 2, 3].map((n) => ({ name: String(n), dtype: 'float32', shape: [1], bytes }));
    tensors.push({ name: 'z', dtype: 'float32', shape: [1], bytes: () => { process.kill(process.pid, 'SIGKILL'); } });
    await writeShardedSafetensors(${JSON.stringify(index)}, tensors, { maxShardBytes: 4 });`;
  await once(spawn(process.execPath, ['--input-type=module', '--eval', code]), 'exit');
  assert.ok((await parts()).length > 3);
  await writeCheckpoint(index, [TENSOR]);
  assert.equal(await readdir(folder), ['m-00001-of-00001.safetensors', 'm.safetensors.index.json']);
  const checkpoint = await openCheckpoint(index);
  await checkpoint.close();
});

test('those of a process that lives stay, and so do those of this one and of other files', async () => {
  const child = await writerOf(path);
  const other = await writerOf(join(folder, 'w.safetensors.other'));
  await killed(other);
  const own = await fileSink(path);
  await own.write(new Uint8Array(1), 0);
  const before = await parts();
  assert.is(before.length, 3);
  await writeSafetensors(path, [TENSOR]);
  assert.equal(await parts(), before);
  await own.abort();
  child.stdin?.write('go on');
  await once(child, 'exit');
  assert.is(await readFile(path, 'utf8'), 'whole');
});

test("another machine's stay for a day", async () => {
  await killed(await writerOf(path));
  const [name = ''] = await parts();
  const elsewhere = join(folder, name.replace(/\.[0-9a-f]{8}-/, '.0badcafe-'));
  await rename(join(folder, name), elsewhere);
  await writeSafetensors(path, [TENSOR]);
  assert.is((await parts()).length, 1);
  const dayAgo = new Date(Date.now() - 25 * 3_600_000);
  await utimes(elsewhere, dayAgo, dayAgo);
  await writeSafetensors(path, [TENSOR]);
  assert.equal(await parts(), []);
});

test.run();
