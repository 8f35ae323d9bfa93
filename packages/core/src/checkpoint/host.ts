import type { ByteSource } from './format.js';
import type { DownloadStore } from './remote/download-store.js';

/** A path, and what is known of its file. */
export interface NamedPath {
  readonly path: string;
  /** Checkpoint as the config names it. */
  readonly source: string;
  readonly sha256: string | undefined;
}

/** What checkpoints need of the platform: Node has files, a browser has none. */
export interface CheckpointHost {
  /** The address that a location means; undefined where it means a file. */
  addressOf(location: string): string | undefined;
  /** @param folder where relative paths start. @throws CheckpointError */
  openPath(named: NamedPath, folder: string | undefined): Promise<ByteSource>;
  /** @param folder where downloads are kept, when the user says so. */
  downloadStore(folder: string | undefined): DownloadStore;
}
