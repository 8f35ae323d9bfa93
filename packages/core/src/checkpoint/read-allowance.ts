import { CheckpointError } from '../errors.js';

/** What reading a checkpoint may cost, whatever its file says. */
export interface ReadLimits {
  /**
   * Memory, in bytes, for what lists the tensors: a header, an index, a pickle. The objects that are made of it count, by
   * a rough and generous reckoning. Default 256 MiB, which is enough for some 100 000 tensors.
   */
  readonly headerBytes?: number;
  /**
   * Bytes that all tensors together may take beyond 16 times those of the file: what compression, axes that are expanded
   * and memory that is shared can promise without end. Default 128 MiB.
   */
  readonly expandedBytes?: number;
}

const DEFAULTS: Required<ReadLimits> = { headerBytes: 256 << 20, expandedBytes: 128 << 20 };
/** What quantisation and a weight under a few names reach in honest files. */
const HONEST_GROWTH = 16;
/** A value of parsed JSON with its place in the object around it. */
const JSON_VALUE_BYTES = 80;
const [COMMA, BRACKET, BRACE] = [0x2c, 0x5b, 0x7b];

/** A source, as messages name it. */
interface Named {
  readonly name: string;
}

/** What is left of the limits while one checkpoint, with all its files, is opened. */
export class ReadAllowance {
  readonly #limits: Required<ReadLimits>;
  #header: number;

  /** @throws CheckpointError `bad-limit`. */
  constructor(limits: ReadLimits = {}) {
    const { headerBytes = DEFAULTS.headerBytes, expandedBytes = DEFAULTS.expandedBytes } = limits;
    for (const [name, value] of Object.entries({ headerBytes, expandedBytes })) {
      if (value >= 0) continue;
      throw new CheckpointError({ code: 'bad-limit', what: `${name} is ${value}`, expected: 'a number of bytes' });
    }
    this.#limits = { headerBytes, expandedBytes };
    this.#header = headerBytes;
  }

  /**
   * Counts memory for what lists the tensors, before it is taken.
   *
   * @throws CheckpointError `too-large`.
   */
  spend(source: Named, bytes: number): void {
    this.#header -= bytes;
    this.foresee(source, 0);
  }

  /** Refuses early what would be spent later. @throws CheckpointError `too-large`. */
  foresee(source: Named, bytes: number): void {
    if (this.#header >= bytes) return;
    throw new CheckpointError({
      code: 'too-large',
      what: `to list the tensors of '${source.name}' takes more memory than is allowed`,
      expected: `at most ${this.#limits.headerBytes} bytes`,
      fix: 'raise limits.headerBytes of openCheckpoints if you trust the file',
    });
  }

  /**
   * Counts what JSON takes when it is parsed.
   *
   * @returns how many values it has at most.
   * @throws CheckpointError `too-large`.
   */
  spendJson(source: Named, text: Uint8Array): number {
    let values = 0;
    // Every value follows one of these; those inside texts are few in honest files.
    for (const byte of text) if (byte === COMMA || byte === BRACKET || byte === BRACE) values += 1;
    this.spend(source, 2 * text.byteLength + JSON_VALUE_BYTES * values);
    return values;
  }

  /**
   * Compares what all tensors take with the files that hold them.
   *
   * @throws CheckpointError `too-large`.
   */
  checkExpansion(source: Named, stored: number, tensors: number): void {
    const most = HONEST_GROWTH * stored + this.#limits.expandedBytes;
    if (tensors <= most) return;
    throw new CheckpointError({
      code: 'too-large',
      what: `the tensors of '${source.name}' take ${tensors} bytes, and its files ${stored}`,
      expected: `at most ${most} bytes`,
      fix: 'raise limits.expandedBytes of openCheckpoints if you trust the file',
    });
  }
}
