import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { initialize, openCheckpoints } from '@incipit/core';
import { FORMATS } from '@incipit/plugins/formats';
import { collectGarbage, timed } from '../contenders/contender.js';
import type { PythonServer } from '../contenders/python-server.js';
import { pairedRatio } from '../measurement.js';
import { type Spread, spread } from '../statistics.js';
import { FlatModel } from '../suites/flat-model.js';
import { inRounds, type Part } from '../suites/rounds.js';
import type { ModelParameter } from '../suites/shapes.js';
import type { OurReader, ReadCase } from './cases.js';

export const OURS = 'Incipit';

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
  readonly models: Readonly<Record<ReadCase['model'], readonly ModelParameter[]>>;
  readonly rounds: number;
}

const open = openCheckpoints({ formats: FORMATS });

/** Reads one file by everybody, in rounds, after two that warm up: the file lies in the system's cache then. */
export async function measureCase(one: ReadCase, tools: ReadingTools): Promise<readonly ReadRow[]> {
  const path = join(tools.folder, one.file);
  const ours = ourReader(one.ours, tools.models[one.model]);
  const parts: Part<string>[] = [
    { key: OURS, run: () => ours(path) },
    ...one.peers.map(({ reader }) => ({
      key: reader,
      run: () => ask(tools.python, { op: 'read', reader, file: path }),
    })),
  ];
  const { samples, absent } = await inRounds(parts, { rounds: tools.rounds, warmUps: 2 });
  await ask(tools.python, { op: 'forget' });
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

async function ask(python: PythonServer, request: object): Promise<number | { readonly absent: string }> {
  const answer = (await python.ask(request)) as { readonly seconds?: number; readonly absent?: string } | undefined;
  if (answer === undefined) throw new Error(`Python ended: ${python.lastWords()}`);
  return answer.seconds ?? { absent: answer.absent ?? '' };
}

function ourReader(how: OurReader, parameters: readonly ModelParameter[]): (path: string) => Promise<number> {
  if (how === 'read') return readAll;
  const model = new FlatModel(parameters);
  const atomic = how === 'initialize';
  return (checkpoint) => {
    // Its parameters have memory, as those of torch's module do.
    model.allocate();
    collectGarbage();
    return timed(() => initialize(model, { type: 'Pretrained', checkpoint }, { checkpoints: open, atomic }));
  };
}

/** Every tensor, one after the other, into an array of its own. */
async function readAll(path: string): Promise<number> {
  collectGarbage();
  return timed(async () => {
    const checkpoint = await open(path);
    const kept: Uint8Array[] = [];
    for (const name of Object.keys(checkpoint.header.tensors)) kept.push(await checkpoint.read(name));
    await checkpoint.close();
    return kept;
  });
}
