/** Terminal styles; plain text where colours are unwanted or cannot be shown. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  accent(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

const plain = (text: string): string => text;

export const PLAIN: Style = { bold: plain, dim: plain, accent: plain, good: plain, bad: plain };

/** Honours NO_COLOR and FORCE_COLOR, as most programs do. */
export function styleFor(stream: { readonly isTTY?: boolean }): Style {
  const forced = process.env['FORCE_COLOR'];
  const wanted = forced === undefined ? stream.isTTY === true && !process.env['NO_COLOR'] : forced !== '0';
  if (!wanted) return PLAIN;
  const wrap =
    (open: number, close: number) =>
    (text: string): string =>
      `\x1b[${open}m${text}\x1b[${close}m`;
  return { bold: wrap(1, 22), dim: wrap(2, 22), accent: wrap(36, 39), good: wrap(32, 39), bad: wrap(31, 39) };
}
