import { ConfigError } from '../errors.js';
import { parseJson } from './json.js';
import { MAX_TEXT_LENGTH } from './limits.js';
import { type LoadedConfig, locatedConfig } from './loaded-config.js';
import { parseError } from './parse-error.js';

/** Languages in which configs are written. */
export type ConfigFormat = 'json' | 'yaml';

export interface LoadConfigOptions {
  /** Name that errors show; its ending tells the format. */
  readonly file?: string;
  /** Language of the text, whatever the file is called. */
  readonly format?: ConfigFormat;
}

const FORMATS: ReadonlyMap<string, ConfigFormat> = new Map([
  ['json', 'json'],
  ['yaml', 'yaml'],
  ['yml', 'yaml'],
]);

/**
 * Reads a config text into plain data that knows where each part was written. Nothing in the text is executed.
 *
 * The YAML parser is loaded when the first YAML text comes, so that a bundle which reads none can leave it out.
 *
 * @throws ConfigError `parse-error` with file and line, `unknown-format`.
 * @example const loaded = await loadConfig('init_cfg: {type: Kaiming, layer: Conv2d}', { file: 'init.yaml' });
 */
export async function loadConfig(text: string, options: LoadConfigOptions = {}): Promise<LoadedConfig> {
  const { file } = options;
  const format = options.format ?? formatOf(file);
  if (text.length > MAX_TEXT_LENGTH) {
    const what = `The config has ${text.length} characters`;
    throw parseError(file, { what, line: 1, expected: `at most ${MAX_TEXT_LENGTH} characters` });
  }
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  // Read strictly, a text holds JSON's values alone.
  if (format === 'json') return locatedConfig(parseJson(plain, file), file) as LoadedConfig;
  const { parseYaml } = await import('./yaml.js');
  return locatedConfig(parseYaml(plain, file), file) as LoadedConfig;
}

function formatOf(file: string | undefined): ConfigFormat {
  const ending = file === undefined ? '' : file.slice(file.lastIndexOf('.') + 1).toLowerCase();
  const format = FORMATS.get(ending);
  if (format !== undefined) return format;
  throw new ConfigError({
    code: 'unknown-format',
    what: file === undefined ? 'The config has no file name to tell its format' : `Cannot tell the format of '${file}'`,
    expected: `a name that ends in ${[...FORMATS.keys()].map((name) => `.${name}`).join(', ')}`,
    fix: "rename the file, or pass { format: 'yaml' }",
    ...(file === undefined ? {} : { origin: { file } }),
  });
}
