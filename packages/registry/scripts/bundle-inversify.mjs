// Makes dist/registry/inversify.js: inversify, and the reflect-metadata that it asks for, as one ES module.
//
// As published they are 360 files, and a cold Node process takes longer to find them than to do all else that it does up
// to the first weight. Container modules and decorators of a user's own inversify work with this one: it knows both by
// their form, and metadata by names.
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(import.meta.url);
const ROOT = dirname(dirname(SCRIPT));
const FOLDER = join(ROOT, 'dist/registry');
const OUTPUT = join(FOLDER, 'inversify.js');
/** tsc leaves hand-written declarations where they are, but the declarations that it writes import these. */
const TYPES = join(ROOT, 'src/registry/inversify.d.ts');
const MANIFEST = join(ROOT, 'package.json');

const ENTRY = "import 'reflect-metadata/lite';\nexport { Container } from 'inversify';\n";

/** The text of a licence stands at the root of its package. */
async function licences(/** @type {readonly string[]} */ inputs) {
  const folders = new Map();
  for (const input of inputs) {
    const [, folder, name] = /^(.*?node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(input) ?? [];
    if (folder !== undefined) folders.set(name, folder);
  }
  const texts = [...folders].sort().map(async ([name, folder]) => {
    const text = await readFile(join(ROOT, folder, 'LICENSE'), 'utf8');
    const { version } = JSON.parse(await readFile(join(ROOT, folder, 'package.json'), 'utf8'));
    return `${name} ${version}\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(72)}\n\n`);
}

async function bundle() {
  // Loaded only when there is something to do: it takes longer than finding out that there is not.
  const { build } = await import('esbuild');
  const result = await build({
    stdin: { contents: ENTRY, sourcefile: 'inversify.js', loader: 'js', resolveDir: ROOT },
    absWorkingDir: ROOT,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    minify: true,
    // Errors name classes.
    keepNames: true,
    legalComments: 'none',
    banner: {
      js: '/*! inversify and reflect-metadata, bundled and minified: see inversify.LICENSES.txt beside it. */',
    },
    metafile: true,
    logLevel: 'warning',
    write: false,
  });
  await mkdir(FOLDER, { recursive: true });
  const files = [
    ['inversify.d.ts', await readFile(TYPES)],
    ['inversify.LICENSES.txt', await licences(Object.keys(result.metafile.inputs))],
    ['inversify.js', result.outputFiles[0]?.contents ?? ''],
  ];
  for (const [name, contents] of files) {
    const partial = join(FOLDER, `${name}.${process.pid}`);
    await writeFile(partial, contents);
    await rename(partial, join(FOLDER, String(name)));
  }
}

async function isCurrent() {
  const time = async (/** @type {string} */ file) => (await stat(file)).mtimeMs;
  try {
    const inversify = createRequire(import.meta.url).resolve('inversify/package.json');
    const sources = await Promise.all([SCRIPT, TYPES, MANIFEST, inversify].map(time));
    return (await time(OUTPUT)) > Math.max(...sources);
  } catch {
    return false;
  }
}

if (!(await isCurrent())) await bundle();
