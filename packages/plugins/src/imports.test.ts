import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const test = suite('imports');
const ROOT = new URL('../', import.meta.url);
const MANIFEST = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as Manifest;
/** Each subpath of code, and the file that it leads to. */
const SUBPATHS = Object.entries(MANIFEST.exports)
  .map(([subpath, target]) => ({ subpath, file: typeof target === 'string' ? target : target.default }))
  .filter(({ file }) => file.endsWith('.js'));

/** Prints what a module loads, ES modules by a hook and CommonJS by Node's list of what it has. */
const PROBE = `
  import { createRequire, register } from 'node:module';
  const hook = \`
    import { writeSync } from 'node:fs';
    export async function load(url, context, next) {
      if (!url.startsWith('node:')) writeSync(1, url + '\\\\n');
      return next(url, context);
    }\`;
  register('data:text/javascript,' + encodeURIComponent(hook));
  await import(process.argv[1]);
  const { pathToFileURL } = await import('node:url');
  for (const file of Object.keys(createRequire(import.meta.url).cache)) console.log(pathToFileURL(file).href);
`;

async function loadedBy(specifier: string): Promise<readonly string[]> {
  const node = ['--input-type=module', '--eval', PROBE, specifier];
  const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: fileURLToPath(ROOT) });
  return stdout.split('\n').filter((line) => line !== '');
}

/** A file of this package from its root on, `tfjs/index.js` for instance; undefined for a file of another. */
function ownFile(url: string): string | undefined {
  const dist = new URL('dist/', ROOT).href;
  return url.startsWith(dist) ? url.slice(dist.length) : undefined;
}

/** Core, registry and what they bundle: all that a plug-in may load beside its own files. */
function isFoundation(url: string): boolean {
  const packages = new URL('../', ROOT).href;
  return [`${packages}core/dist/`, `${packages}registry/dist/`].some((start) => url.startsWith(start));
}

for (const { subpath, file } of SUBPATHS) {
  test(`'${subpath}' loads its own files, shared ones and core: no framework and no other plug-in`, async () => {
    const loaded = await loadedBy(subpath.replace('.', '@incipit/plugins'));
    const [folder = ''] = file.replace('./dist/', '').split('/');
    const own = loaded.map(ownFile).filter((path) => path !== undefined);
    assert.ok(own.includes(file.replace('./dist/', '')), `${file} is among ${own.join(', ')}`);
    const strange = own.filter((path) => path.includes('/') && !path.startsWith(`${folder}/`));
    assert.equal(strange, []);
    assert.equal(
      loaded.filter((url) => ownFile(url) === undefined && !isFoundation(url)),
      [],
    );
  });
}

test('a framework that is loaded would be seen', async () => {
  for (const peer of ['js-pytorch', '@jax-js/jax', '@tensorflow/tfjs']) {
    assert.ok(peer in MANIFEST.peerDependencies);
    const loaded = await loadedBy(peer);
    assert.ok(loaded.some((url) => url.includes(`/node_modules/${peer}/`)));
  }
});

test.run();
