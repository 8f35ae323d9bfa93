/** What protobuf messages are made of: a number's or a text's field, or the start of one whose content follows. */

export function numberField(id: number, value: number): Uint8Array {
  return joined([varint(id * 8), varint(value)]);
}

export function textField(id: number, value: string): Uint8Array {
  return bytesField(id, new TextEncoder().encode(value));
}

export function bytesField(id: number, content: Uint8Array): Uint8Array {
  return joined([fieldStart(id, content.byteLength), content]);
}

export function messageField(id: number, fields: readonly Uint8Array[]): Uint8Array {
  return bytesField(id, joined(fields));
}

/** What stands before a content of so many bytes. */
export function fieldStart(id: number, bytes: number): Uint8Array {
  return joined([varint(id * 8 + 2), varint(bytes)]);
}

/** A number of 0 or more, which may take more than 32 bits. */
function varint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) + 128);
  return Uint8Array.from([...out, rest]);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.byteLength;
  }
  return out;
}
