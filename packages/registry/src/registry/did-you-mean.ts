/** Longer names are not compared: the work grows with the product of the lengths. */
const LONGEST_NAME = 128;

/** Names that one name contains the other of need at least so many characters in common. */
const SHORTEST_PART = 4;

/**
 * Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours each cost 1, and no
 * part is edited twice.
 *
 * @example alignmentDistance('Kaimign', 'Kaiming') // 1
 */
export function alignmentDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let best = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + cost);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, at(beforeLast, column - 2) + 1);
      }
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}

/**
 * The names that someone can have meant, nearest first: letter case is ignored, about one edit in three letters is
 * forgiven, and a name inside the other (`KaimingInit` for `Kaiming`) counts as near.
 *
 * @example nearestNames('Kiaming', ['Kaiming', 'Xavier']) // ['Kaiming']
 */
export function nearestNames(name: string, known: Iterable<string>, limit = 3): string[] {
  if (name.length > LONGEST_NAME) return [];
  const wanted = name.toLowerCase();
  const allowed = Math.max(1, Math.floor(name.length / 3));
  const found: { readonly candidate: string; readonly distance: number }[] = [];
  for (const candidate of new Set(known)) {
    if (candidate.length > LONGEST_NAME) continue;
    const other = candidate.toLowerCase();
    const distance =
      Math.abs(other.length - wanted.length) > allowed ? Number.POSITIVE_INFINITY : alignmentDistance(wanted, other);
    if (distance <= allowed) found.push({ candidate, distance });
    else if (contains(wanted, other)) found.push({ candidate, distance: allowed + 1 });
  }
  found.sort((x, y) => x.distance - y.distance || (x.candidate < y.candidate ? -1 : 1));
  return found.slice(0, limit).map(({ candidate }) => candidate);
}

function contains(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= SHORTEST_PART && long.includes(short);
}

/** `; did you mean 'Kaiming' or 'Xavier'?` to end a sentence with; nothing when there is nothing to ask. */
export function asQuestion(names: readonly string[]): string {
  return names.length === 0 ? '' : `; did you mean ${names.map((name) => `'${name}'`).join(' or ')}?`;
}
