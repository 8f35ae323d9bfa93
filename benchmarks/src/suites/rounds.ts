/** Something that takes part in every round. */
export interface Part<Key> {
  readonly key: Key;
  /** A number, or why there is none; a part that once gave none is not asked again. */
  run(): Promise<number | { readonly absent: string }>;
}

/** Of each part its numbers, one a round. */
export interface Rounds<Key extends string> {
  readonly samples: Partial<Record<Key, readonly number[]>>;
  readonly absent: Partial<Record<Key, string>>;
}

/**
 * Runs all parts in rounds, in turn, so that a neighbour's load or a warming processor falls on all alike, and so that
 * values of one round can be compared. Each round begins with another part: nobody always follows the same neighbour.
 *
 * @param warmUps rounds before those that count.
 */
export async function inRounds<Key extends string>(
  parts: readonly Part<Key>[],
  { rounds, warmUps }: { readonly rounds: number; readonly warmUps: number },
): Promise<Rounds<Key>> {
  const samples: Partial<Record<Key, number[]>> = {};
  const absent: Partial<Record<Key, string>> = {};
  for (let round = -warmUps; round < rounds; round++) {
    for (const { key, run } of turned(parts, round + warmUps)) {
      if (absent[key] !== undefined) continue;
      const value = await run();
      if (typeof value !== 'number') {
        absent[key] = value.absent;
        delete samples[key];
      } else if (round >= 0) {
        samples[key] = [...(samples[key] ?? []), value];
      }
    }
  }
  return { samples, absent };
}

function turned<T>(list: readonly T[], by: number): readonly T[] {
  const start = by % Math.max(1, list.length);
  return [...list.slice(start), ...list.slice(0, start)];
}
