import type { Dirent } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { CodegenError } from '../errors.js';

/** Files to be written: path inside the folder, with `/`, → text. */
export type FileSet = ReadonlyMap<string, string>;

/** How a folder differs from what should be in it. */
export interface FileDifferences {
  /** Not there yet. */
  readonly missing: readonly string[];
  /** There with another text: the old one by path. */
  readonly changed: ReadonlyMap<string, string>;
  /** Written by an earlier run and not wanted any more. */
  readonly leftOver: readonly string[];
}

/** A file of ours says so in its first lines. */
const HEAD_LINES = 4;

/**
 * Compares a folder with what should be in it.
 *
 * @param header text that every file of ours has in its first lines.
 * @throws CodegenError `foreign-file` when a file in the way was not written by us; `unreadable`.
 */
export async function compareFiles(folder: string, files: FileSet, header: string): Promise<FileDifferences> {
  const missing: string[] = [];
  const changed = new Map<string, string>();
  for (const [path, text] of files) {
    const old = await readIfThere(join(folder, path));
    if (old === undefined) missing.push(path);
    else if (old !== text) {
      if (!isOurs(old, header)) throw foreign(join(folder, path));
      changed.set(path, old);
    }
  }
  const leftOver: string[] = [];
  for (const path of await filesBelow(folder)) {
    if (files.has(path)) continue;
    if (path.endsWith(PARTIAL)) {
      if (isAbandoned(path)) leftOver.push(path);
      continue;
    }
    const text = await readIfThere(join(folder, path));
    if (text !== undefined && isOurs(text, header)) leftOver.push(path);
  }
  return { missing, changed, leftOver };
}

const PARTIAL = '.incipit-part';

/** Whether the run that began a file was killed: its number is in the name. */
function isAbandoned(path: string): boolean {
  const [, pid] = /\.(\d+)\.incipit-part$/.exec(path) ?? [];
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/**
 * Makes a folder hold these files: only what differs is touched. All texts are on the disk before the first takes its
 * place, so that a full disk or a failure leaves everything as it was; each file is either the old or the new one.
 *
 * @throws CodegenError `unwritable`.
 */
export async function writeFiles(folder: string, files: FileSet, differences: FileDifferences): Promise<void> {
  const paths = [...differences.missing, ...differences.changed.keys()];
  const partials = new Map(paths.map((path) => [path, join(folder, `${path}.${process.pid}${PARTIAL}`)]));
  try {
    for (const [path, partial] of partials) await writeSynced(partial, files.get(path) ?? '');
    for (const [path, partial] of partials) await rename(partial, join(folder, path));
    for (const path of differences.leftOver) await rm(join(folder, path), { force: true });
  } catch (cause) {
    // What cannot be taken away either is told of by the same cause.
    for (const partial of partials.values()) await rm(partial, { force: true }).catch(() => undefined);
    throw new CodegenError({
      code: 'unwritable',
      what: `the generated files cannot be written to '${folder}': ${cause instanceof Error ? cause.message : String(cause)}`,
      fix: 'check that the folder can be written and that there is room',
      cause,
    });
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(path, 'w');
  try {
    await handle.writeFile(text, 'utf8');
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CodegenError({ code: 'unreadable', what: `'${path}' cannot be read`, cause });
  }
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new CodegenError({ code: 'unreadable', what: `'${folder}' is not a folder that can be read`, cause });
  }
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/')).sort();
}

function isOurs(text: string, header: string): boolean {
  return text.split('\n', HEAD_LINES).some((line) => line.includes(header));
}

function foreign(path: string): CodegenError {
  return new CodegenError({
    code: 'foreign-file',
    what: `'${path}' is in the way: incipit codegen did not write it`,
    expected: 'a folder for generated files only',
    fix: 'move the file, or name another folder with --out',
  });
}
