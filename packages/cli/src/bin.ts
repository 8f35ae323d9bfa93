#!/usr/bin/env node
import { main } from './main.js';
import { processTerminal } from './terminal.js';

const { terminal, dispose } = processTerminal();
// The code is set, not forced: output that is still on its way to a pipe is not cut off.
process.exitCode = await main(process.argv.slice(2), terminal);
dispose();
