import { ConfigError } from '../errors.js';
import type { ConfigHost, NodeHostOptions } from './host.js';

/** Stands in for `node-host.ts` in a browser's bundle. */
export function nodeHost(_options?: NodeHostOptions): ConfigHost {
  throw new ConfigError({
    code: 'no-files',
    what: 'There are no files here',
    fix: 'pass a host that fetches them, or fetch the text and give it to loadConfig',
  });
}
