// Makes dist/runtime/web-runtime.js: the part of @mlc-ai/web-runtime that Incipit uses, as one ES module.
//
// The package is one CommonJS file that requires fs, path, crypto, perf_hooks and ws: a plain browser build of a user's
// page fails on it. Its UMD wrapper is taken off, so that esbuild sees plain declarations and drops what nothing here
// reaches (its Emscripten WASI, RPC server and artifact caches); what still asks for those five modules gets nothing.
import { copyFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ENTRY = createRequire(import.meta.url).resolve('@mlc-ai/web-runtime');
const PACKAGE = join(dirname(ENTRY), '..');
const SCRIPT = fileURLToPath(import.meta.url);
const FOLDER = fileURLToPath(new URL('../dist/runtime', import.meta.url));
const OUTPUT = join(FOLDER, 'web-runtime.js');
/** tsc leaves hand-written declarations where they are, but the declarations that it writes import these. */
const TYPES = fileURLToPath(new URL('../src/runtime/web-runtime.d.ts', import.meta.url));

const WRAPPER_HEAD = /^\(function \(global, factory\) \{[\s\S]*?\}\)\(this, \(function \(exports\) \{ 'use strict';\n/;
const WRAPPER_TAIL = /\n(?: {4}exports\.\w+ = \w+;\n)+\s*\}\)\);\s*(?:\/\/# sourceMappingURL=.*\s*)?$/;
const CACHE_FACTORY = / {4}function createArtifactCache\([\s\S]*?\n {4}\}\n/;
const ABSENT_CACHE = 'function createArtifactCache() { throw new Error("artifact caches are left out"); }\n';
const EXPORTS = ['Environment', 'Instance'];
/** WebGPU's flags, which are globals in a page only. */
const FLAGS = {
  'GPUBufferUsage.MAP_READ': '1',
  'GPUBufferUsage.COPY_SRC': '4',
  'GPUBufferUsage.COPY_DST': '8',
  'GPUBufferUsage.UNIFORM': '64',
  'GPUBufferUsage.STORAGE': '128',
  'GPUMapMode.READ': '1',
  'GPUShaderStage.COMPUTE': '4',
};
const BANNER = `/*!
 * Changed: parts of @mlc-ai/web-runtime 0.27.0-dev0, minified. Apache TVM, copyright 2019-2023 The Apache Software
 * Foundation.
 * Licensed under the Apache License, Version 2.0: see web-runtime.LICENSE.txt and web-runtime.NOTICE.txt beside it.
 */`;

/** @param {string} source */
function unwrap(source) {
  const start = WRAPPER_HEAD.exec(source);
  const end = WRAPPER_TAIL.exec(source);
  if (start === null || end === null || !CACHE_FACTORY.test(source)) {
    throw new Error('@mlc-ai/web-runtime has not the form of version 0.27.0-dev0, which this script takes apart');
  }
  const body = source.slice(start[0].length, end.index).replace(CACHE_FACTORY, ABSENT_CACHE);
  return `${body}\nexport { ${EXPORTS.join(', ')} };\n`;
}

/** @type {import('esbuild').Plugin} */
const absentModules = {
  name: 'absent-modules',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^(?:fs|path|crypto|perf_hooks|ws)$/ }, ({ path }) => ({ path, namespace: 'absent' }));
    onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: '' }));
  },
};

async function bundle() {
  // Loaded only when there is something to do: it takes longer than finding out that there is not.
  const { build } = await import('esbuild');
  const contents = unwrap(await readFile(ENTRY, 'utf8'));
  const result = await build({
    stdin: { contents, sourcefile: 'web-runtime.js', loader: 'js' },
    plugins: [absentModules],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    define: FLAGS,
    minify: true,
    legalComments: 'none',
    banner: { js: BANNER },
    // One warning is known: Emscripten's part, which is dropped, names the CommonJS `module`.
    logOverride: { 'commonjs-variable-in-esm': 'silent' },
    logLevel: 'warning',
    write: false,
  });
  await mkdir(FOLDER, { recursive: true });
  await copyFile(TYPES, join(FOLDER, 'web-runtime.d.ts'));
  await copyFile(join(PACKAGE, 'LICENSE'), join(FOLDER, 'web-runtime.LICENSE.txt'));
  await copyFile(join(PACKAGE, 'NOTICE'), join(FOLDER, 'web-runtime.NOTICE.txt'));
  const partial = `${OUTPUT}.${process.pid}`;
  await writeFile(partial, result.outputFiles[0].contents);
  await rename(partial, OUTPUT);
}

async function isCurrent() {
  const time = async (/** @type {string} */ file) => (await stat(file)).mtimeMs;
  try {
    const sources = await Promise.all([SCRIPT, ENTRY, TYPES].map(time));
    return (await time(OUTPUT)) > Math.max(...sources);
  } catch {
    return false;
  }
}

if (!(await isCurrent())) await bundle();
