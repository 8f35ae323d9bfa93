// `npm start [-- --all] [-- --seed N] [-- --out FILE]`
import { stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { IncipitError } from '@incipit/core';
import { formatCount, formatTime } from './numbers.js';
import { renderPlan } from './plan-table.js';
import { progressBar } from './progress.js';
import { CONFIG, fillModel, loadModel, planModel, writeModel } from './resnet50.js';
import { renderRules } from './rule-table.js';
import { styleFor } from './style.js';

await main().catch((error: unknown) => {
  // What was meant to be said needs no stack; what was not is a defect.
  const expected = error instanceof IncipitError || (error instanceof TypeError && 'code' in error);
  console.error(expected ? error.message : error);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      all: { type: 'boolean', default: false },
      seed: { type: 'string', default: '42' },
      out: { type: 'string', default: 'resnet50.safetensors' },
    },
  });
  const style = styleFor(process.stdout);
  const print = (text = ''): void => void process.stdout.write(`${text}\n`);
  const clock = performance.now();
  const since = (start: number): string => formatTime((performance.now() - start) / 1000);

  print(`\n  ${style.bold('Incipit')} gives a ResNet-50 its first weights`);
  print(style.dim(`  Keras topology in TensorFlow.js · rules in ${relative('.', CONFIG)} · seed ${values.seed}\n`));

  const model = await loadModel();
  const made = await planModel(model, values.seed);
  const loaded = since(clock);

  print(
    `  ${style.bold('The plan')}: ${made.steps.length} parameters, ${made.untouched.length} untouched, hash ${made.hash}`,
  );
  print(
    style.dim(
      `  loaded and planned in ${loaded}; nothing is computed yet${values.all ? '' : ' (--all: one line a parameter)'}\n`,
    ),
  );
  print(`${renderPlan(made, style, values.all)}\n`);

  const report = await fillModel(made, model, progressBar(process.stderr, styleFor(process.stderr)));
  for (const warning of report.warnings) process.stderr.write(`  warning: ${warning.message}\n`);

  const elements = report.steps.reduce((sum, step) => sum + step.elements, 0);
  print(
    `  ${style.bold('Done')}: ${formatCount(elements)} elements in ${formatTime(report.seconds)} on the ${report.device}\n`,
  );
  print(`${renderRules(report, style)}\n`);

  const writing = performance.now();
  await writeModel(values.out, made, model);
  const { size } = await stat(values.out);
  print(
    `  ${style.bold(relative('.', resolve(values.out)))}: ${formatCount(size)} bytes, written in ${since(writing)}`,
  );
  print(style.dim(`  ${made.generator}, seed ${made.seed}: the same bits on every machine · ${since(clock)} in all\n`));
}
