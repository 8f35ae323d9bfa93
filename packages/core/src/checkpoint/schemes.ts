import { asQuestion, nearestNames } from '@incipit/registry';
import { CheckpointError } from '../errors.js';

/** What a name of a scheme stands for: a location, and the part of the checkpoint that is meant. */
export interface SchemeTarget {
  /** Address, path, or a name of another scheme. `#sha256=` and 64 hexadecimal digits at its end pin the file. */
  readonly location: string;
  /** The part of the checkpoint that is taken; its names lose this beginning. */
  readonly prefix?: string;
}

/** Names of one scheme: a table, or a function that knows or computes them. */
export type SchemeTable =
  | Readonly<Record<string, string | SchemeTarget>>
  | ((name: string) => string | SchemeTarget | undefined | Promise<string | SchemeTarget | undefined>);

/** Tables by scheme: `{ torchvision: { resnet50: 'https://…' } }`. */
export type Schemes = Readonly<Record<string, SchemeTable>>;

/** Schemes that configs of OpenMMLab use, with those that take another's table where they have none of their own. */
const KNOWN: Readonly<Record<string, string | undefined>> = {
  torchvision: undefined,
  modelzoo: 'torchvision',
  'open-mmlab': 'openmmlab',
  openmmlab: 'open-mmlab',
  mmcls: undefined,
};

/** A classifier of mmcls is taken for its backbone. */
const PREFIXES: Readonly<Record<string, string>> = { mmcls: 'backbone.' };

/** A name that leads to a name, and so on: more than this is a circle. */
const MOST_STEPS = 8;
/** Names of a table that an error shows. */
const SHOWN = 10;

/**
 * Names of files on the Hugging Face Hub, `hf://owner/repo/folder/file`; `hf://owner/repo@revision/file` takes a branch,
 * tag or commit other than `main`.
 */
export function huggingFace(endpoint: string = 'https://huggingface.co'): SchemeTable {
  return (name) => {
    const [owner, repository = '', ...path] = name.split('/');
    const [repo, revision = 'main', ...rest] = repository.split('@');
    const complete = owner !== undefined && owner !== '' && repo !== undefined && repo !== '' && path.join('') !== '';
    if (!complete || rest.length > 0 || path.some((part) => part === '..' || part === '.')) {
      throw new CheckpointError({
        code: 'bad-location',
        what: `'hf://${name}' names no file of the Hub`,
        expected: 'hf://owner/repo/file or hf://owner/repo@revision/file',
      });
    }
    const folders = [owner, repo, 'resolve', revision, ...path].map(encodeURIComponent);
    return `${endpoint.replace(/\/$/, '')}/${folders.join('/')}`;
  };
}

/** What a location came to. */
export interface Resolved {
  readonly location: string;
  readonly prefix: string;
}

/**
 * Follows names of schemes to an address or a path.
 *
 * @throws CheckpointError `unknown-scheme`, `no-table`, `unknown-name`, `circular-name`.
 */
export async function resolveScheme(source: string, schemes: Schemes): Promise<Resolved> {
  let location = source;
  let prefix = '';
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const named = schemeOf(location);
    if (named === undefined || isAddress(named.scheme)) return { location, prefix };
    const target = await lookUp(named, schemes, location);
    location = target.location;
    prefix += target.prefix ?? PREFIXES[named.scheme] ?? '';
  }
  throw new CheckpointError({
    code: 'circular-name',
    what: `checkpoint '${source}' leads from name to name and to no file`,
    fix: 'let the tables of openCheckpoints({ schemes }) end at addresses or paths',
  });
}

interface Named {
  readonly scheme: string;
  readonly name: string;
}

/** Two letters at least: one alone is a drive of Windows. */
function schemeOf(location: string): Named | undefined {
  const match = /^([A-Za-z][A-Za-z0-9+.-]+):\/\/(.*)$/s.exec(location);
  return match === null ? undefined : { scheme: (match[1] ?? '').toLowerCase(), name: match[2] ?? '' };
}

/** What needs no table. */
function isAddress(scheme: string): boolean {
  return scheme === 'http' || scheme === 'https' || scheme === 'file';
}

async function lookUp({ scheme, name }: Named, schemes: Schemes, location: string): Promise<SchemeTarget> {
  const other = KNOWN[scheme];
  const table = own(schemes, scheme) ?? (other === undefined ? undefined : own(schemes, other));
  if (table === undefined) throw noTable(scheme, name, schemes);
  const found = typeof table === 'function' ? await table(name) : own(table, name);
  if (found !== undefined) return typeof found === 'string' ? { location: found } : found;
  const names = typeof table === 'function' ? [] : Object.keys(table);
  throw new CheckpointError({
    code: 'unknown-name',
    what: `checkpoint '${location}': '${name}' is not in the table of '${scheme}'${asQuestion(nearestNames(name, names))}`,
    ...(names.length === 0 ? {} : { expected: `one of ${shown(names)}` }),
    fix: `add it: openCheckpoints({ schemes: { '${scheme}': { '${name}': 'https://…' } } })`,
  });
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function noTable(scheme: string, name: string, schemes: Schemes): CheckpointError {
  const known = Object.hasOwn(KNOWN, scheme);
  const all = [...new Set([...Object.keys(schemes), 'http', 'https', 'file'])];
  return new CheckpointError({
    code: known ? 'no-table' : 'unknown-scheme',
    what: known
      ? `checkpoint '${scheme}://${name}' needs a table that says where '${name}' lies, and none was given for '${scheme}'`
      : `checkpoint '${scheme}://${name}' has a scheme that nothing is known of${asQuestion(nearestNames(scheme, [...all, ...Object.keys(KNOWN)]))}`,
    ...(known ? {} : { expected: `a path, or one of ${all.join(', ')}` }),
    fix: `pass checkpoints: openCheckpoints({ schemes: { '${scheme}': { '${name}': 'https://…' } } })`,
  });
}

function shown(names: readonly string[]): string {
  const list = names.slice(0, SHOWN).join(', ');
  return names.length > SHOWN ? `${list} and ${names.length - SHOWN} more` : list;
}
