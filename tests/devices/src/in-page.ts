import { chromium } from 'playwright-core';
import type { PageReport } from './page.js';
import { servePage } from './serve.js';

/** Headless, without a network of its own, and with WebGPU in software. */
const FLAGS = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface PageTask {
  /** `cpu`, `webgpu`. */
  readonly devices: readonly string[];
  readonly draws: number;
  readonly cut: number;
  /** Also initialise models of tfjs. */
  readonly tfjs?: boolean;
  /** Also run the cases of adapters. */
  readonly adapters?: boolean;
  /** Of the browser. */
  readonly path: string;
  readonly timeLimit: number;
}

/** What the devices of a page in headless Chromium give, and what the page complained of. */
export async function runInPage(task: PageTask): Promise<PageReport & { readonly complaints: readonly string[] }> {
  const query = new URLSearchParams({ draws: String(task.draws), cut: String(task.cut) });
  for (const device of task.devices) query.append('device', device);
  if (task.tfjs === true) query.append('tfjs', '');
  if (task.adapters === true) query.append('adapters', '');
  const server = await servePage();
  const browser = await chromium.launch({ executablePath: task.path, headless: true, args: FLAGS });
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() !== 'log') complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
    await page.goto(`${server.url}?${query}`);
    const done = "document.querySelector('#result').textContent !== ''";
    await page.waitForFunction(done, undefined, { timeout: task.timeLimit }).catch((error: unknown) => {
      throw new Error(`the page showed nothing; it complained of: ${complaints.join('; ')}`, { cause: error });
    });
    const report = JSON.parse((await page.textContent('#result')) ?? '') as PageReport;
    if (report.error !== undefined) throw new Error(`${report.error} ${complaints.join('; ')}`);
    return { ...report, complaints };
  } finally {
    await browser.close();
    await server.close();
  }
}
