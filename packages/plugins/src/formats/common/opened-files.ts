import { type ByteSource, openBeside, shortened } from '@incipit/core';
import { malformed } from './checkpoint-of.js';

/** Files that one manifest may name; each stays open. */
const MAX_FILES = 10_000;

/** A file and those beside it that it names; closed together. */
export class OpenedFiles {
  readonly #source: ByteSource;
  readonly #files = new Map<string, ByteSource>();

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** The source, closing which closes all. */
  get whole(): ByteSource {
    return { ...this.#source, close: () => this.#close() };
  }

  /** Bytes of all of them. */
  get stored(): number {
    return [...this.#files.values()].reduce((sum, { size }) => sum + size, this.#source.size);
  }

  /** One that is open already, or is opened now. @throws CheckpointError `malformed`; as `openBeside`. */
  async find(name: string): Promise<ByteSource> {
    return this.#files.get(name) ?? this.open(name);
  }

  /** One that must not be open: named many times, a small file would count as a large one. */
  async open(name: string): Promise<ByteSource> {
    if (this.#files.has(name)) throw malformed(this.#source, `it names the file '${shortened(name)}' twice`);
    if (this.#files.size >= MAX_FILES) throw malformed(this.#source, `it names more than ${MAX_FILES} files`);
    const file = await openBeside(this.#source, name);
    this.#files.set(name, file);
    return file;
  }

  async #close(): Promise<void> {
    for (const file of this.#files.values()) await file.close();
    await this.#source.close();
  }
}
