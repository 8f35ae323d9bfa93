// Finds a Chromium for the tests that need a page, or installs Debian's when this machine lets us.
// Built-ins only. As a command it prints the path, or the reason why there is none (exit 1).
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const PLACES = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  ],
};

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The first browser found: `CHROME_PATH`, then the usual commands on the path, then the usual places.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 * @returns {{ path: string } | { reason: string }}
 */
export function findChromium(env = process.env, platform = process.platform) {
  if (env.CHROME_PATH) {
    return isExecutable(env.CHROME_PATH)
      ? { path: env.CHROME_PATH }
      : { reason: `CHROME_PATH is ${env.CHROME_PATH}, which is not an executable file` };
  }
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = COMMANDS.flatMap((name) => folders.map((folder) => join(folder, name)));
  const path = [...candidates, ...(PLACES[platform] ?? [])].find(isExecutable);
  return path ? { path } : { reason: 'no Chromium on the path (set CHROME_PATH to name one)' };
}

function aptCommand() {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return undefined;
  if (process.getuid?.() === 0) return ['apt-get'];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n', 'apt-get'] : undefined;
}

function apt(command, ...args) {
  const [file, ...head] = command;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = spawnSync(file, [...head, ...args], { env, encoding: 'utf8', timeout: 600_000 });
  return run.status === 0 ? undefined : (run.stderr || String(run.error ?? 'stopped')).trim().split('\n').at(-1);
}

/**
 * Finds Chromium, else installs it with apt where that needs no password.
 *
 * @param {(line: string) => void} say
 * @returns {{ path: string } | { reason: string }}
 */
export function ensureChromium(say = () => {}) {
  const found = findChromium();
  if ('path' in found || process.env.CHROME_PATH) return found;
  const command = aptCommand();
  if (!command) return { reason: `${found.reason}; installing it needs apt-get and root or passwordless sudo` };
  say('Installing Chromium with apt-get, for the tests that open a page …');
  const install = ['install', '-y', '-qq', '--no-install-recommends', 'chromium'];
  // The lists of a bare container are empty or stale, so that a first failure only means "update".
  const failed = apt(command, ...install) && (apt(command, 'update', '-qq') ?? apt(command, ...install));
  return failed ? { reason: `apt-get could not install Chromium: ${failed}` } : findChromium();
}

/**
 * How the tests are told of the browser; turbo counts it in, so that a result is not replayed for another browser.
 *
 * @param {{ path: string } | { reason: string }} chromium
 * @returns {Record<string, string>}
 */
export function chromiumEnv(chromium) {
  return 'path' in chromium
    ? { INCIPIT_CHROMIUM: chromium.path }
    : { INCIPIT_CHROMIUM: '', INCIPIT_CHROMIUM_REASON: chromium.reason };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const chromium = ensureChromium((line) => console.error(line));
  console.log('path' in chromium ? chromium.path : chromium.reason);
  process.exitCode = 'path' in chromium ? 0 : 1;
}
