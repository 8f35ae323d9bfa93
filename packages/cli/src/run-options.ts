import type { Canonical, FanMode, FloatDType, UnmatchedMode } from '@incipit/core';
import type { OptionTable, ParsedLine } from './command-line.js';
import { UsageError } from './errors.js';

const UNMATCHED: readonly UnmatchedMode[] = ['error', 'warn', 'ignore'];
const FANS: readonly FanMode[] = ['axes', 'torch', 'mmengine'];
const CANONICAL: readonly Canonical[] = ['oihw'];
const DTYPES: readonly FloatDType[] = ['float32', 'float16', 'bfloat16'];
const DEVICES = ['auto', 'cpu', 'webgpu'] as const;

/** What `init` and `plan` share: the model, the config, and how the plan is made. */
export const PLAN_OPTIONS: OptionTable = {
  model: { value: '<file>', required: true, text: 'tfjs model.json or Keras topology, plain or .gz; or a weight file' },
  config: { value: '<file>', required: true, text: 'rules: a list, or a mapping with init_cfg (JSON or YAML)' },
  seed: { value: '<n>', text: 'whole number in [0, 2^64), default 0: same seed, same bits' },
  unmatched: {
    value: '<mode>',
    choices: UNMATCHED,
    text: 'a rule that matches nothing: error (default), warn or ignore',
  },
  fans: {
    value: '<mode>',
    choices: FANS,
    text: 'fans from named axes (default), or as torch or mmengine compute them',
  },
  dtype: { value: '<type>', choices: DTYPES, text: "float32, float16 or bfloat16; default the model's own" },
  canonical: {
    value: '<order>',
    choices: CANONICAL,
    text: 'oihw: draw in logical order, so that any layout gets the same weights',
  },
  paths: { value: '<file>', text: "paths that weights are drawn under, as '*_conv.kernel': '*.weight'" },
  fresh: { text: 'do not read the weights that a model.json names: keep nothing of them' },
};

export const DEVICE_OPTION: OptionTable = {
  device: { value: '<name>', choices: DEVICES, text: 'auto (default), cpu or webgpu: speed differs, bits do not' },
  threads: { value: '<n>', text: 'CPU cores to use: auto (default) or a number; speed differs, bits do not' },
};

export interface PlanChoices {
  readonly model: string;
  readonly config: string;
  readonly fresh: boolean;
  readonly canonical: Canonical | undefined;
  /** File with the table of paths. */
  readonly paths: string | undefined;
  readonly dtype: FloatDType | undefined;
  readonly plan: { readonly seed: string; readonly unmatched: UnmatchedMode; readonly fans: FanMode };
}

/** @throws UsageError for a seed out of range, or arguments that are not options. */
export function planChoices(command: string, line: ParsedLine): PlanChoices {
  const [stray] = line.positionals;
  if (stray !== undefined) throw new UsageError(`'${stray}' is not an option of '${command}'`, { command });
  return {
    model: line.value('model') ?? '',
    config: line.value('config') ?? '',
    fresh: line.has('fresh'),
    canonical: oneOf(CANONICAL, line.value('canonical')),
    paths: line.value('paths'),
    dtype: oneOf(DTYPES, line.value('dtype')),
    plan: {
      seed: seedText(command, line.value('seed') ?? '0'),
      unmatched: oneOf(UNMATCHED, line.value('unmatched')) ?? 'error',
      fans: oneOf(FANS, line.value('fans')) ?? 'axes',
    },
  };
}

export function deviceChoice(line: ParsedLine): (typeof DEVICES)[number] {
  return oneOf(DEVICES, line.value('device')) ?? 'auto';
}

/** @throws UsageError unless it is `auto` or a whole number in [1, 256]. */
export function threadChoice(command: string, line: ParsedLine): number | 'auto' {
  const text = line.value('threads') ?? 'auto';
  if (text === 'auto') return text;
  const threads = Number(text);
  if (/^[0-9]+$/.test(text) && threads >= 1 && threads <= 256) return threads;
  throw new UsageError(`'${text}' is not a number of threads`, {
    command,
    fix: "give 'auto' or a whole number in [1, 256]",
  });
}

function oneOf<T extends string>(choices: readonly T[], value: string | undefined): T | undefined {
  return choices.find((choice) => choice === value);
}

function seedText(command: string, text: string): string {
  const valid = /^[0-9]{1,20}$/.test(text) && BigInt(text) < 2n ** 64n;
  if (!valid) throw new UsageError(`'${text}' is not a seed`, { command, fix: 'give a whole number in [0, 2^64)' });
  return BigInt(text).toString();
}
