import type { ProgressEvent } from '@incipit/core';
import { formatCount } from './numbers.js';
import type { Style } from './style.js';

const BAR = 32;
const REDRAW_MILLISECONDS = 40;

/** A bar on standard error that redraws in place; nothing where it cannot. */
export function progressBar(stream: NodeJS.WriteStream, style: Style): (event: ProgressEvent) => void {
  if (!stream.isTTY) return () => {};
  let drawn = Number.NEGATIVE_INFINITY;
  return (event) => {
    const last = event.done === event.total;
    const now = performance.now();
    if (now - drawn < REDRAW_MILLISECONDS && !last) return;
    drawn = now;
    const filled = Math.round((event.elementsDone / Math.max(1, event.elementsTotal)) * BAR);
    const bar = style.accent('█'.repeat(filled)) + style.dim('░'.repeat(BAR - filled));
    const counts = `${formatCount(event.elementsDone)} of ${formatCount(event.elementsTotal)}`;
    stream.write(last ? '\r\x1b[K' : `\r\x1b[K  ${bar}  ${counts}  ${style.dim(event.path)}`);
  };
}
