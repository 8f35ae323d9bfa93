/** Two 32-bit words: low word first. */
export type Words = readonly [number, number];

/** Parity constant of Threefry with 32-bit words (Salmon et al., "Parallel random numbers", SC 2011). */
export const PARITY = 0x1bd11bda;

/** Rotations of the eight rounds that repeat; a key is injected after each fourth round. */
export const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** Rounds of the random streams. */
export const STREAM_ROUNDS = 13;

/** Rounds of the key derivation. */
export const KEY_ROUNDS = 20;

/**
 * Threefry-2x32: enciphers a 64-bit counter under a 64-bit key.
 *
 * @param rounds the authors' default is 20; a random stream takes 13.
 * @returns two unsigned 32-bit words.
 */
export function threefry(key: Words, counter: Words, rounds: number): [number, number] {
  const schedule = [key[0], key[1], key[0] ^ key[1] ^ PARITY] as const;
  let x0 = (counter[0] + schedule[0]) | 0;
  let x1 = (counter[1] + schedule[1]) | 0;
  for (let round = 0; round < rounds; round += 1) {
    const distance = ROTATIONS[round & 7] ?? 0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << distance) | (x1 >>> (32 - distance))) ^ x0;
    if ((round & 3) !== 3) continue;
    const injection = (round + 1) >> 2;
    x0 = (x0 + (schedule[injection % 3] ?? 0)) | 0;
    x1 = (x1 + (schedule[(injection + 1) % 3] ?? 0) + injection) | 0;
  }
  return [x0 >>> 0, x1 >>> 0];
}
