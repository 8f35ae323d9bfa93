// From nothing to a first weight, as a small program would: measured from outside, as a process.
import { makeFirstWeight } from './make-first-weight.js';

await makeFirstWeight();
