import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { killDownloads, killWriters } from './testing/kill-rounds.js';
import { KILLED } from './testing/versions.js';

const test = suite('formats/kill');

// `npm run verify:kill` kills 200 of each.
const ROUNDS = 3;
const SEED = 1;

for (const file of Object.keys(KILLED)) {
  test(`a process that is killed while it writes ${file} leaves the old checkpoint or a new one`, async () => {
    assert.is((await killWriters(file, ROUNDS, SEED)).rounds, ROUNDS);
  });
}

test('one that is killed while it downloads leaves nothing in the cache that is not whole', async () => {
  assert.is((await killDownloads(ROUNDS, SEED)).rounds, ROUNDS);
});

test.run();
