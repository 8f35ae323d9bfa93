import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ROOT } from './compile.js';

/**
 * The generated files that packages ship, as they were when somebody last looked at them. To take over what is there
 * now: `UPDATE_SNAPSHOTS=1 npm test --workspace tests/codegen`, and read the diff.
 */
const SNAPSHOTS = fileURLToPath(new URL('../test-data/', import.meta.url));

const FILES: readonly (readonly [string, string])[] = [
  ['core', 'packages/core/src/generated/builders.ts'],
  ['core', 'packages/core/src/generated/configs.ts'],
  ['core', 'packages/core/src/generated/docs/init.md'],
  ['core', 'packages/core/src/generated/schema/config.schema.json'],
  ['plugins', 'packages/plugins/src/tfjs/generated/builders.ts'],
];

const test = suite('generated files of core and plugins');

for (const [folder, path] of FILES) {
  // Not compiled where they lie: their endings say no more than what they are.
  const snapshot = join(SNAPSHOTS, folder, `${path.split('/').at(-1)}.txt`);
  test(`${path} is what it was`, async () => {
    const text = await readFile(join(ROOT, path), 'utf8');
    if (process.env['UPDATE_SNAPSHOTS'] === '1') {
      await mkdir(dirname(snapshot), { recursive: true });
      await writeFile(snapshot, text);
    }
    assert.fixture(text, await readFile(snapshot, 'utf8'));
  });
}

test.run();
