import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from '../children/run-child.js';
import type { PythonServer } from '../contenders/python-server.js';
import { pairedRatio } from '../measurement.js';
import { type Spread, spread } from '../statistics.js';
import { inRounds, type Part } from '../suites/rounds.js';
import type { ReadCase } from './cases.js';

const RUN = fileURLToPath(new URL('../children/checkpoint-read.js', import.meta.url));

const OURS = 'Incipit';

/** What became of one reader of one file. */
export interface ReadRow {
  readonly case: string;
  readonly title: string;
  readonly bytes: number;
  readonly reader: string;
  readonly seconds?: Spread;
  /** Our speed by this reader's: of the rounds, and of the medians. */
  readonly ratio?: Spread;
  readonly ratioOfMedians?: number;
  readonly limit?: number;
  readonly held?: boolean;
  readonly absent?: string;
}

/** Where the files and their readers are. */
export interface ReadingTools {
  readonly folder: string;
  readonly python: PythonServer;
  readonly rounds: number;
}

/**
 * Reads one file by everybody, in rounds after one that warms up, so that the file lies in the system's cache. Each reading
 * is done by a process of its own, which has read a small file of the format before.
 */
export async function measureCase(one: ReadCase, tools: ReadingTools): Promise<readonly ReadRow[]> {
  const path = join(tools.folder, one.file);
  const small = join(tools.folder, one.file.endsWith('-legacy.pth') ? 'first-legacy.pth' : `first${extname(one.file)}`);
  const ours = async (): Promise<number> => {
    const printed = await runChild(process.execPath, ['--expose-gc', RUN, one.ours, path, small, one.model]);
    return (JSON.parse(printed) as { readonly seconds: number }).seconds;
  };
  const parts: Part<string>[] = [
    { key: OURS, run: ours },
    ...one.peers.map(({ reader }) => ({
      key: reader,
      run: () => ask(tools.python, { op: 'read', reader, file: path, small }),
    })),
  ];
  const { samples, absent } = await inRounds(parts, { rounds: tools.rounds, warmUps: 1 });
  const bytes = (await stat(path)).size;
  const about = { case: one.name, title: one.title, bytes };
  const own = samples[OURS] ?? [];
  const rows = one.peers.map(({ reader, limit }): ReadRow => {
    const theirs = samples[reader];
    const ratio = pairedRatio(theirs, own);
    if (theirs === undefined || ratio === undefined) return { ...about, reader, absent: absent[reader] ?? '' };
    const ratioOfMedians = spread(theirs).median / spread(own).median;
    const verdict = limit === undefined ? {} : { limit, held: ratio.median >= limit };
    return { ...about, reader, seconds: spread(theirs), ratio, ratioOfMedians, ...verdict };
  });
  return [{ ...about, reader: one.ours === 'read' ? OURS : `${OURS}, ${one.ours}`, seconds: spread(own) }, ...rows];
}

/** @throws Error when the request fails. */
export async function ask(python: PythonServer, request: object): Promise<number | { readonly absent: string }> {
  const answer = (await python.ask(request)) as Readonly<Record<string, unknown>> | undefined;
  if (answer === undefined) throw new Error(`Python ended: ${python.lastWords()}`);
  const { seconds, absent, error } = answer;
  if (error !== undefined) throw new Error(`Python: ${String(error)}`);
  return typeof seconds === 'number' ? seconds : { absent: String(absent) };
}
