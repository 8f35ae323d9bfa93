import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Attack } from './testing/attacks/attack.js';
import { ATTACKS } from './testing/attacks/index.js';
import { type AttackOutcome, Victim } from './testing/attacks/victim.js';
import { isQuick, MAX_MIB } from './testing/bounds.js';
import { FILES } from './testing/checkpoint-files.js';

const folder = mkdtempSync(join(tmpdir(), 'incipit-hostile-'));
const victim = new Victim(MAX_MIB);
let idleMiB = 0;

test.before(async () => {
  // What the readers themselves take.
  for (const path of FILES) idleMiB = (await victim.open(path)).peakMiB;
});
test.after(() => {
  victim.end();
  rmSync(folder, { recursive: true });
});

/** Writes the files of an attack. @returns the path of the one to open. */
function write(attack: Attack, place: string): string {
  mkdirSync(place);
  const path = join(place, attack.file);
  writeFileSync(path, attack.make());
  const written = new Map<Uint8Array, string>();
  for (const [name, content] of Object.entries(attack.beside?.() ?? {})) {
    const same = written.get(content);
    if (same === undefined) writeFileSync(join(place, name), content);
    else linkSync(same, join(place, name));
    written.set(content, join(place, name));
  }
  return path;
}

/** What one cost, and by how much it raised the memory. */
interface Cost extends AttackOutcome {
  readonly title: string;
  readonly grownMiB: number;
}

const costs: Cost[] = [];

for (const [number, attack] of ATTACKS.entries()) {
  test(`${attack.title}: refused or read, at once`, async () => {
    const place = join(folder, `${number}`);
    const path = write(attack, place);
    const outcome = await victim.open(path);
    rmSync(place, { recursive: true });
    const grownMiB = outcome.peakMiB - idleMiB;
    costs.push({ ...outcome, title: attack.title, grownMiB });
    assert.match(outcome.end, /^[a-z]+(?:-[a-z]+)*$/);
    const slowest = Math.max(outcome.openSeconds, outcome.slowestRead);
    assert.ok(isQuick(slowest), `opening it, or reading a tensor, took ${slowest.toFixed(2)} s`);
    assert.ok(grownMiB < MAX_MIB, `${grownMiB.toFixed(0)} MiB`);
  });
}

test('what the worst of them cost', () => {
  const worst = (cost: (of: Cost) => number): Cost => costs.reduce((a, b) => (cost(a) >= cost(b) ? a : b));
  const [opened, read] = [worst((of) => of.openSeconds), worst((of) => of.slowestRead)];
  console.log(
    `# ${costs.length} attacks: at most ${opened.openSeconds.toFixed(2)} s of CPU to open (${opened.title}),`,
  );
  console.log(`# ${read.slowestRead.toFixed(2)} s to read a tensor (${read.title}),`);
  console.log(
    `# ${worst((of) => of.grownMiB).grownMiB.toFixed(0)} MiB beside the ${idleMiB.toFixed(0)} of the readers`,
  );
  if (process.env['INCIPIT_SHOW_ATTACKS'] === undefined) return;
  for (const { title, openSeconds, slowestRead, seconds, grownMiB, end } of costs) {
    const numbers = [openSeconds, slowestRead, seconds].map((value) => value.toFixed(2)).join(' ');
    console.log(`# ${numbers} s, ${grownMiB.toFixed(0)} MiB, ${end}: ${title}`);
  }
});

test.run();
