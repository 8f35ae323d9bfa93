import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, createServer as createViteServer, type InlineConfig, type Rollup } from 'vite';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** What Vite made of a page. */
export interface PageBuild {
  /** Gzipped bytes by kind of file: `js`, `wasm`. */
  readonly gzip: Readonly<Record<string, number>>;
  /** Names of the packages whose modules are in the bundle. */
  readonly packages: ReadonlySet<string>;
  /** Warnings of the build. */
  readonly warnings: readonly string[];
}

function packageOfModule(id: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1];
}

function measure(output: readonly (Rollup.OutputChunk | Rollup.OutputAsset)[]): Pick<PageBuild, 'gzip' | 'packages'> {
  const gzip: Record<string, number> = {};
  const packages = new Set<string>();
  for (const file of output) {
    const kind = extname(file.fileName).slice(1);
    const content = file.type === 'chunk' ? file.code : file.source;
    gzip[kind] = (gzip[kind] ?? 0) + gzipSync(content).byteLength;
    for (const id of file.type === 'chunk' ? file.moduleIds : []) {
      const name = packageOfModule(id);
      if (name !== undefined) packages.add(name);
    }
  }
  return { gzip, packages };
}

/** What of Vite's defaults a build changes. */
export interface BuildOptions {
  readonly outDir: string;
  /** Modules that stay out of the bundle. */
  readonly external?: readonly string[];
}

/** Builds the page in `folder`. */
export async function buildPage(folder: string, { outDir, external = [] }: BuildOptions): Promise<PageBuild> {
  const warnings: string[] = [];
  const config: InlineConfig = {
    root: folder,
    configFile: false,
    logLevel: 'silent',
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      rollupOptions: {
        external: [...external],
        onwarn: (warning) => warnings.push(warning.message),
      },
    },
  };
  const result = await build(config);
  const outputs = (Array.isArray(result) ? result : [result]) as readonly Rollup.RollupOutput[];
  return { ...measure(outputs.flatMap(({ output }) => output)), warnings };
}

async function sendFile(folder: string, url: string, response: ServerResponse): Promise<void> {
  const path = normalize(new URL(url, 'http://localhost').pathname).replace(/\/$/, '/index.html');
  const file = join(folder, path);
  const found = await stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (!found) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
  createReadStream(file).pipe(response);
}

/** A page served on this machine only. */
export interface ServedPage {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a folder on a free port of the loopback address. */
export async function servePage(folder: string): Promise<ServedPage> {
  const server = createServer((request, response) => {
    void sendFile(folder, request.url ?? '/', response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}/`, close };
}

/** Serves the page as Vite does while one works on it: modules one by one, dependencies optimised. */
export async function developPage(folder: string): Promise<ServedPage> {
  const server = await createViteServer({
    root: folder,
    configFile: false,
    logLevel: 'silent',
    server: { host: '127.0.0.1', port: 0, hmr: false, ws: false },
  });
  await server.listen();
  const [url] = server.resolvedUrls?.local ?? [];
  if (url === undefined) throw new Error('Vite serves no local address');
  return { url, close: () => server.close() };
}
