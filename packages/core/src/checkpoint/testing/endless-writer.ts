// Child process of the kill tests: `node endless-writer.js write FILE FIRST` or `… download CACHE FIRST SERVER`. Writes one
// version after the other until it is killed.
// Not by the package's faces: they would take most of the child's time to load.
import { fileSink } from '../file-sink.js';
import { openCheckpoints } from '../open-checkpoints.js';
import { writeSafetensorsTo } from '../safetensors-writer.js';
import { KILL_TENSORS, versionBytes } from './versions.js';

const [mode, place = '', first = '1', server = ''] = process.argv.slice(2);

async function write(version: number): Promise<void> {
  const tensors = KILL_TENSORS.map(({ name, shape }) => ({
    name,
    dtype: 'uint32' as const,
    shape,
    bytes: () => versionBytes(shape, version),
  }));
  await writeSafetensorsTo(await fileSink(place), tensors);
}

const open = openCheckpoints({ cache: place, download: 'always' });

async function download(version: number): Promise<void> {
  const checkpoint = await open(`${server}/${version}`);
  await checkpoint.close();
}

process.stdout.write('ready\n');
for (let version = Number(first); ; version += 1) await (mode === 'write' ? write(version) : download(version));
