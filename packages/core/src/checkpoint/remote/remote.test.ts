import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type CheckpointFormat,
  type IncipitError,
  initialize,
  Module,
  type OpenCheckpointsOptions,
  openCheckpoints,
  openSafetensorsSource,
  Parameter,
  type TransferEvent,
} from '../../index.js';
import { writeSafetensors } from '../../node.js';
import { download } from './download.js';
import { fetchPolicy } from './fetch-options.js';
import { HttpClient } from './http-client.js';
import { memoryStore } from './memory-store.js';
import { type ServedFile, type WeightServer, weightServer } from './testing/weight-server.js';

const test = suite('checkpoint/remote');

class Net extends Module {
  static override readonly className = 'Net';
  readonly weight = new Parameter([64, 1024]);
  readonly bias = new Parameter([16]);
}

const folder = await mkdtemp(join(tmpdir(), 'incipit-remote-'));
let server: WeightServer;
let caches = 0;
let cache = '';

function bytesOf(length: number): Uint8Array {
  return new Uint8Array(Float32Array.from({ length }, (_, index) => index % 977).buffer);
}

/** A backbone of 256 KiB among 2 MiB of other tensors. */
async function weights(): Promise<Uint8Array> {
  const path = join(folder, 'net.safetensors');
  const tensor = (name: string, length: number, shape: readonly number[] = [length]) => ({
    name,
    dtype: 'float32' as const,
    shape,
    bytes: () => bytesOf(length),
  });
  await writeSafetensors(path, [
    tensor('head.a', 1 << 18),
    tensor('net.weight', 1 << 16, [64, 1024]),
    tensor('net.bias', 16),
    tensor('head.b', 1 << 18),
  ]);
  return new Uint8Array(await readFile(path));
}

const bytes = await weights();
const sha256 = createHash('sha256').update(bytes).digest('hex');

test.before(async () => {
  server = await weightServer();
});
test.after(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});
test.before.each(() => {
  server.files.clear();
  server.asked.length = 0;
  cache = join(folder, `cache-${caches++}`);
});

interface Outcome {
  readonly code: string;
  readonly message: string;
  readonly loaded: boolean;
  readonly untouched: boolean;
  readonly events: readonly TransferEvent[];
}

/** Serves a file, initialises a model from it, and says what came of it. */
async function load(
  file: ServedFile | undefined,
  options: OpenCheckpointsOptions & { readonly checkpoint?: string; readonly signal?: AbortSignal } = {},
): Promise<Outcome> {
  if (file !== undefined) server.files.set('/net', file);
  const { checkpoint = `${server.url}/net`, signal, ...rest } = options;
  const events: TransferEvent[] = [];
  const model = new Net();
  const checkpoints = openCheckpoints({ cache, onTransfer: (event) => events.push(event), ...rest });
  const result = await initialize(
    model,
    { type: 'Pretrained', checkpoint, prefix: 'net' },
    { checkpoints, ...(signal === undefined ? {} : { signal }) },
  ).then(
    () => ({ code: 'none', message: '' }),
    (error: unknown) => ({ code: (error as IncipitError).code ?? String(error), message: (error as Error).message }),
  );
  const values = model.weight.values();
  return {
    ...result,
    events,
    loaded: values.every((value, index) => value === index % 977) && model.bias.values()[15] === 15,
    untouched: values.every((value) => value === 0) && model.bias.values().every((value) => value === 0),
  };
}

async function fails(code: string, outcome: Promise<Outcome>, message: RegExp = /./): Promise<void> {
  const { untouched, ...rest } = await outcome;
  assert.is(rest.code, code, rest.message);
  assert.ok(untouched);
  assert.match(rest.message, message);
}

/** Not from the beginning; from where exactly, the socket's buffers decide. */
const RESUMED = /^bytes=[1-9]\d{4,5}-$/;

const kinds = (outcome: Outcome): readonly string[] => [...new Set(outcome.events.map(({ kind }) => kind))];
const kept = async (part: string): Promise<readonly string[]> => readdir(join(cache, part)).catch(() => []);

test('where the server takes ranges, only the tensors that match are read, and nothing is kept', async () => {
  const before = server.sent();
  const outcome = await load({ bytes, etag: '"1"' });
  assert.ok(outcome.loaded, outcome.message);
  assert.is(server.asked[0]?.range, 'bytes=0-65535');
  // The header's block, the weight, and the block that the bias lies in.
  assert.ok(server.sent() - before <= (1 << 16) + (1 << 18) + (1 << 16));
  assert.is(server.asked.length, 3);
  assert.equal(await kept('files'), []);
});

test('where it does not, the file is downloaded once, with its progress told, and used again without a server', async () => {
  const outcome = await load({ bytes, ranges: false });
  assert.ok(outcome.loaded, outcome.message);
  assert.is(server.asked.length, 1);
  assert.equal(kinds(outcome), ['start', 'progress', 'done']);
  const last = outcome.events.at(-1);
  assert.equal([last?.received, last?.total], [bytes.byteLength, bytes.byteLength]);
  assert.equal(await kept('files'), [sha256]);
  assert.equal(await kept('parts'), []);
  const again = await load({ bytes, silent: true });
  assert.ok(again.loaded);
  assert.equal(kinds(again), ['kept']);
  assert.is(server.asked.length, 1);
});

test('a file without a length is downloaded too, and one that was cut off is found out by its header', async () => {
  assert.ok((await load({ bytes, ranges: false, chunked: true })).loaded);
  const cut = { bytes: bytes.subarray(0, 1 << 20), ranges: false, chunked: true };
  server.files.set('/cut', cut);
  await fails('truncated', load(undefined, { checkpoint: `${server.url}/cut` }), /promises/);
});

test('a download that breaks goes on from where it broke, within a run', async () => {
  const outcome = await load({ bytes, etag: '"1"', breaks: [600_000, 100_000] }, { download: 'always' });
  assert.ok(outcome.loaded, outcome.message);
  assert.equal(kinds(outcome), ['start', 'progress', 'resume', 'done']);
  const [first, ...later] = server.asked;
  assert.is(first?.range, undefined);
  assert.is(later.length, 2);
  for (const { range, ifRange } of later) {
    assert.match(range ?? '', RESUMED);
    assert.is(ifRange, '"1"');
  }
  assert.equal(await kept('files'), [sha256]);
});

test('and over runs: what has come is kept, and the digest is of all of it', async () => {
  const checkpoint = `${server.url}/net#sha256=${sha256.toUpperCase()}`;
  const first = load({ bytes, etag: '"1"', breaks: [600_000] }, { checkpoint, retries: 0 });
  await fails('unreachable', first, /cannot be fetched: .*GET http/s);
  assert.is((await kept('parts')).length, 1);
  const second = await load(undefined, { checkpoint });
  assert.ok(second.loaded, second.message);
  assert.match(server.asked.at(-1)?.range ?? '', RESUMED);
  assert.equal(await kept('parts'), []);
  assert.equal(await kept('files'), [sha256]);
});

test('a part of a process that was killed is taken over when it is old, and left alone before', async () => {
  const checkpoint = `${server.url}/net#sha256=${sha256}`;
  await load({ bytes, etag: '"1"', breaks: [600_000] }, { checkpoint, retries: 0 });
  const [name = ''] = await kept('parts');
  const abandoned = join(cache, 'parts', `${name}.killed`);
  await rename(join(cache, 'parts', name), abandoned);
  await utimes(join(abandoned, 'data'), new Date(0), new Date(0));
  assert.ok((await load(undefined, { checkpoint })).loaded);
  assert.match(server.asked.at(-1)?.range ?? '', RESUMED);
});

test('a file that changed meanwhile is fetched from its beginning', async () => {
  await load(
    { bytes: new Uint8Array(bytes.byteLength), etag: '"old"', breaks: [600_000] },
    { download: 'always', retries: 0 },
  );
  const outcome = await load({ bytes, etag: '"new"' }, { download: 'always' });
  assert.ok(outcome.loaded, outcome.message);
  assert.equal(await kept('files'), [sha256]);
});

test('a file that changes between the header and the tensors is refused', async () => {
  server.files.set('/net', { bytes, etag: '"1"' });
  const onTransfer = (): void => void server.files.set('/net', { bytes, etag: '"2"' });
  await fails('checkpoint-changed', load(undefined, { onTransfer }));
});

test('no byte comes twice: a large tensor begins with what came with the small one before it', async () => {
  server.files.set('/net', { bytes, etag: '"1"' });
  const checkpoint = await openCheckpoints({ cache })(`${server.url}/net`);
  for (const [name, { byteLength }] of Object.entries(checkpoint.header.tensors)) {
    assert.equal(await checkpoint.read(name), bytesOf(byteLength / 4), name);
  }
  await checkpoint.close();
  const ranges = server.asked.map(({ range }) => (/(\d+)-(\d+)/.exec(range ?? '') ?? []).slice(1).map(Number));
  let next = 0;
  for (const [first, last = 0] of ranges) {
    assert.is(first, next);
    next = last + 1;
  }
  assert.is(next, bytes.byteLength);
});

test('a range that breaks is taken up; a server that gives up is named with what was asked of it', async () => {
  assert.ok((await load({ bytes, etag: '"1"', breaks: [10_000, 60_000, 100_000] })).loaded);
  await fails('unreachable', load({ bytes, etag: '"1"', breaks: [10_000, 10, 10] }, { retries: 0 }));
});

test('a server that answers other bytes than were asked for is not believed', async () => {
  // Whole where a part was asked for, and a length that no memory holds.
  const lies = { bytes, headers: { 'content-range': 'bytes 0-99999999999/100000000000' }, status: 206 };
  assert.is((await load(lies, { retries: 0 })).untouched, true);
  const other = {
    bytes,
    headers: { 'content-range': `bytes 5-${bytes.byteLength - 1}/${bytes.byteLength}` },
    status: 206,
  };
  assert.is((await load(other, { retries: 0 })).untouched, true);
});

test('a server that takes up another version is asked for the whole file', async () => {
  const old = { bytes: new Uint8Array(bytes.byteLength), etag: '"old"', breaks: [600_000] };
  await load(old, { download: 'always', retries: 0 });
  // It gives the range although the version is another.
  const outcome = await load({ bytes, etag: '"new"', ignoresIfRange: true }, { download: 'always' });
  assert.ok(outcome.loaded, outcome.message);
  assert.equal(await kept('files'), [sha256]);
});

test('a digest that does not fit is refused, over the network and on disk, and nothing is kept', async () => {
  const wrong = '0'.repeat(64);
  await fails(
    'digest-mismatch',
    load({ bytes }, { checkpoint: `${server.url}/net#sha256=${wrong}` }),
    new RegExp(`${sha256}.*${wrong}`, 's'),
  );
  assert.equal(await kept('files'), []);
  assert.equal(await kept('parts'), []);
  const path = join(folder, 'local.safetensors');
  await writeFile(path, bytes);
  await fails('digest-mismatch', load(undefined, { checkpoint: `${path}#sha256=${wrong}` }));
  assert.ok((await load(undefined, { checkpoint: `${path}#sha256=${sha256}` })).loaded);
  await fails('bad-location', load(undefined, { checkpoint: `${path}#sha256=12` }), /64 hexadecimal/);
});

test('a file with the right digest is kept once, whatever its address', async () => {
  assert.ok((await load({ bytes }, { checkpoint: `${server.url}/net#sha256=${sha256}` })).loaded);
  const other = await load(undefined, { checkpoint: `http://127.0.0.1:1/elsewhere#sha256=${sha256}` });
  assert.ok(other.loaded);
  assert.equal(kinds(other), ['kept']);
});

test('shards lie beside the address of their index, and each is read by ranges', async () => {
  server.files.set('/many/one.safetensors', { bytes, etag: '"1"' });
  const weight_map = {
    'head.a': 'one.safetensors',
    'net.weight': 'one.safetensors',
    'net.bias': 'one.safetensors',
    'head.b': 'one.safetensors',
  };
  const index = new TextEncoder().encode(JSON.stringify({ weight_map }));
  server.files.set('/many/index', { bytes: index });
  server.files.set('/moved', { bytes, redirect: '/many/index' });
  const outcome = await load(undefined, { checkpoint: `${server.url}/many/index` });
  assert.ok(outcome.loaded, outcome.message);
  // Beside what was named, not beside where it led.
  await fails('not-found', load(undefined, { checkpoint: `${server.url}/moved` }), /one\.safetensors/);
});

test('a format is told by the ending of the address, whatever the config calls it', async () => {
  server.files.set('/weights.mine', { bytes, etag: '"1"' });
  const seen: string[] = [];
  const mine: CheckpointFormat = {
    name: 'mine',
    matches: ({ name }) => seen.push(name) > 0 && name.endsWith('.mine'),
    open: openSafetensorsSource,
  };
  const schemes = { lab: { best: `${server.url}/weights.mine?download=true` } };
  const outcome = await load(undefined, { checkpoint: 'lab://best', schemes, formats: [mine] });
  assert.ok(outcome.loaded, outcome.message);
  assert.equal(seen, ['/weights.mine']);
});

test('in memory, as in a browser, a download is checked and taken up again too', async () => {
  server.files.set('/net', { bytes, etag: '"1"', breaks: [600_000] });
  const policy = fetchPolicy({}, memoryStore.maxBytes);
  const tools = { client: new HttpClient(policy, undefined), store: memoryStore, policy, signal: undefined };
  const file = { source: 'net', url: `${server.url}/net` };
  const source = await download({ ...file, sha256 }, tools);
  assert.equal(await source.read(0, source.size), bytes);
  assert.match(server.asked[1]?.range ?? '', RESUMED);
  const wrong = await download({ ...file, sha256: '0'.repeat(64) }, tools).catch((error: IncipitError) => error.code);
  assert.is(wrong, 'digest-mismatch');
});

test('redirects are followed, counted, and never lead to a file', async () => {
  server.files.set('/moved', { bytes, redirect: '/net' });
  assert.ok((await load({ bytes, etag: '"1"' }, { checkpoint: `${server.url}/moved` })).loaded);
  // Once through the redirect; then where it led.
  assert.is(server.asked.filter(({ path }) => path === '/moved').length, 1);
  server.files.set('/loop', { bytes, redirect: '/loop' });
  await fails('too-many-redirects', load(undefined, { checkpoint: `${server.url}/loop` }), /after 10 redirects/);
  server.files.set('/file', { bytes, redirect: 'file:///etc/passwd' });
  await fails('bad-redirect', load(undefined, { checkpoint: `${server.url}/file` }), /http or https/);
});

test('a token goes to the addresses that it is for', async () => {
  const other = await weightServer({ '/net': { bytes, etag: '"1"' } });
  server.files.set('/moved', { bytes, redirect: `${other.url}/net` });
  const headers = (url: URL): Record<string, string> =>
    url.origin === server.url ? { Authorization: 'Bearer secret' } : {};
  const outcome = await load(undefined, { checkpoint: `${server.url}/moved`, headers });
  await other.close();
  assert.ok(outcome.loaded, outcome.message);
  assert.equal(
    server.asked.map(({ token }) => token),
    ['Bearer secret'],
  );
  assert.ok(other.asked.every(({ token }) => token === undefined));
});

test('what is too large is refused before it comes, and a length that lies as soon as it shows', async () => {
  const maxBytes = 1 << 20;
  await fails('too-large', load({ bytes, ranges: false }, { maxBytes }), /at most 1048576 bytes/);
  await fails('too-large', load({ bytes, ranges: false, chunked: true }, { maxBytes }));
  await fails('too-large', load({ bytes }, { maxBytes: 1 << 17 }));
  assert.equal(await kept('files'), []);
  assert.equal(await kept('parts'), []);
});

test('a server that says nothing, or stalls, is given up in time', async () => {
  const soon = { stallSeconds: 0.05, retries: 0 };
  await fails('timed-out', load({ bytes, silent: true }, soon), /0\.05 s/);
  await fails('timed-out', load({ bytes, stalls: true }, soon));
  await fails('timed-out', load({ bytes, stalls: true, ranges: false }, soon));
});

for (const [what, file] of Object.entries({
  'says nothing': { bytes, silent: true },
  stalls: { bytes, stalls: true },
  'stalls in a download': { bytes, stalls: true, ranges: false },
})) {
  test(`a signal ends the wait for a server that ${what}, with its own reason`, async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 30);
    await fails('Error: enough', load(file, { signal: controller.signal }));
  });
}

test('an answer that is no file is told with its status, after as many tries as may help', async () => {
  await fails('not-found', load(undefined, { checkpoint: `${server.url}/nothing` }), /answered 404/);
  await fails('unreadable', load({ bytes, status: 403 }), /token/);
  server.asked.length = 0;
  await fails('server-error', load({ bytes, status: 503 }, { retries: 1 }));
  assert.is(server.asked.length, 2);
});

test('without a network the error says what would have been fetched', async () => {
  const schemes = { torchvision: { resnet50: 'http://127.0.0.1:1/resnet50.safetensors' } };
  await fails(
    'unreachable',
    load(undefined, { checkpoint: 'torchvision://resnet50', schemes, retries: 0 }),
    /'torchvision:\/\/resnet50' \(http:\/\/127\.0\.0\.1:1\/resnet50\.safetensors\).*GET http:\/\/127\.0\.0\.1:1/s,
  );
});

test.run();
