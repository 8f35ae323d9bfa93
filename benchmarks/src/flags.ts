import { parseArgs } from 'node:util';

/** A flag that cannot be followed: what, and what was expected. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
  readonly flag: string;

  constructor(flag: string, what: string, expected: string) {
    super(`${what}; expected ${expected}`);
    this.flag = flag;
  }
}

/** A software adapter is measured only when it is asked for. */
export type GpuChoice = 'auto' | 'software' | 'off';

export interface Flags {
  readonly json?: string;
  readonly markdown?: string;
  /** Part of the names of the cases that run. */
  readonly only: string;
  readonly sizes: readonly number[];
  readonly rounds: number;
  /** A subset that takes a minute or two. */
  readonly quick: boolean;
  readonly gpu: GpuChoice;
  readonly help: boolean;
}

export const USAGE = `npm run bench [-- FLAGS]
  --json FILE        write the numbers
  --markdown FILE    write the report, and its plots beside it as SVG
  --only TEXT        only cases with this in their name
  --sizes A,B,…      elements of the fills, as 16777216 or 2^24 (default 2^10,2^12,…,2^26)
  --rounds N         rounds of each measurement (default 5)
  --quick            few sizes, two rounds, no large model: one to two minutes
  --gpu WHICH        auto (default): hardware only; software: also an adapter in software; off
  --help             this
`;

const SIZES = Array.from({ length: 9 }, (_, index) => 2 ** (10 + 2 * index));
const QUICK_SIZES = [2 ** 10, 2 ** 16, 2 ** 22];
const ROUNDS = 5;
const QUICK_ROUNDS = 2;
const MOST_ELEMENTS = 2 ** 30;
const GPU_CHOICES: readonly GpuChoice[] = ['auto', 'software', 'off'];

const OPTIONS = {
  json: { type: 'string' },
  markdown: { type: 'string' },
  only: { type: 'string' },
  sizes: { type: 'string' },
  rounds: { type: 'string' },
  quick: { type: 'boolean' },
  gpu: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** @throws FlagError for a flag that is unknown or whose value is of no use. */
export function parseFlags(args: readonly string[]): Flags {
  const { json, markdown, only = '', sizes, rounds, quick = false, gpu, help = false } = read(args);
  return {
    ...(json === undefined ? {} : { json: fileOf('json', json) }),
    ...(markdown === undefined ? {} : { markdown: fileOf('markdown', markdown) }),
    only,
    sizes: sizes === undefined ? (quick ? QUICK_SIZES : SIZES) : sizesOf(sizes),
    rounds: rounds === undefined ? (quick ? QUICK_ROUNDS : ROUNDS) : roundsOf(rounds),
    quick,
    gpu: gpuOf(gpu),
    help,
  };
}

/** In words what a run leaves out; empty for the whole. */
export function subsetOf({ only, sizes, quick }: Flags): string {
  const words = [quick ? '--quick' : '', only === '' ? '' : `--only ${only}`];
  if (String(sizes) !== String(quick ? QUICK_SIZES : SIZES)) words.push(`--sizes ${sizes.join(',')}`);
  return words.filter((word) => word !== '').join(' ');
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (cause) {
    const what = (cause instanceof Error ? cause.message : String(cause)).split(/[.\n]/)[0] ?? '';
    throw new FlagError(/--[\w-]+/.exec(what)?.[0] ?? '', what, `flags as in:\n${USAGE}`);
  }
}

function fileOf(flag: string, file: string): string {
  if (file !== '') return file;
  throw new FlagError(`--${flag}`, `--${flag} is empty`, 'a file name');
}

function sizesOf(text: string): readonly number[] {
  const sizes = text.split(',').map((word) => {
    const power = /^2\^(\d{1,2})$/.exec(word.trim())?.[1];
    const size = power === undefined ? Number(word) : 2 ** Number(power);
    if (Number.isInteger(size) && size >= 1 && size <= MOST_ELEMENTS) return size;
    throw new FlagError(
      '--sizes',
      `--sizes holds '${word}'`,
      'whole numbers in [1, 2^30], as 4096 or 2^12, with commas',
    );
  });
  return [...new Set(sizes)].sort((a, b) => a - b);
}

function roundsOf(text: string): number {
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= 1000) return rounds;
  throw new FlagError('--rounds', `--rounds is '${text}'`, 'a whole number in [1, 1000]');
}

function gpuOf(text: string | undefined): GpuChoice {
  const choice = GPU_CHOICES.find((known) => known === (text ?? 'auto'));
  if (choice !== undefined) return choice;
  throw new FlagError('--gpu', `--gpu is '${text}'`, GPU_CHOICES.join(', '));
}
