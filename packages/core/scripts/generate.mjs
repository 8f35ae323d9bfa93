// Writes src/generated: typed builders, config types, schemas and docs of core's registries, read from its sources.
// After tsc, with `--publish`, puts what is no TypeScript beside the compiled files, and the config schema at the root.
import { cp, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { generate } from '@incipit/codegen';

const place = (/** @type {string} */ path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

if (process.argv.includes('--publish')) {
  await mkdir(place('dist/generated'), { recursive: true });
  for (const name of ['catalog.json', 'schema', 'docs']) {
    await cp(place(`src/generated/${name}`), place(`dist/generated/${name}`), { recursive: true });
  }
  // Editors find a schema by its path, and a short one is what people write.
  await cp(place('src/generated/schema/config.schema.json'), place('config.schema.json'));
} else {
  await generate({ project: place('tsconfig.json'), out: place('src/generated') });
}
