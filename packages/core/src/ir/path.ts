/** `encoder` and `0` are `encoder.0`; the root is `''`. `segment` is written as it is in the model, dots unescaped. */
export function joinPath(parent: string, segment: string): string {
  const escaped = /[\\.]/.test(segment) ? segment.replaceAll('\\', '\\\\').replaceAll('.', '\\.') : segment;
  return parent === '' ? escaped : `${parent}.${escaped}`;
}

/** Segments of a path, unescaped. */
export function splitPath(path: string): readonly string[] {
  if (path === '') return [];
  const segments: string[] = [''];
  for (let index = 0; index < path.length; index += 1) {
    const character = path[index];
    if (character === '.') segments.push('');
    else {
      if (character === '\\') index += 1;
      segments[segments.length - 1] += path[index] ?? '';
    }
  }
  return segments;
}

/** The path below `base`, or undefined when it is not below it. */
export function relativePath(path: string, base: string): string | undefined {
  if (base === '') return path;
  if (path === base) return '';
  return path.startsWith(`${base}.`) ? path.slice(base.length + 1) : undefined;
}

/** The last segment, unescaped; `''` for the root. */
export function lastSegment(path: string): string {
  return splitPath(path).at(-1) ?? '';
}
