// Child process of the kill tests: `node endless-writer.js write FILE FIRST` or `… download CACHE FIRST SERVER`. Writes one
// version after the other until it is killed.
import { basename } from 'node:path';
import { openCheckpoints, writeCheckpointTo } from '@incipit/core';
import { filePlace } from '@incipit/core/node';
import { KILLED, tensorsOf } from './versions.js';

const [mode, place = '', first = '1', server = ''] = process.argv.slice(2);

async function write(version: number): Promise<void> {
  const format = KILLED[basename(place)];
  if (format === undefined) throw new Error(`no format of '${place}'`);
  await writeCheckpointTo(filePlace(place), format, { tensors: tensorsOf(version) });
}

const open = openCheckpoints({ cache: place, download: 'always' });

async function download(version: number): Promise<void> {
  const checkpoint = await open(`${server}/${version}`);
  await checkpoint.close();
}

process.stdout.write('ready\n');
for (let version = Number(first); ; version += 1) await (mode === 'write' ? write(version) : download(version));
