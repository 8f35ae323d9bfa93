/** Which bytes of a file an answer holds. */
export interface ContentRange {
  readonly first: number;
  readonly last: number;
  /** Bytes of the whole file; undefined where the server does not tell. */
  readonly total: number | undefined;
}

export function contentRange(headers: Headers): ContentRange | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
  if (match === null) return undefined;
  const total = match[3] === '*' ? undefined : Number(match[3]);
  const range = { first: Number(match[1]), last: Number(match[2]), total };
  const sane = range.first <= range.last && range.last < (total ?? Number.MAX_SAFE_INTEGER);
  return sane ? range : undefined;
}

/** Bytes of the body; undefined where it is packed or the server does not tell. */
export function contentLength(headers: Headers): number | undefined {
  const text = headers.get('content-length') ?? '';
  return isPlain(headers) && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Whether the body's bytes are the file's. */
export function isPlain(headers: Headers): boolean {
  return /^(identity)?$/i.test(headers.get('content-encoding') ?? '');
}

/**
 * What tells one version of the file from another, to the byte: a strong ETag, or the date of the last change. A weak
 * ETag promises less.
 */
export function validatorOf(headers: Headers): string | undefined {
  const etag = headers.get('etag');
  if (etag !== null && !etag.startsWith('W/')) return etag;
  return headers.get('last-modified') ?? undefined;
}
