/** Floats of 8 bits, by the names that torch, ONNX and safetensors share. `fn`: without infinities; `uz`: one zero. */
export type Float8 = 'float8_e4m3fn' | 'float8_e5m2' | 'float8_e4m3fnuz' | 'float8_e5m2fnuz' | 'float8_e8m0fnu';

interface Form {
  readonly mantissa: number;
  readonly bias: number;
  /** What is not a finite number. */
  special(magnitude: number, sign: number): number | undefined;
}

// OCP OFP8 (2023) for the first two; arXiv 2206.02915 for those with one zero.
const FORMS: Readonly<Record<Exclude<Float8, 'float8_e8m0fnu'>, Form>> = {
  float8_e4m3fn: { mantissa: 3, bias: 7, special: (magnitude) => (magnitude === 0x7f ? Number.NaN : undefined) },
  float8_e5m2: {
    mantissa: 2,
    bias: 15,
    special: (magnitude, sign) =>
      magnitude < 0x7c ? undefined : magnitude === 0x7c ? sign * Number.POSITIVE_INFINITY : Number.NaN,
  },
  float8_e4m3fnuz: { mantissa: 3, bias: 8, special: oneZero },
  float8_e5m2fnuz: { mantissa: 2, bias: 16, special: oneZero },
};

/** What would be -0 is NaN. */
function oneZero(magnitude: number, sign: number): number | undefined {
  return magnitude === 0 && sign < 0 ? Number.NaN : undefined;
}

export function isFloat8(name: string): name is Float8 {
  return name === 'float8_e8m0fnu' || Object.hasOwn(FORMS, name);
}

function float8Value(kind: Float8, byte: number): number {
  // Powers of two, as scales of blocks are given.
  if (kind === 'float8_e8m0fnu') return byte === 255 ? Number.NaN : 2 ** (byte - 127);
  const { mantissa, bias, special } = FORMS[kind];
  const sign = byte & 0x80 ? -1 : 1;
  const magnitude = byte & 0x7f;
  const other = special(magnitude, sign);
  if (other !== undefined) return other;
  const exponent = magnitude >> mantissa;
  const fraction = magnitude & ((1 << mantissa) - 1);
  const one = 1 << mantissa;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - mantissa);
  return sign * (one + fraction) * 2 ** (exponent - bias - mantissa);
}

/** The bytes as float32, which holds every one of them exactly. */
export function widenFloat8(bytes: Uint8Array, kind: Float8): Uint8Array {
  const table = Float32Array.from({ length: 256 }, (_, byte) => float8Value(kind, byte));
  const out = new Float32Array(bytes.byteLength);
  for (let k = 0; k < out.length; k += 1) out[k] = table[bytes[k] ?? 0] ?? 0;
  return new Uint8Array(out.buffer);
}
