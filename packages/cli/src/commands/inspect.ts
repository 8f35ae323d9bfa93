import { byteSize, type CheckpointHeader, elementCount } from '@incipit/core';
import { openSafetensors } from '@incipit/core/node';
import { UsageError } from '../errors.js';
import { formatCount, formatShape } from '../format.js';
import type { Command } from './command.js';

export const inspectCommand: Command = {
  name: 'inspect',
  usage: '<file.safetensors> [--json]',
  summary: 'show what a safetensors file holds',
  description: 'Prints the tensors as a tree of their dotted names, with shapes and dtypes. Reads the header only.',
  options: { json: { text: 'print the header as JSON' } },
  async run(line, terminal) {
    const [path, stray] = line.positionals;
    if (path === undefined) throw new UsageError('no file was named', { command: 'inspect' });
    if (stray !== undefined) throw new UsageError(`one file at a time: '${stray}' is too many`, { command: 'inspect' });
    const checkpoint = await openSafetensors(path);
    await checkpoint.close();
    terminal.out(
      line.has('json') ? `${JSON.stringify(checkpoint.header, null, 2)}\n` : `${formatHeader(checkpoint.header)}\n`,
    );
  },
};

/** A branch of the tree of names; `leaf` is what to print beside a tensor's name. */
interface Branch {
  readonly children: Map<string, Branch>;
  leaf?: string;
}

/** The tensors as a tree, then totals and metadata. */
export function formatHeader(header: CheckpointHeader): string {
  const root: Branch = { children: new Map() };
  let elements = 0;
  let bytes = 0;
  const tensors = Object.entries(header.tensors).sort((a, b) => a[1].byteOffset - b[1].byteOffset);
  for (const [name, entry] of tensors) {
    branchOf(root, splitPath(name)).leaf = `${entry.dtype} ${formatShape(entry.shape)}`;
    elements += elementCount(entry.shape);
    bytes += elementCount(entry.shape) * byteSize(entry.dtype);
  }
  const lines: string[] = [];
  draw(root, '', lines);
  const metadata = Object.entries(header.metadata).map(([key, value]) => `${key}: ${value}`);
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
    lines.push(`${indent}${last ? '└─ ' : '├─ '}${name}${child.leaf === undefined ? '' : `  ${child.leaf}`}`);
    draw(child, `${indent}${last ? '   ' : '│  '}`, lines);
  });
}
