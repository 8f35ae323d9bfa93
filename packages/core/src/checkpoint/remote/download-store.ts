import type { ByteSource } from '../format.js';
import type { RemoteFile } from './remote-file.js';

/** Where downloads are kept: a folder in Node, memory elsewhere. */
export interface DownloadStore {
  /** Most bytes of a download, where the user says nothing else. */
  readonly maxBytes: number;
  /** For messages: the folder, or `memory`. */
  readonly place: string;
  /** An earlier download of the file, whole. */
  find(file: RemoteFile): Promise<ByteSource | undefined>;
  /** Begins a download, or takes up one that broke off. @throws CheckpointError `unwritable`. */
  begin(file: RemoteFile): Promise<PendingDownload>;
}

/** A download that goes on. It ends with one of `finish`, `pause` and `discard`. */
export interface PendingDownload {
  /** Bytes that are there. */
  readonly received: number;
  /** Of the version that they are of; undefined when nothing tells versions apart. */
  readonly validator: string | undefined;
  /** Drops what is there, to begin with another version. */
  restart(validator: string | undefined): Promise<void>;
  append(chunk: Uint8Array): Promise<void>;
  /**
   * Checks the digest and keeps the file under it.
   *
   * @throws CheckpointError `digest-mismatch`, and nothing is kept.
   */
  finish(): Promise<ByteSource>;
  /** Keeps what is there, so that a later try goes on from it. */
  pause(): Promise<void>;
  /** Keeps nothing. */
  discard(): Promise<void>;
}
