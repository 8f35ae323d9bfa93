// The script of page/index.html: shows the milliseconds from navigation to the first weight.
import { makeFirstWeight } from './make-first-weight.js';

interface Page {
  readonly document: { querySelector(selector: string): { textContent: string } | null };
}

await makeFirstWeight();
const { document } = globalThis as unknown as Page;
const result = document.querySelector('#result');
if (result !== null) result.textContent = String(performance.now());
