import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LAYERS } from './layer-table.js';

const test = suite('tfjs readme');

test('the table of names in the README is the table that rules are matched with', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const written = /<!-- aliases -->\s*\n([\s\S]*?)\n\s*<!-- \/aliases -->/.exec(readme)?.[1];
  // The formatter pads tables: rows are compared without their blanks.
  const rows = (written ?? '').split('\n').slice(2);
  assert.equal(
    rows.map((row) => row.replaceAll(' ', '')),
    Object.entries(LAYERS).map(([name, { bases, aliases }]) => {
      return `|\`${name}\`|${[...bases, ...aliases].map((alias) => `\`${alias}\``).join(',')}|`;
    }),
  );
});

test.run();
