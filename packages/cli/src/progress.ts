import type { ProgressEvent } from '@incipit/core';
import { formatCount } from './format.js';
import type { Terminal } from './terminal.js';

/** Milliseconds between redraws: faster cannot be read, and each one costs a write. */
const REDRAW = 50;
const BAR = 24;

/** A bar that redraws itself; silent where the terminal cannot, so that logs hold no control characters. */
export interface ProgressBar {
  update(event: ProgressEvent): void;
  /** Wipes the bar; idempotent. */
  clear(): void;
}

export function progressBar(terminal: Terminal, quiet: boolean): ProgressBar {
  if (quiet || !terminal.live) return { update() {}, clear() {} };
  let drawn = Number.NEGATIVE_INFINITY;
  let visible = false;
  return {
    update(event) {
      const now = performance.now();
      if (now - drawn < REDRAW && event.done < event.total) return;
      drawn = now;
      visible = true;
      terminal.err(`\r\x1b[K${progressLine(event, terminal.columns - 1)}`);
    },
    clear() {
      if (visible) terminal.err('\r\x1b[K');
      visible = false;
    },
  };
}

/** `██████░░░░░░  52%  13.3 M of 25.6 M  conv4_block1_1_conv.kernel`, cut to the width. */
export function progressLine(event: ProgressEvent, width: number): string {
  const share =
    event.elementsTotal === 0 ? event.done / Math.max(1, event.total) : event.elementsDone / event.elementsTotal;
  const filled = Math.round(share * BAR);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const text = `${bar} ${percent}  ${formatCount(event.elementsDone)} of ${formatCount(event.elementsTotal)}  ${event.path}`;
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
