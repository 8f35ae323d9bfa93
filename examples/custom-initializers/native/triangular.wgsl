// The twin of triangular.cc: the same words, the same one rounding.

struct Call {
  count: u32,
  key0: u32,
  key1: u32,
  offset_low: u32,
  offset_high: u32,
  reach: f32,
}

@group(0) @binding(0) var<storage, read_write> values: array<f32>;
@group(0) @binding(1) var<uniform> call: Call;

const PARITY: u32 = 0x1bd11bdau;
const DISTANCES = array<u32, 8>(13u, 15u, 26u, 6u, 17u, 29u, 16u, 24u);

// Threefry-2x32 with 13 rounds.
fn encipher(counter: vec2<u32>) -> vec2<u32> {
  var distances = DISTANCES;
  var schedule = array<u32, 3>(call.key0, call.key1, call.key0 ^ call.key1 ^ PARITY);
  var x = counter + vec2<u32>(call.key0, call.key1);
  for (var round = 0u; round < 13u; round++) {
    x.x += x.y;
    let distance = distances[round % 8u];
    x.y = ((x.y << distance) | (x.y >> (32u - distance))) ^ x.x;
    if (round % 4u == 3u) {
      let injection = round / 4u + 1u;
      x.x += schedule[injection % 3u];
      x.y += schedule[(injection + 1u) % 3u] + injection;
    }
  }
  return x;
}

@compute @workgroup_size(64)
fn fill(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.x;
  if (i >= call.count) {
    return;
  }
  let low = call.offset_low + i;
  let high = call.offset_high + select(0u, 1u, low < i);
  let words = encipher(vec2<u32>(low, high));
  let difference = i32(words.x >> 8u) - i32(words.y >> 8u);
  values[i] = f32(difference) * (call.reach * 0x1p-24f);
}
