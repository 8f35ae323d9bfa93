// Writes src/tfjs/generated: typed builders, config types, schemas and docs of tfjs's layers. They are registered in a
// loop over what tfjs itself knows, so that they are read from the registry, with the real tfjs, and not from sources.
// `--clean` takes away those of an earlier build, which may not compile any more; then comes a first tsc, then this, a
// second tsc, and `--publish`, which puts what is no TypeScript beside the compiled files.
import { cp, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const place = (/** @type {string} */ path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

if (process.argv.includes('--clean')) {
  await rm(place('src/tfjs/generated'), { recursive: true, force: true });
} else if (process.argv.includes('--publish')) {
  for (const name of ['catalog.json', 'schema', 'docs']) {
    await cp(place(`src/tfjs/generated/${name}`), place(`dist/tfjs/generated/${name}`), { recursive: true });
  }
} else {
  const { catalogOfRegistry, generateFrom, parseCatalog } = await import('@incipit/codegen');
  const { registerTfjs } = await import('@incipit/plugins/tfjs');
  const tf = await import('@tensorflow/tfjs');
  const file = fileURLToPath(import.meta.resolve('@incipit/core/catalog.json'));
  const core = { ...parseCatalog(await readFile(file, 'utf8'), file), builders: '@incipit/core/builders' };
  const catalog = catalogOfRegistry('@incipit/plugins', [
    {
      registry: registerTfjs(tf),
      name: 'TFJS_LAYERS',
      builders: 'models.tfjs',
      parent: '@incipit/core#MODELS',
      description: 'Layers and models of TensorFlow.js.',
    },
  ]);
  await generateFrom(catalog, [core], place('src/tfjs/generated'));
}
