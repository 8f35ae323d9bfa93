import { chromium } from 'playwright-core';

/** The browser that `npm test` found, or why there is none. */
export const BROWSER: { readonly path: string } | { readonly reason: string } = findBrowser();

/** Switches for a headless page that reaches no network of its own. */
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const TIME_LIMIT_MS = 60_000;

function findBrowser(): { readonly path: string } | { readonly reason: string } {
  const path = process.env['INCIPIT_CHROMIUM'] ?? '';
  if (path !== '') return { path };
  return { reason: process.env['INCIPIT_CHROMIUM_REASON'] ?? 'no Chromium was looked for: run npm test at the root' };
}

/** What a page showed and what it complained of. */
export interface PageResult {
  /** Text of `#result`, once there is some. */
  readonly text: string;
  /** Errors and warnings of the console, failed requests. */
  readonly complaints: readonly string[];
}

/** Opens a page in headless Chromium and waits until `#result` has text. */
export async function openPage(url: string): Promise<PageResult> {
  if (!('path' in BROWSER)) throw new Error(BROWSER.reason);
  const browser = await chromium.launch({ executablePath: BROWSER.path, headless: true, args: FLAGS });
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() !== 'log') complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
    page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
    await page.goto(url);
    const shown = page.waitForFunction("document.querySelector('#result').textContent !== ''", undefined, {
      timeout: TIME_LIMIT_MS,
    });
    await shown.catch((error: unknown) => {
      throw new Error(`the page showed nothing; it complained of: ${complaints.join('; ')}`, { cause: error });
    });
    return { text: (await page.textContent('#result')) ?? '', complaints };
  } finally {
    await browser.close();
  }
}
