import type { ConfigHost, NodeHostOptions } from './host.js';

/**
 * Files, environment and modules of Node and its kin.
 *
 * @throws ConfigError `no-files` in a browser.
 */
export async function nodeConfigHost(options: NodeHostOptions = {}): Promise<ConfigHost> {
  // Only here, so that the rest of the room loads without them.
  const { nodeHost } = await import('#node-host');
  return nodeHost(options);
}
