import { explain, type PlanWarning, plan } from '@incipit/core';
import { loadConfigFile } from '@incipit/registry/config';
import { CHECKPOINT_OPTIONS, checkpointsOf } from '../checkpoints.js';
import { openModel } from '../open-model.js';
import { planOptions } from '../plan-options.js';
import { PLAN_OPTIONS, planChoices } from '../run-options.js';
import type { Terminal } from '../terminal.js';
import type { Command } from './command.js';

export const planCommand: Command = {
  name: 'plan',
  usage: '--model <file> --config <file> [options]',
  summary: 'show what init would do, without writing anything',
  description:
    'Prints one line a parameter: its law with all numbers, and the rule that set it.\n' +
    '--json prints the plan itself.',
  options: { ...PLAN_OPTIONS, ...CHECKPOINT_OPTIONS, json: { text: 'print the plan as JSON' } },
  async run(line, terminal) {
    const choices = planChoices('plan', line);
    const config = await loadConfigFile(choices.config);
    const checkpoints = await checkpointsOf(line, terminal);
    const { model, close } = await openModel(choices);
    try {
      const made = plan(model, config, await planOptions(choices, config, checkpoints));
      warn(made.warnings, terminal);
      terminal.out(line.has('json') ? `${JSON.stringify(made, null, 2)}\n` : `${explain(made)}\n`);
    } finally {
      await close();
    }
  },
};

/** Warnings, one a line. */
export function warn(warnings: readonly PlanWarning[], terminal: Terminal): void {
  for (const warning of warnings) {
    const place = warning.path === undefined ? '' : ` [${warning.path}]`;
    terminal.err(`warning: ${warning.message}${place}\n`);
  }
}
