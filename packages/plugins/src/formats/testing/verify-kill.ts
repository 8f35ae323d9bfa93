// `npm run verify:kill [-- ROUNDS [SEED]]`: kills writing and downloading processes at random points, 200 of each kind.
import { killDownloads, killWriters } from './kill-rounds.js';
import { KILLED } from './versions.js';

const [rounds = '200', seed = '1'] = process.argv.slice(2);
const kinds = [
  ...Object.keys(KILLED).map((file) => ({ what: `writing ${file}`, run: killWriters.bind(undefined, file) })),
  { what: 'downloading', run: killDownloads },
];
for (const { what, run } of kinds) {
  const start = performance.now();
  const tally = await run(Number(rounds), Number(seed));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(
    `killed ${tally.rounds} times while ${what} (seed ${seed}, ${seconds} s): always whole; ` +
      `${tally.inTheMiddle} times in the middle of a version, ${tally.newer} times after a new one\n`,
  );
}
