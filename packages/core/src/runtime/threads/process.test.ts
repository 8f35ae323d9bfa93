import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const NORMAL = { type: 'Normal', shape: '[3001, 2000]' };
const CORE = JSON.stringify(new URL('../../index.js', import.meta.url).href);

/** What a program prints. It must end by itself: one that hangs is killed, and that is an error. */
async function run(program: string): Promise<string> {
  const args = ['--input-type=module', '-e', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
  return stdout;
}

/** Initialises a model of one parameter, and prints a digest of its values; `before` runs before core is loaded. */
function program(threads: number | "'auto'", before = '', { type, shape } = NORMAL): string {
  return `
    import { createHash } from 'node:crypto';
    ${before}
    const { initialize, Module, Parameter } = await import(${CORE});
    class Dense extends Module {
      static className = 'Dense';
      weight = new Parameter(${shape});
    }
    const model = new Dense();
    const { threads = 1 } = await initialize(model, { type: '${type}', layer: 'Dense' }, { threads: ${threads} });
    console.log(threads, createHash('sha256').update(model.weight.bytes).digest('hex'));
  `;
}

test('a program that used workers ends by itself, with the values of one thread', async () => {
  const [one, three] = await Promise.all([run(program(1)), run(program(3))]);
  assert.match(one, /^1 [0-9a-f]{64}\n$/);
  assert.match(three, /^3 [0-9a-f]{64}\n$/);
  assert.is(three.slice(2), one.slice(2));
});

test('where memory cannot be shared, workers send copies, and the values are the same', async () => {
  const [shared, copied] = await Promise.all([
    run(program(2)),
    run(program(2, 'delete globalThis.SharedArrayBuffer;')),
  ]);
  assert.is(copied, shared);
});

test('a model that is small takes one thread unless told otherwise', async () => {
  assert.match(await run(program("'auto'")), /^1 /);
});

test('one large orthogonal matrix takes all threads, with the values of one', async () => {
  const work = { type: 'Orthogonal', shape: '[1024, 1030]' };
  const [one, all] = [await run(program(1, '', work)), await run(program("'auto'", '', work))];
  assert.is(Number(all.split(' ')[0]), Math.min(16, availableParallelism()));
  assert.is(all.split(' ')[1], one.split(' ')[1]);
});

test.run();
