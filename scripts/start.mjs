// `npm start`: from a fresh clone to a real ResNet-50 with its weights.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { build } from './build.mjs';
import { ROOT, runCommand } from './setup.mjs';

const EXAMPLE = 'examples/resnet50';

await runCommand(async () => {
  // The build's chatter goes to standard error: standard output is the example's own.
  const failed = await build({ args: [`--filter=./${EXAMPLE}`], stdout: 2 });
  if (failed) return failed;
  const args = ['run', '--silent', 'start', '--', ...process.argv.slice(2)];
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const child = spawn(npm[0], [...npm.slice(1), ...args], { cwd: join(ROOT, EXAMPLE), stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
});
