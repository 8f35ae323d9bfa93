import { ADAPTER_CASES } from '@incipit/core/testing';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runInPage } from './in-page.js';

const test = suite('adapters in a page');
const TITLE = 'tfjs and jax-js keep the promises of adapters on every backend of headless Chromium';
const path = process.env['INCIPIT_CHROMIUM'] ?? '';
const noBrowser = process.env['INCIPIT_CHROMIUM_REASON'] ?? 'no Chromium was looked for: run npm test at the root';

if (path === '') test.skip(`${TITLE} (skipped: ${noBrowser})`);
else {
  test(TITLE, async () => {
    const task = { devices: [], adapters: true, draws: 0, cut: 1, path, timeLimit: 120_000 };
    const { adapters } = await runInPage(task);
    assert.equal(
      adapters.flatMap(({ name, failures }) => failures.map((failure) => `${name}: ${failure}`)),
      [],
    );
    for (const backend of ['tfjs on cpu', 'tfjs on wasm', 'tfjs on webgl', 'tfjs on webgpu']) {
      assert.is(adapters.filter(({ name }) => name.startsWith(`${backend}, `)).length, 7, backend);
    }
    for (const device of ['cpu', 'wasm', 'webgl', 'webgpu']) {
      assert.is(adapters.find(({ name }) => name === `jax-js on ${device}`)?.passed, ADAPTER_CASES.length, device);
    }
    console.log(`# ${adapters.length} kinds of models in headless Chromium, ${ADAPTER_CASES.length} cases each`);
  });
}

test.run();
