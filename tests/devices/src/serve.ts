import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

const SERVED = /^\/(?:(?:packages|tests)\/\w+|node_modules\/@(?:tensorflow|jax-js)\/[\w-]+)\/dist\//;

/** A conditional export or import of a `package.json`. */
type Target = string | { readonly default: string };

/** How a bundler would resolve these names for a page. */
const IMPORTS = {
  '@incipit/core': '/packages/core/dist/index.js',
  '@incipit/core/testing': '/packages/core/dist/testing.js',
  '@incipit/plugins/tfjs': '/packages/plugins/dist/tfjs/index.js',
  '@incipit/registry': '/packages/registry/dist/index.js',
  '@incipit/registry/config': '/packages/registry/dist/config/index.js',
  '@incipit/registry/errors': '/packages/registry/dist/errors.js',
  '@incipit/registry/rules': '/packages/registry/dist/config/init-config.js',
  '@jax-js/jax': '/node_modules/@jax-js/jax/dist/index.js',
  ...(await privateImports('core')),
  ...(await privateImports('registry')),
};

/** The names that a package resolves for itself, as they are outside Node. */
async function privateImports(name: string): Promise<Readonly<Record<string, string>>> {
  const manifest = await readFile(join(ROOT, 'packages', name, 'package.json'), 'utf8');
  const { imports } = JSON.parse(manifest) as { readonly imports: Readonly<Record<string, Target>> };
  return Object.fromEntries(
    Object.entries(imports).map(([from, target]) => {
      const file = typeof target === 'string' ? target : target.default;
      return [from, file.replace('.', `/packages/${name}`)];
    }),
  );
}

const PAGE = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><pre id="result"></pre>
<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
<script type="module" src="/tests/devices/dist/page.js"></script>`;

/** Serves the page, and compiled files of this repository, on a free port of the loopback address. */
export async function servePage(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (path === '/') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
      return;
    }
    try {
      if (!SERVED.test(path)) throw new Error('not served');
      const bytes = await readFile(join(ROOT, path));
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
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
