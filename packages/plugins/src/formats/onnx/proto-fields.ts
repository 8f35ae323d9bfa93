import type { ByteSource, ReadAllowance } from '@incipit/core';
import { malformed, truncated } from '../common/checkpoint-of.js';

/** One field of a protobuf message: a number, or where its bytes lie in the file. */
export interface ProtoField {
  readonly id: number;
  readonly kind: 'number' | 'bytes' | 'fixed32' | 'fixed64';
  /** Of a `number`. */
  readonly value: bigint;
  /** Where the value's bytes are; those of a message or text without their length. */
  readonly start: number;
  readonly end: number;
}

/** What a field takes while it is held, and in time. */
const FIELD_BYTES = 384;
const WINDOW_BYTES = 64 << 10;
/** Tag and length, ten bytes each at most. */
const HEAD_BYTES = 20;

/** Walks protobuf messages in a file without reading the data that they hold. */
export class ProtoFile {
  readonly #source: ByteSource;
  readonly #allowance: ReadAllowance;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;

  constructor(source: ByteSource, allowance: ReadAllowance) {
    this.#source = source;
    this.#allowance = allowance;
  }

  /**
   * The fields of the message in [start, end), in order.
   *
   * @throws CheckpointError `malformed` or `truncated`.
   */
  async *fields(start: number, end: number): AsyncGenerator<ProtoField, void, undefined> {
    let at = start;
    while (at < end) {
      this.#allowance.spend(this.#source, FIELD_BYTES);
      await this.#prepare(at, end);
      const field = this.#field(at, end);
      yield field;
      at = field.end;
    }
  }

  async bytes(field: Pick<ProtoField, 'start' | 'end'>): Promise<Uint8Array> {
    return this.#source.read(field.start, field.end - field.start);
  }

  /** @throws CheckpointError `malformed` when it is longer than any name may be. */
  async text(field: ProtoField): Promise<string> {
    if (field.kind !== 'bytes' || field.end - field.start > WINDOW_BYTES) {
      throw malformed(this.#source, `the text at byte ${field.start} is none`);
    }
    this.#allowance.spend(this.#source, 2 * (field.end - field.start));
    return new TextDecoder().decode(await this.bytes(field));
  }

  /** Makes sure that a field's head is in memory. */
  async #prepare(at: number, end: number): Promise<void> {
    const needed = Math.min(at + HEAD_BYTES, end);
    if (at >= this.#windowStart && needed <= this.#windowStart + this.#window.byteLength) return;
    this.#window = await this.#source.read(at, Math.min(WINDOW_BYTES, this.#source.size - at));
    this.#windowStart = at;
  }

  #field(at: number, end: number): ProtoField {
    const tag = this.#varint(at, end);
    const id = Number(tag.value >> 3n);
    if (id === 0 || tag.value >> 3n > 0x1fffffffn)
      throw malformed(this.#source, `the field at byte ${at} has no number`);
    const wire = Number(tag.value & 7n);
    const after = tag.end;
    if (wire === 0) {
      const { value, end: valueEnd } = this.#varint(after, end);
      return { id, kind: 'number', value, start: after, end: valueEnd };
    }
    if (wire === 1) return this.#inside(end, { id, kind: 'fixed64', value: 0n, start: after, end: after + 8 });
    if (wire === 5) return this.#inside(end, { id, kind: 'fixed32', value: 0n, start: after, end: after + 4 });
    if (wire !== 2) throw malformed(this.#source, `the field at byte ${at} has the unknown kind ${wire}`);
    const length = this.#varint(after, end);
    if (length.value > BigInt(end - length.end)) {
      throw truncated(
        this.#source,
        `the field at byte ${at} takes ${length.value} bytes and ${end - length.end} are left`,
      );
    }
    const start = length.end;
    return { id, kind: 'bytes', value: 0n, start, end: start + Number(length.value) };
  }

  #inside(end: number, field: ProtoField): ProtoField {
    if (field.end > end) throw truncated(this.#source, `the field at byte ${field.start} is cut`);
    return field;
  }

  #varint(start: number, end: number): { readonly value: bigint; readonly end: number } {
    let value = 0n;
    for (let k = 0; k < 10; k++) {
      const at = start + k;
      if (at >= end) throw truncated(this.#source, `the number at byte ${start} is cut`);
      const byte = this.#window[at - this.#windowStart] ?? 0;
      value |= BigInt(byte & 127) << BigInt(7 * k);
      if (byte < 128) return { value: BigInt.asUintN(64, value), end: at + 1 };
    }
    throw malformed(this.#source, `the number at byte ${start} does not end`);
  }
}
