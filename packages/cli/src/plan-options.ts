import { type CheckpointOpener, type PathMapping, type PlanOptions, readCheckpointHeaders } from '@incipit/core';
import { type LoadedFile, loadConfigFile } from '@incipit/registry/config';
import type { PlanChoices } from './run-options.js';

/**
 * How a plan is made, with what has to be read for it: headers of checkpoints, and the table of `--paths`.
 *
 * @throws ConfigError, CheckpointError
 */
export async function planOptions(
  choices: PlanChoices,
  config: LoadedFile,
  checkpoints: CheckpointOpener,
): Promise<PlanOptions> {
  const { canonical, paths } = choices;
  // What it holds is checked where it is used.
  const table = paths === undefined ? undefined : ((await loadConfigFile(paths)).value as PathMapping);
  return {
    ...choices.plan,
    ...(canonical === undefined ? {} : { canonical }),
    ...(table === undefined ? {} : { paths: table }),
    headers: await readCheckpointHeaders(config, checkpoints),
  };
}
