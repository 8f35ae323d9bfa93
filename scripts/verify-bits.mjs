// `npm run verify:bits [-- --draws N] [--only NAME,…]`: compares every device with the reference, after a build.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { chromiumEnv, findChromium } from './chromium.mjs';
import { ROOT } from './setup.mjs';
import { softwareGpuEnv } from './software-gpu.mjs';

const chromium = chromiumEnv(findChromium());
const env = { ...process.env, ...chromium, ...softwareGpuEnv(chromium.INCIPIT_CHROMIUM) };
const args = [join(ROOT, 'tests/devices/dist/verify-bits.js'), ...process.argv.slice(2)];
process.exitCode = spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' }).status ?? 1;
