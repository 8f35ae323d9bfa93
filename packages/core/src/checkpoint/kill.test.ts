import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { killDownloads, killWriters } from './testing/kill-rounds.js';

const test = suite('checkpoint/kill');

// `npm run verify:kill` kills 200 of each.
const ROUNDS = 15;
const SEED = 1;

test('a process that is killed while it writes leaves the old file or a new one', async () => {
  assert.is((await killWriters(ROUNDS, SEED)).rounds, ROUNDS);
});

test('one that is killed while it downloads leaves nothing in the cache that is not whole', async () => {
  assert.is((await killDownloads(5, SEED)).rounds, 5);
});

test.run();
