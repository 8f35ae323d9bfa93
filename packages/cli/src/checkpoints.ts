import { type CheckpointOpener, openCheckpoints, type Schemes, type TransferEvent } from '@incipit/core';
import { FORMATS } from '@incipit/plugins/formats';
import { ConfigError } from '@incipit/registry';
import { loadConfigFile } from '@incipit/registry/config';
import type { OptionTable, ParsedLine } from './command-line.js';
import { formatCount } from './format.js';
import type { Terminal } from './terminal.js';

/** Where `Pretrained` rules find their checkpoints. */
export const CHECKPOINT_OPTIONS: OptionTable = {
  schemes: { value: '<file>', text: "what names of checkpoints mean: { torchvision: { resnet50: 'https://…' } }" },
  cache: { value: '<folder>', text: 'where downloads are kept; default INCIPIT_CACHE, or the place for caches' },
};

/**
 * Opens the checkpoints of a config as the command line says.
 *
 * @throws ConfigError for a file of schemes that cannot be read, or that holds no tables.
 */
export async function checkpointsOf(line: ParsedLine, terminal: Terminal): Promise<CheckpointOpener> {
  const [file, cache] = [line.value('schemes'), line.value('cache')];
  const quiet = line.has('quiet') || line.has('json') || !terminal.live;
  const open = openCheckpoints({
    formats: FORMATS,
    ...(file === undefined ? {} : { schemes: await readSchemes(file) }),
    ...(cache === undefined ? {} : { cache }),
    ...(quiet ? {} : { onTransfer: (event: TransferEvent) => show(event, terminal) }),
  });
  // Planning reads headers, and is stopped as the run is.
  return (source, context) => open(source, { signal: context?.signal ?? terminal.signal });
}

async function readSchemes(file: string): Promise<Schemes> {
  const { value } = await loadConfigFile(file);
  for (const [scheme, table] of entriesOf(value, file, '')) {
    for (const [name, location] of entriesOf(table, file, scheme)) {
      if (typeof location !== 'string') throw noTable(file, `${scheme}.${name}`, 'an address or a path');
    }
  }
  return value as Schemes;
}

function entriesOf(value: unknown, file: string, key: string): readonly (readonly [string, unknown])[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw noTable(file, key, 'a mapping');
}

function noTable(file: string, key: string, expected: string): ConfigError {
  return new ConfigError({
    code: 'bad-schemes',
    what: `'${file}' does not say what names of checkpoints mean`,
    expected: `${expected}${key === '' ? '' : ` under '${key}'`}, as in { torchvision: { resnet50: 'https://…' } }`,
    origin: { file, ...(key === '' ? {} : { key }) },
  });
}

/** One line that is redrawn while a file comes. */
function show({ source, kind, received, total }: TransferEvent, terminal: Terminal): void {
  if (total === undefined || kind === 'kept') return;
  const line = `${source}: ${formatCount(received)}B of ${formatCount(total)}B`;
  terminal.err(`\r\x1b[K${kind === 'done' ? '' : line.slice(0, Math.max(0, terminal.columns - 1))}`);
}
