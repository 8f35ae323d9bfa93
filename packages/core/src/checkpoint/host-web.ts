import { CheckpointError } from '../errors.js';
import type { CheckpointHost } from './host.js';
import { memoryStore } from './remote/memory-store.js';

/** Every location is an address, relative to the page. */
export const checkpointHost: CheckpointHost = {
  addressOf(location) {
    const { location: page } = globalThis as { readonly location?: { readonly href: string } };
    return URL.canParse(location, page?.href) ? new URL(location, page?.href).href : undefined;
  },
  async openPath({ source }) {
    throw new CheckpointError({
      code: 'bad-location',
      what: `checkpoint '${source}' is no address, and there are no files here`,
      expected: 'an http or https address, or one relative to the page',
    });
  },
  downloadStore: () => memoryStore,
};
