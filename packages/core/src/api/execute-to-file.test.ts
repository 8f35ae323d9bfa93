import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type ByteSink,
  detached,
  initialize,
  Module,
  ModuleAdapter,
  Parameter,
  type Plan,
  parametersByPath,
  plan,
  SAFETENSORS,
  sinkPlace,
} from '../index.js';
import { executeToFile, openSafetensors, writeSafetensors } from '../node.js';
import { executeToSink, type RunOutput } from './execute-to-sink.js';

const test = suite('executeToFile');
const folder = await mkdtemp(join(tmpdir(), 'incipit-run-'));
const at = (name: string): string => join(folder, name);

test.after(() => rm(folder, { recursive: true }));

/** 19 MiB in parameters, of which two are written in parts, and a buffer that no rule touches. */
class Net extends Module {
  static override readonly className = 'Net';
  readonly weight: Parameter = new Parameter([1500, 2500]);
  readonly bias: Parameter = new Parameter([33]);
  readonly mean: Parameter = new Parameter([7], { trainable: false });
  /** No rule touches it, and it is written in parts too. */
  readonly table: Parameter = new Parameter([1201, 1001], { trainable: false });
}

const RULE = { type: 'Normal', layer: 'Net', bias: 0.5 } as const;

function netAndPlan(): { readonly net: Net; readonly made: Plan } {
  const net = new Net();
  net.mean.bytes.fill(3);
  for (let i = 0; i < net.table.bytes.length; i += 1) net.table.bytes[i] = i % 61;
  return { net, made: plan(net, RULE, { seed: 4 }) };
}

test('the file has the bytes of an initialised model, and the model keeps its own', async () => {
  const { net, made } = netAndPlan();
  const metadata = { version: '1' };
  const report = await executeToFile(made, net, at('a.safetensors'), { metadata });
  assert.ok(net.weight.bytes.every((byte) => byte === 0));
  assert.is(report.steps.length, 2);

  const { net: other } = netAndPlan();
  await initialize(other, RULE, { seed: 4 });
  const adapter = new ModuleAdapter(other);
  const tensors = [...parametersByPath(adapter.tree()).values()].map(({ path, dtype, shape }) => ({
    name: path,
    dtype,
    shape,
    bytes: async () => (await adapter.read(path)).bytes,
  }));
  const about = { ...metadata, generator: made.generator, seed: made.seed, plan_hash: made.hash };
  await writeSafetensors(at('b.safetensors'), tensors, about);
  assert.ok((await readFile(at('a.safetensors'))).equals(await readFile(at('b.safetensors'))));
});

test('float parameters take the dtype of a detached adapter', async () => {
  const half = detached(new ModuleAdapter(netAndPlan().net), { dtype: 'bfloat16' });
  await executeToFile(plan(half, RULE, { seed: 4 }), half, at('half.safetensors'));
  await initialize(half, RULE, { seed: 4 });
  const file = await openSafetensors(at('half.safetensors'));
  for (const path of half.paths) {
    assert.is(file.header.tensors[path]?.dtype, 'bfloat16');
    assert.ok(Buffer.compare(await file.read(path), (await half.read(path)).bytes) === 0, path);
  }
  await file.close();
});

test('a run that is aborted leaves the old file as it was, and no other behind', async () => {
  await writeFile(at('kept.safetensors'), 'old');
  const { net, made } = netAndPlan();
  const before = await readdir(folder);
  const controller = new AbortController();
  const failure = await executeToFile(made, net, at('kept.safetensors'), {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  }).catch((error: unknown) => error);
  assert.is((failure as Error).name, 'AbortError');
  assert.is(await readFile(at('kept.safetensors'), 'utf8'), 'old');
  assert.equal(await readdir(folder), before);
});

test('a plan of another model is refused before a file is opened', async () => {
  const before = await readdir(folder);
  const { made } = netAndPlan();
  const failure = await executeToFile(made, new Module(), at('none.safetensors')).catch((error: unknown) => error);
  assert.match((failure as Error).message, /'weight' is not in the model/);
  assert.equal(await readdir(folder), before);
});

/** Notes what memory the bytes lie in; holds none of it. */
class NotingSink implements ByteSink {
  readonly memory = new Set<ArrayBufferLike>();
  most = 0;
  aborted = false;
  #failAt: number;

  constructor(failAt: number = Number.POSITIVE_INFINITY) {
    this.#failAt = failAt;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#failAt -= 1;
    if (this.#failAt === 0) throw new Error('no space left');
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.most = Math.max(this.most, bytes.byteLength);
    this.memory.add(bytes.buffer);
  }

  async commit(): Promise<void> {}

  async abort(): Promise<void> {
    this.aborted = true;
  }
}

function into(sink: ByteSink): RunOutput {
  return { place: sinkPlace(sink), format: SAFETENSORS };
}

test('at most two parts of a large parameter are held, whatever its size', async () => {
  const { net, made } = netAndPlan();
  for (const threads of [1, 2]) {
    const sink = new NotingSink();
    await executeToSink(made, net, into(sink), { threads });
    assert.ok(sink.most <= 1 << 22, `${sink.most} bytes at once`);
    const large = [...sink.memory].filter(({ byteLength }) => byteLength > 1 << 16);
    // And one for what is copied.
    assert.ok(large.length <= 3, `${large.length} large buffers`);
  }
});

test('a sink that fails anywhere is aborted, and its error is the reason', async () => {
  for (const failAt of [1, 2, 4, 6, 7, 8]) {
    const { net, made } = netAndPlan();
    const sink = new NotingSink(failAt);
    const failure = await executeToSink(made, net, into(sink), {}).catch((error: unknown) => error);
    assert.match((failure as Error).message, /no space left/, `write ${failAt}`);
    assert.ok(sink.aborted);
  }
});

test.run();
