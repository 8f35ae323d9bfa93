import { joinPath } from './file-path.js';
import type { ConfigHost } from './host.js';

/**
 * A host whose files are texts in memory: for browsers, which bundle or fetch them, and for tests. Its current folder
 * is the root.
 *
 * @param files texts by path, `configs/a.yaml`.
 * @example await Config.fromFile('a.yaml', { host: memoryConfigHost({ 'a.yaml': 'b: 1' }) })
 */
export function memoryConfigHost(
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): ConfigHost {
  const absolute = (path: string): string => joinPath('/', path.startsWith('/') ? `.${path}` : path);
  const texts = new Map(Object.entries(files).map(([path, text]) => [absolute(path), text]));
  const find = (path: string): string => {
    const text = texts.get(path);
    if (text === undefined) throw Object.assign(new Error(`there is no '${path}'`), { code: 'ENOENT' });
    return text;
  };
  return {
    absolute,
    realpath: async (path) => {
      find(path);
      return path;
    },
    readText: async (path, maxLength) => {
      const text = find(path);
      if (text.length > maxLength) throw new RangeError(`it has ${text.length} characters, no config has so many`);
      return text;
    },
    environment: (name) => (Object.hasOwn(environment, name) ? environment[name] : undefined),
  };
}
