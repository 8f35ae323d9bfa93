import { ConfigError } from '../errors.js';
import { MAX_TEXT_LENGTH } from './limits.js';
import { type LoadConfigOptions, loadConfig } from './load.js';
import type { LoadedConfig } from './loaded-config.js';
import { parseError } from './parse-error.js';

/**
 * Reads a config file (Node and its kin). See {@link loadConfig}.
 *
 * @throws ConfigError also `config-not-found`, `config-unreadable`.
 */
export async function loadConfigFile(
  path: string,
  options: Pick<LoadConfigOptions, 'format'> = {},
): Promise<LoadedConfig> {
  // Only here, so that the rest of the room loads without files.
  const { readFileBytes } = await import('#read-file');
  let bytes: Uint8Array;
  try {
    bytes = await readFileBytes(path, MAX_TEXT_LENGTH * 4);
  } catch (cause) {
    throw readError(path, cause);
  }
  return loadConfig(decode(bytes, path), { ...options, file: path });
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw parseError(file, { what: 'The file is no UTF-8 text', line: 1, fix: 'save it as UTF-8', cause });
  }
}

function readError(file: string, cause: unknown): ConfigError {
  const missing = (cause as { readonly code?: unknown }).code === 'ENOENT';
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ConfigError({
    code: missing ? 'config-not-found' : 'config-unreadable',
    what: missing ? `There is no config file '${file}'` : `The config file '${file}' cannot be read: ${reason}`,
    ...(missing ? { fix: 'check the path; it is taken from the current directory' } : {}),
    origin: { file },
    cause,
  });
}
