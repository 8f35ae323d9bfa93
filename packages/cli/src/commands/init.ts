import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CheckpointError, plan, type Report } from '@incipit/core';
import { executeToFile, formatOfPath } from '@incipit/core/node';
import { FORMATS } from '@incipit/plugins/formats';
import { loadConfigFile } from '@incipit/registry/config';
import { CHECKPOINT_OPTIONS, checkpointsOf } from '../checkpoints.js';
import type { ParsedLine } from '../command-line.js';
import { UsageError } from '../errors.js';
import { formatCount, formatSeconds } from '../format.js';
import { openModel } from '../open-model.js';
import { planOptions } from '../plan-options.js';
import { progressBar } from '../progress.js';
import {
  DEVICE_OPTION,
  deviceChoice,
  PLAN_OPTIONS,
  type PlanChoices,
  planChoices,
  threadChoice,
} from '../run-options.js';
import { formatSummary } from '../summary.js';
import type { Terminal } from '../terminal.js';
import { version } from '../version.js';
import type { Command } from './command.js';
import { warn } from './plan.js';

export const initCommand: Command = {
  name: 'init',
  usage: '--model <file> --config <file> --out <file> [options]',
  summary: 'initialise a model and write its weights',
  description:
    'Gives every weight of the model its value and writes them all, whole or not at all. The ending of\n' +
    '--out names the format: .safetensors, .safetensors.index.json (shards of 5 GB), .npz, .onnx, or\n' +
    '.json for a tfjs model.json, which has the topology of --model. Weights that no rule touches keep\n' +
    'their value, or take the initialiser of their layer when the model is a topology alone.',
  options: {
    ...PLAN_OPTIONS,
    ...CHECKPOINT_OPTIONS,
    ...DEVICE_OPTION,
    out: { value: '<file>', required: true, text: 'the checkpoint to write, in the format of its ending' },
    json: { text: 'print the report as JSON' },
    quiet: { text: 'print the result in one line, and no progress' },
  },
  async run(line, terminal) {
    const choices = planChoices('init', line);
    const threads = threadChoice('init', line);
    const out = line.value('out') ?? '';
    await checkOut(out, choices);
    const config = await loadConfigFile(choices.config);
    const checkpoints = await checkpointsOf(line, terminal);
    const { model, formats, close } = await openModel(choices);
    const bar = progressBar(terminal, line.has('quiet') || line.has('json'));
    try {
      const made = plan(model, config, await planOptions(choices, config, checkpoints));
      warn(made.warnings, terminal);
      const report = await executeToFile(made, model, out, {
        formats: [...formats, ...FORMATS],
        metadata: { version: version() },
        device: deviceChoice(line),
        threads,
        checkpoints,
        signal: terminal.signal,
        onProgress: (event) => bar.update(event),
        measure: true,
      });
      bar.clear();
      warn(report.warnings.slice(made.warnings.length), terminal);
      print(styleOf(line), { report, out }, terminal);
    } finally {
      bar.clear();
      await close();
    }
  },
};

/** Refuses early what could only fail late, after the work. */
async function checkOut(out: string, choices: PlanChoices): Promise<void> {
  const { model, config, paths } = choices;
  for (const [option, path] of Object.entries({ model, config, paths })) {
    if (path === undefined || resolve(path) !== resolve(out)) continue;
    throw new UsageError(`--out and --${option} are the same file '${out}'`, { command: 'init' });
  }
  const existing = await stat(out).catch(() => undefined);
  if (existing?.isDirectory() === true) throw unwritable(`'${out}' is a folder`, 'name a file in it');
  await access(dirname(resolve(out)), constants.W_OK).catch((cause: unknown) => {
    throw unwritable(`'${out}' cannot be written`, 'check that its folder exists and may be written', cause);
  });
  checkEnding(out);
}

function checkEnding(out: string): void {
  try {
    formatOfPath(out, FORMATS);
  } catch (cause) {
    if (!(cause instanceof CheckpointError) || cause.expected === undefined) throw cause;
    const fix = `end it in ${cause.expected}`;
    throw new UsageError(`the ending of '--out ${out}' names no format that can be written`, {
      command: 'init',
      fix,
      cause,
    });
  }
}

function unwritable(what: string, fix: string, cause?: unknown): CheckpointError {
  return new CheckpointError({ code: 'unwritable', what, fix, cause });
}

type Style = 'json' | 'line' | 'table';

function styleOf(line: ParsedLine): Style {
  if (line.has('json')) return 'json';
  return line.has('quiet') ? 'line' : 'table';
}

function print(style: Style, result: { readonly report: Report; readonly out: string }, terminal: Terminal): void {
  const { report, out } = result;
  if (style === 'json') {
    terminal.out(`${JSON.stringify({ out, ...report }, null, 2)}\n`);
    return;
  }
  if (style === 'table') terminal.out(`${formatSummary(report)}\n\n`);
  const elements = report.steps.reduce((sum, step) => sum + step.elements, 0);
  terminal.out(
    `${out}: ${report.steps.length} parameters, ${formatCount(elements)} elements in ${formatSeconds(report.seconds)}` +
      ` · seed ${report.plan.seed} · plan ${report.plan.hash} · ${report.plan.generator} on ${report.device}\n`,
  );
}
