import { PARITY, ROTATIONS, STREAM_ROUNDS } from '../../rng/threefry.js';

/** One round, and after each fourth the injection of the key, as `rng/threefry.ts` has them. */
function round(index: number): string {
  const distance = ROTATIONS[index % ROTATIONS.length] ?? 0;
  const mixed = `x.x += x.y; x.y = ((x.y << ${distance}u) | (x.y >> ${32 - distance}u)) ^ x.x;`;
  if (index % 4 !== 3) return mixed;
  const injection = (index + 1) / 4;
  return `${mixed}
  x += vec2(k${injection % 3}, k${(injection + 1) % 3} + ${injection}u);`;
}

/** The two words of a block, whose counter has a low and a high word. */
export const THREEFRY: string = /* @__PURE__ */ (() => `
fn threefry(key: vec2<u32>, counter: vec2<u32>) -> vec2<u32> {
  let k0 = key.x;
  let k1 = key.y;
  let k2 = k0 ^ k1 ^ ${PARITY}u;
  var x = counter + key;
  ${Array.from({ length: STREAM_ROUNDS }, (_, index) => round(index)).join('\n  ')}
  return x;
}
`)();
