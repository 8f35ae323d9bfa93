import { readFile, realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { ConfigError } from '../errors.js';
import type { ConfigHost, NodeHostOptions } from './host.js';

/** Files, environment and modules of Node and its kin. */
export function nodeHost({ cwd, env = process.env }: NodeHostOptions = {}): ConfigHost {
  return {
    absolute: (path) => withSlashes(resolve(cwd ?? process.cwd(), path)),
    realpath: async (path) => withSlashes(await realpath(path)),
    readText,
    environment: (name) => (Object.hasOwn(env, name) ? env[name] : undefined),
    importModule,
  };
}

function withSlashes(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

async function readText(path: string, maxLength: number): Promise<string> {
  const info = await stat(path);
  // A pipe or a device has no end that could be waited for.
  if (!info.isFile()) throw new TypeError('it is no regular file');
  // UTF-8 takes at most three bytes for each UTF-16 unit.
  if (info.size > maxLength * 3) throw new RangeError(`it has ${info.size} bytes, no config has so many`);
  return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
}

async function importModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw cause;
    throw new ConfigError({
      code: 'unknown-format',
      what: 'This runtime does not read TypeScript',
      fix: 'compile it and name the .js file, import it yourself and pass the value, or use Node 22.18 or newer',
      origin: { file: path },
      cause,
    });
  }
}
