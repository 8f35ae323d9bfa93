import { byteSize, type Checkpoint, CheckpointError, type CheckpointHeader, elementCount } from '@incipit/core';
import { CHECKPOINT_OPTIONS, checkpointsOf } from '../checkpoints.js';
import { UsageError } from '../errors.js';
import { formatCount, formatNumber, formatShape } from '../format.js';
import { type TensorStatistics, tensorStatistics } from '../tensor-statistics.js';
import type { Command } from './command.js';

export const inspectCommand: Command = {
  name: 'inspect',
  usage: '<file> [options]',
  summary: 'show what a checkpoint holds',
  description: [
    'Prints the tensors of a checkpoint as a tree of their dotted names, with shapes, dtypes and',
    'what their values are like. Reads safetensors and its index, PyTorch (nothing in a pickle is',
    'executed), numpy, GGUF and more; the format is told by the content. The file may be an address or',
    'a name such as hf://owner/repo/file: no more is read than is needed.',
  ].join('\n'),
  options: {
    ...CHECKPOINT_OPTIONS,
    'header-only': { text: 'do not read the values' },
    json: { text: 'print the header and the statistics as JSON' },
  },
  async run(line, terminal) {
    const [path, stray] = line.positionals;
    if (path === undefined) throw new UsageError('no file was named', { command: 'inspect' });
    if (stray !== undefined) throw new UsageError(`one file at a time: '${stray}' is too many`, { command: 'inspect' });
    const open = await checkpointsOf(line, terminal);
    const { header, statistics } = await inspect(() => open(path), { values: !line.has('header-only') }).catch(
      (error) => {
        throw error instanceof CheckpointError ? inOneLine(error) : error;
      },
    );
    terminal.out(line.has('json') ? `${toJson(header, statistics)}\n` : `${formatHeader(header, statistics)}\n`);
  },
};

type Statistics = ReadonlyMap<string, TensorStatistics>;

async function inspect(
  open: () => Promise<Checkpoint>,
  { values }: { readonly values: boolean },
): Promise<{ readonly header: CheckpointHeader; readonly statistics: Statistics }> {
  const checkpoint = await open();
  try {
    return { header: checkpoint.header, statistics: values ? await readValues(checkpoint) : new Map() };
  } finally {
    await checkpoint.close();
  }
}

async function readValues(checkpoint: Checkpoint): Promise<Statistics> {
  const statistics = new Map<string, TensorStatistics>();
  for (const [name, entry] of Object.entries(checkpoint.header.tensors)) {
    statistics.set(name, await tensorStatistics(checkpoint, name, entry));
  }
  return statistics;
}

/** For scripts that look at many files: what is wrong with one takes one line. */
function inOneLine(error: CheckpointError): CheckpointError {
  return new CheckpointError({ code: error.code, what: printable(error.message.replaceAll('\n', ' ')), cause: error });
}

/** Names come from files that anyone may have made: what would steer the terminal is not passed on. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '\ufffd');
}

function toJson(header: CheckpointHeader, statistics: Statistics): string {
  const tensors = Object.entries(header.tensors).map(([name, entry]) => {
    const values = statistics.get(name);
    return [name, values === undefined ? entry : { ...entry, statistics: values }] as const;
  });
  return JSON.stringify({ ...header, tensors: Object.fromEntries(tensors) }, null, 2);
}

function formatStatistics({ min, max, mean, std, notFinite }: TensorStatistics): string {
  const broken = notFinite === 0 ? '' : `, ${formatCount(notFinite)} not finite`;
  if (min === null || max === null || mean === null || std === null) return broken;
  return `  ${formatNumber(min)} … ${formatNumber(max)}, mean ${formatNumber(mean)}, std ${formatNumber(std)}${broken}`;
}

/** A branch of the tree of names; `leaf` is what to print beside a tensor's name. */
interface Branch {
  readonly children: Map<string, Branch>;
  leaf?: string;
}

/** The tensors as a tree, then totals and metadata. */
export function formatHeader(header: CheckpointHeader, statistics: Statistics = new Map()): string {
  const root: Branch = { children: new Map() };
  let elements = 0;
  let bytes = 0;
  const tensors = Object.entries(header.tensors).sort((a, b) => a[1].byteOffset - b[1].byteOffset);
  for (const [name, entry] of tensors) {
    const values = statistics.get(name);
    const shown = values === undefined ? '' : formatStatistics(values);
    branchOf(root, splitPath(name)).leaf = `${entry.dtype} ${formatShape(entry.shape)}${shown}`;
    elements += elementCount(entry.shape);
    bytes += elementCount(entry.shape) * byteSize(entry.dtype);
  }
  for (const [name, { dtype, shape, reason }] of Object.entries(header.unreadable ?? {})) {
    const place = shape === undefined ? '' : ` ${formatShape(shape)}`;
    branchOf(root, splitPath(name)).leaf = printable(`${dtype}${place}  cannot be read: ${reason}`);
  }
  const lines: string[] = [];
  draw(root, '', lines);
  const metadata = Object.entries(header.metadata).map(([key, value]) => printable(`${key}: ${value}`));
  const totals = `${tensors.length} tensors, ${formatCount(elements)} elements, ${formatCount(bytes)}B`;
  return [...lines, '', totals, ...metadata].join('\n');
}

/** Segments of a dotted path; a dot inside a segment is written `\.`. */
export function splitPath(path: string): string[] {
  return (path.match(/(?:\\.|[^.\\])+|\\/g) ?? [path]).map((segment) => segment.replaceAll('\\.', '.'));
}

function branchOf(root: Branch, segments: readonly string[]): Branch {
  let at = root;
  for (const segment of segments) {
    const next = at.children.get(segment) ?? { children: new Map<string, Branch>() };
    at.children.set(segment, next);
    at = next;
  }
  return at;
}

function draw(branch: Branch, indent: string, lines: string[]): void {
  const entries = [...branch.children];
  entries.forEach(([name, child], index) => {
    const last = index === entries.length - 1;
    lines.push(
      `${indent}${last ? '└─ ' : '├─ '}${printable(name)}${child.leaf === undefined ? '' : `  ${child.leaf}`}`,
    );
    draw(child, `${indent}${last ? '   ' : '│  '}`, lines);
  });
}
