// Answers golden cases: one JSON line in, one JSON line out, nothing else on standard output.
import process from 'node:process';
import { createInterface } from 'node:readline';
import { answer } from './answer.js';
import type { Request } from './protocol.js';

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue;
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line) as Request))}\n`);
}
