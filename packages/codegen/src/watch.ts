import { existsSync, watch as watchFolder } from 'node:fs';
import { join, resolve } from 'node:path';
import { type GenerateOptions, type GenerateResult, Generator } from './generate.js';

/** How a watch tells what happens. */
export interface WatchListener {
  done(result: GenerateResult, seconds: number): void;
  /** Sources that are broken for now; the watch goes on. */
  failed(error: unknown): void;
}

/** Editors write a file in several steps. */
const SETTLE_MILLISECONDS = 40;
const SOURCE = /\.[cm]?tsx?$|(^|[\\/])package\.json$/;

/**
 * Generates, and again whenever a source changes, until the signal stops it.
 *
 * @throws CodegenError `missing-tsconfig`: there is nothing to watch.
 */
export async function watch(options: GenerateOptions, listener: WatchListener, signal: AbortSignal): Promise<void> {
  const generator = new Generator(options);
  const out = resolve(options.out);
  const changed = new Set<string>();
  let wake = (): void => undefined;
  if (!existsSync(options.project)) await generator.write();
  const watcher = watchFolder(generator.folder, { recursive: true, signal }, (_, name) => {
    if (name === null || !SOURCE.test(name) || /(^|[\\/])node_modules[\\/]/.test(name)) return;
    const path = resolve(join(generator.folder, name));
    if (path.startsWith(out)) return;
    changed.add(path);
    wake();
  });
  // Stopping it by the signal is no error.
  watcher.on('error', () => undefined);
  signal.addEventListener('abort', () => wake(), { once: true });
  await regenerate(generator, listener);
  while (!signal.aborted) {
    if (changed.size === 0) {
      await new Promise<void>((resolveWait) => {
        wake = resolveWait;
      });
      await new Promise((settled) => setTimeout(settled, SETTLE_MILLISECONDS));
    }
    if (signal.aborted) break;
    const files = [...changed];
    changed.clear();
    generator.refresh(files);
    await regenerate(generator, listener);
  }
  watcher.close();
}

async function regenerate(generator: Generator, listener: WatchListener): Promise<void> {
  const start = performance.now();
  try {
    const result = await generator.write();
    listener.done(result, (performance.now() - start) / 1000);
  } catch (error) {
    listener.failed(error);
  }
}
