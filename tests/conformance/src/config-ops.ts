import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import {
  Config,
  type ConfigOptions,
  type ConfigWarning,
  dumpData,
  mergeData,
  nodeConfigHost,
  parseConfigOptions,
  tuple,
  updateData,
} from '@incipit/registry/config';
import { accessSteps } from './config-access.js';
import { Tuple } from './protocol.js';
import { PythonError } from './python-error.js';

type Input = Readonly<Record<string, unknown>>;
type Data = Readonly<Record<string, unknown>>;

/** What an operation of S2 gives: the value, and the tags of its warnings. */
interface Outcome {
  readonly ok: unknown;
  readonly warnings?: readonly string[];
}

type Operation = (input: Input) => Outcome | Promise<Outcome>;

const OPERATIONS: readonly (readonly [string, Operation])[] = [
  ['config.fromfile', fromFile],
  ['config.fromstring', fromString],
  ['config.new', ({ cfg }) => ({ ok: { cfg: new Config(cfg as object).value } })],
  ['config.merge_from_dict', mergeFromDict],
  ['config.merge_child_into_base', mergeChild],
  ['configdict.merge', ({ base, other }) => ({ ok: { cfg: mergeData(base as Data, other as Data) } })],
  ['configdict.update', update],
  ['config.access', ({ cfg, steps }) => ({ ok: accessSteps(new Config(cfg as object), steps as unknown[][]) })],
  ['config.dict_action', ({ argv }) => ({ ok: parseConfigOptions(optionsIn(argv as string[])) })],
  ['config.dump', ({ cfg, format }) => ({ ok: { text: dumpData(cfg, format as 'json' | 'yaml') } })],
  ['config.roundtrip', roundTrip],
];

/** The operations of S2 on configs, by name. */
export const CONFIG_OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  OPERATIONS.map(([name, operation]) => [name, (input) => operation(withTuples(input) as Input)]),
);

/** Tuples as configs hold them. */
function withTuples(value: unknown): unknown {
  if (value instanceof Tuple) return tuple(value.items.map(withTuples));
  if (Array.isArray(value)) return value.map(withTuples);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withTuples(inner)]));
}

/** Whether the adapter can answer: Python's text depends on its formatter, which is no part of the original. */
export function isAnswered({ format }: Input): boolean {
  return format !== 'py';
}

async function fromFile({ files, entry, cwd = '.', env = {}, options = {} }: Input): Promise<Outcome> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'incipit-s2-')));
  try {
    for (const [name, text] of Object.entries(files as Readonly<Record<string, string>>)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), text);
    }
    const folder = resolve(root, cwd as string);
    await mkdir(folder, { recursive: true });
    const host = await nodeConfigHost({ cwd: folder, env: env as Readonly<Record<string, string>> });
    const said = warnings();
    const config = await Config.fromFile(entry as string, {
      ...switches(options as Input),
      host,
      onWarning: said.warn,
    });
    const ok = { cfg: config.value, env_variables: config.environment };
    return { ok: withoutRoot(ok, root), warnings: said.tags() };
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replaceAll(root, '<ROOT>');
    throw error;
  } finally {
    await rm(root, { recursive: true });
  }
}

function switches(options: Input): ConfigOptions {
  const { use_predefined_variables: predefined = true, use_environment_variables: environment = true } = options;
  return { usePredefinedVariables: predefined as boolean, useEnvironmentVariables: environment as boolean };
}

function warnings(): { readonly warn: (warning: ConfigWarning) => void; readonly tags: () => readonly string[] } {
  const tags = new Set<string>();
  // The original is silent about a key that is given twice.
  const warn = ({ code }: ConfigWarning): void => void (code === 'deprecated-config' && tags.add('DeprecationWarning'));
  return { warn, tags: () => [...tags] };
}

function withoutRoot(value: unknown, root: string): unknown {
  if (typeof value === 'string') return value.replaceAll(root, '<ROOT>');
  if (Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return value.map((item) => withoutRoot(item, root));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [withoutRoot(key, root), withoutRoot(inner, root)]),
  );
}

async function fromString({ text, format }: Input): Promise<Outcome> {
  const host = await nodeConfigHost({ env: {} });
  const { value } = await Config.fromText(text as string, { file: `text${format}`, host });
  return { ok: { cfg: value } };
}

function mergeFromDict({ cfg, options, allow_list_keys: allowListKeys = true }: Input): Outcome {
  const config = new Config(cfg as object);
  for (const one of options as readonly Data[]) {
    config.mergeFromDict(one, { allowListKeys: allowListKeys as boolean });
  }
  return { ok: { cfg: config.value } };
}

function mergeChild({ base, child }: Input): Outcome {
  const config = new Config(base as object);
  const { value } = config.copy().merge(child as Data);
  return { ok: { cfg: value, base_after: config.value } };
}

function update({ base, args, kwargs }: Input): Outcome {
  const others = args as readonly Data[];
  if (others.length > 1) throw new PythonError('TypeError', 'update only accept one positional argument');
  return { ok: { cfg: updateData(base as Data, { ...others[0], ...(kwargs as Data) }) } };
}

function optionsIn(argv: readonly string[]): readonly string[] {
  return argv.filter((word) => word !== '--options');
}

async function roundTrip({ cfg, format }: Input): Promise<Outcome> {
  const text = dumpData(cfg, format as 'json' | 'yaml');
  const { value } = await Config.fromText(text, { format: format as 'json' | 'yaml', host: await nodeConfigHost() });
  return { ok: { cfg: value, equal: dumpData(value, 'yaml') === dumpData(cfg, 'yaml') } };
}
