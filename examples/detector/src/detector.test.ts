import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MODELS } from '@incipit/core';
import { loadConfigFile } from '@incipit/registry/config';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type DetectorRun, runDetector } from './run.js';

const CONFIG = fileURLToPath(new URL('../configs/detector.yaml', import.meta.url));
const test = suite('detector');
let folder = '';
let run: DetectorRun;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incipit-detector-'));
  process.env['BACKBONE'] = join(folder, 'backbone.safetensors');
  run = await runDetector(CONFIG);
});
test.after(() => rm(folder, { recursive: true }));

test('each parameter is set by the rule that should win', () => {
  const winners = run.report.plan.steps.map(({ path, provenance: { initializer, rule, superseded } }) => [
    path,
    `${initializer} of ${rule?.node === '' ? 'the detector' : rule?.node}`,
    superseded.map((write) => write.initializer).join(', '),
  ]);
  assert.equal(winners, [
    ['backbone.stem.kernel', 'Pretrained of backbone', 'Kaiming'],
    ['backbone.stem.bias', 'Pretrained of backbone', 'Kaiming'],
    ['backbone.stage1.kernel', 'Pretrained of backbone', 'Kaiming'],
    ['backbone.stage1.bias', 'Pretrained of backbone', 'Kaiming'],
    ['neck.lateral.kernel', 'Kaiming of the detector', ''],
    ['neck.lateral.bias', 'Kaiming of the detector', ''],
    ['head.objectness.kernel', 'Normal of head', 'Kaiming, Normal'],
    ['head.objectness.bias', 'Normal of head', 'Kaiming, Normal'],
    ['head.box.kernel', 'Normal of head', 'Kaiming'],
    ['head.box.bias', 'Normal of head', 'Kaiming'],
  ]);
  const written = run.report.plan.steps.map(
    ({ provenance: { origin } }) => `${origin?.file?.split('/').at(-1)} ${origin?.key}`,
  );
  assert.equal(
    [...new Set(written)],
    [
      'detector.yaml model.backbone.init_cfg',
      'single-stage.yaml model.init_cfg',
      'detector.yaml model.head.init_cfg.override',
      'detector.yaml model.head.init_cfg',
    ],
  );
  const bias = run.report.plan.steps.find(({ path }) => path === 'head.objectness.bias');
  // bias_prob 0.05: -log(19).
  assert.ok(bias?.law.kind === 'constant' && Math.abs(bias.law.value + Math.log(19)) < 1e-6);
});

test('the loss falls', () => {
  const { losses } = run;
  assert.is(losses.length, 20, 'the steps of the config itself, not of its base');
  const [first = 0, last = 0] = [losses[0], losses.at(-1)];
  assert.ok(last < first / 2, `from ${first} to ${last}`);
});

test('a wrong option in the base is told with its file and line', async () => {
  const { value, origin } = await loadConfigFile(CONFIG);
  const { model } = value as { model: { neck: object } };
  const wrong = { ...model, neck: { ...model.neck, padding: 1 } };
  const build = (): unknown => MODELS.build(wrong as never, { origin: (part) => origin(['model', ...part]) });
  assert.throws(build, /single-stage\.yaml:\d+/);
  assert.throws(build, /padding/);
});

test.run();
