import { checkpointHost } from '#checkpoint-host';
import { checkpointPart } from './checkpoint-part.js';
import type { ByteSource, CheckpointFormat, CheckpointOpener, OpenContext } from './format.js';
import { openCheckpointSource } from './open-checkpoint.js';
import { pinnedLocation } from './pinned-location.js';
import type { ReadLimits } from './read-allowance.js';
import { download } from './remote/download.js';
import type { DownloadStore } from './remote/download-store.js';
import { type FetchOptions, fetchPolicy } from './remote/fetch-options.js';
import { HttpClient } from './remote/http-client.js';
import { probe } from './remote/range-source.js';
import type { RemoteFile } from './remote/remote-file.js';
import { huggingFace, resolveScheme, type Schemes } from './schemes.js';

/** What a config's checkpoint names mean, and how they are fetched. */
export interface OpenCheckpointsOptions extends FetchOptions {
  /** Where relative paths start, in Node. Default: the working directory. */
  readonly folder?: string;
  /** Names like `torchvision://resnet50`, by scheme. Nothing is bundled but `hf`, which computes addresses. */
  readonly schemes?: Schemes;
  /** Folder where downloads are kept, in Node. Default: `INCIPIT_CACHE`, or a folder where the platform keeps caches. */
  readonly cache?: string;
  /** Formats beside safetensors, for instance `FORMATS` of `@incipit/plugins/formats`. */
  readonly formats?: readonly CheckpointFormat[];
  /** What a file may cost, whatever it says of itself. */
  readonly limits?: ReadLimits;
}

/**
 * Opens checkpoints wherever a config names them: paths (in Node), `http(s)` addresses, and names of schemes. Over HTTP
 * only the bytes that are needed are read where the server takes ranges; else the file is downloaded and kept.
 *
 * A location may end in `#sha256=` and 64 hexadecimal digits: the file is then read only if it has that digest.
 *
 * @throws CheckpointError, when a checkpoint is opened or read.
 * @example
 * await initialize(model, { type: 'Pretrained', checkpoint: 'torchvision://resnet50' }, {
 *   checkpoints: openCheckpoints({ schemes: { torchvision: { resnet50: 'https://example.org/resnet50.safetensors' } } }),
 * });
 */
export function openCheckpoints(options: OpenCheckpointsOptions = {}): CheckpointOpener {
  const { formats = [], limits = {} } = options;
  const schemes: Schemes = { hf: huggingFace(), ...options.schemes };
  return async (source, context = {}) => {
    const pinned = pinnedLocation(source);
    const resolved = await resolveScheme(pinned.location, schemes);
    const target = pinnedLocation(resolved.location);
    const { location } = target;
    const sha256 = pinned.sha256 ?? target.sha256;
    const url = checkpointHost.addressOf(location);
    const bytes =
      url === undefined
        ? await checkpointHost.openPath({ path: location, source: pinned.location, sha256 }, options.folder)
        : await openRemote({ source, url, sha256 }, options, context);
    // Not by what the config calls it: a name of a scheme, a query or a digest would hide the ending.
    const fileName = url === undefined ? location : new URL(url).pathname;
    return checkpointPart(await openCheckpointSource(bytes, formats, fileName, limits), resolved.prefix);
  };
}

async function openRemote(
  file: RemoteFile,
  options: OpenCheckpointsOptions,
  context: OpenContext,
): Promise<ByteSource> {
  const store = checkpointHost.downloadStore(options.cache);
  const source = await fetchFile(file, store, { options, context });
  return {
    ...source,
    // Some formats name their one tensor by the file.
    name: /^https?:/i.test(file.source) ? file.source.replace(/[?#].*$/s, '') : pinnedLocation(file.source).location,
    // Beside what the config names, not beside where redirects led: those names mean nothing.
    beside(name) {
      const url = new URL(name, file.url).href;
      return openRemote({ source: url, url }, options, context);
    },
  };
}

async function fetchFile(
  file: RemoteFile,
  store: DownloadStore,
  { options, context }: { readonly options: OpenCheckpointsOptions; readonly context: OpenContext },
): Promise<ByteSource> {
  const policy = fetchPolicy(options, store.maxBytes);
  const kept = await store.find(file);
  if (kept !== undefined) {
    policy.onTransfer({ source: file.source, url: file.url, kind: 'kept', received: kept.size, total: kept.size });
    return kept;
  }
  const { signal } = context;
  const tools = { client: new HttpClient(policy, signal), store, policy, signal };
  if (options.download === 'always' || file.sha256 !== undefined) return download(file, tools);
  const probed = await probe(file, tools);
  return probed.kind === 'ranges' ? probed.source : download(file, tools, probed.answer);
}

/** What a config's checkpoint names mean where nobody said otherwise. */
export const defaultCheckpoints: CheckpointOpener = openCheckpoints();
