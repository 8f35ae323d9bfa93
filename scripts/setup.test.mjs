import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findChromium } from './chromium.mjs';
import { changedManifests, completeLock } from './complete-lockfile.mjs';
import { withLock } from './lock.mjs';
import { pruneDist } from './prune-dist.mjs';
import { checkNode, checkPython, isInstalled, SetupError } from './setup.mjs';

const test = suite('setup');
/** @type {string} */
let folder;

function write(path, content, mode = 0o644) {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, typeof content === 'string' ? content : JSON.stringify(content), { mode });
  return full;
}

const isOneLine = (error) => error instanceof SetupError && !error.message.includes('\n');

test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'incipit-setup-'));
});
test.after.each(() => rmSync(folder, { recursive: true, force: true }));

test('an old Node is refused in one line that names both versions, a current one passes', () => {
  assert.throws(
    () => checkNode('18.19.0'),
    (error) => isOneLine(error) && /20\.11 or newer, and this is 18\.19\.0/.test(error.message),
  );
  assert.throws(() => checkNode('20.10.0'), isOneLine);
  assert.not.throws(() => checkNode('20.11.0'));
  assert.not.throws(() => checkNode(process.versions.node));
});

test('a missing or old Python is refused in one line, and the first that is new enough is taken', () => {
  const python = (name, version) => write(name, `#!/bin/sh\necho "Python ${version}"\n`, 0o755);
  const old = python('old', '3.8.1');
  assert.throws(
    () => checkPython([join(folder, 'none')]),
    (error) => isOneLine(error) && /found none/.test(error.message),
  );
  assert.throws(
    () => checkPython([old]),
    (error) => isOneLine(error) && /old is 3\.8/.test(error.message),
  );
  assert.not.throws(() => checkPython([old, python('new', '3.11.7')]));
});

test('dependencies are installed when npm recorded every version that the lock file wants, platform packages aside', () => {
  const wanted = {
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b-darwin': { version: '2.0.0', optional: true },
  };
  write('package-lock.json', { packages: wanted });
  assert.is(isInstalled(folder), false, 'nothing installed');
  write('node_modules/.package-lock.json', { packages: { 'node_modules/a': { version: '1.0.0' } } });
  assert.is(isInstalled(folder), true);
  write('node_modules/.package-lock.json', { packages: { 'node_modules/a': { version: '0.9.0' } } });
  assert.is(isInstalled(folder), false, 'another version installed');
  write('package-lock.json', { packages: { ...wanted, 'node_modules/c': { version: '1.0.0' } } });
  assert.is(isInstalled(folder), false, 'a dependency added');
});

test('a folder without a lock file is refused', () => {
  assert.throws(
    () => isInstalled(folder),
    (error) => isOneLine(error) && /package-lock\.json is missing/.test(error.message),
  );
});

const LOCK_USER = `
import { appendFileSync } from 'node:fs';
import { withLock } from ${JSON.stringify(new URL('./lock.mjs', import.meta.url).href)};
const [lock, log, name] = process.argv.slice(2);
await withLock(lock, async () => {
  appendFileSync(log, name + ' in\\n');
  await new Promise((resolve) => setTimeout(resolve, 150));
  appendFileSync(log, name + ' out\\n');
});`;

const ended = (child) => new Promise((resolve) => child.on('close', resolve));

test('processes that want one lock take turns, and leave it free', async () => {
  const user = write('user.mjs', LOCK_USER);
  const lock = join(folder, 'cache/lock');
  const names = ['a', 'b', 'c'];
  const children = names.map((name) =>
    spawn(process.execPath, [user, lock, join(folder, 'log'), name], { stdio: 'inherit' }),
  );
  assert.equal(await Promise.all(children.map(ended)), [0, 0, 0]);
  const log = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n');
  assert.is(log.length, 6);
  for (let at = 0; at < log.length; at += 2) assert.is(log[at + 1], log[at].replace(' in', ' out'));
  assert.is(existsSync(lock), false);
});

test('the lock of a dead process is taken over', async () => {
  const dead = spawn(process.execPath, ['-e', '']);
  await ended(dead);
  const lock = write('lock', String(dead.pid));
  assert.is(await withLock(lock, () => 'done'), 'done');
  assert.is(existsSync(lock), false);
});

test('the lock is free again after its holder threw', async () => {
  const lock = join(folder, 'lock');
  let message = '';
  await withLock(lock, () => Promise.reject(new Error('no'))).catch((error) => {
    message = error.message;
  });
  assert.is(message, 'no');
  assert.is(existsSync(lock), false);
});

test('outputs of a source that is gone are removed; those of others, and bundles, stay', () => {
  write('src/kept.ts', '');
  for (const name of ['kept', 'gone']) {
    for (const ending of ['.js', '.d.ts', '.d.ts.map']) write(`dist/${name}${ending}`, '');
    write(`dist/${name}.js.map`, { sources: [`../src/${name}.ts`] });
  }
  write('dist/bundle.js', '');
  write('dist/bundle.js.map', { sources: ['../node_modules/a/a.js', '../src/missing.ts'] });
  assert.equal(pruneDist(folder), [join(folder, 'dist/gone')]);
  for (const ending of ['.js', '.js.map', '.d.ts', '.d.ts.map']) {
    assert.is(existsSync(join(folder, `dist/gone${ending}`)), false, ending);
    assert.is(existsSync(join(folder, `dist/kept${ending}`)), true, ending);
  }
  assert.is(existsSync(join(folder, 'dist/bundle.js')), true);
  assert.equal(pruneDist(folder), []);
});

test('a lock file gains the platform packages it lacks and loses registry addresses; a complete one stays as it is', () => {
  const optional = {
    'tool-linux-x64': '1.0.0',
    '@tool/darwin-64': '1.0.0',
    '@tool/linux-arm64-musl': '1.0.0',
    ranged: '^1.0.0',
  };
  const packages = {
    'node_modules/tool': {
      version: '1.0.0',
      dev: true,
      resolved: 'https://registry.example/tool.tgz',
      optionalDependencies: optional,
    },
    'node_modules/tool-linux-x64': { version: '1.0.0', optional: true },
    'node_modules/linked': { resolved: 'packages/linked', link: true },
  };
  const first = completeLock({ packages });
  assert.equal(first.added, ['node_modules/@tool/darwin-64', 'node_modules/@tool/linux-arm64-musl']);
  assert.equal(first.addressed, ['node_modules/tool']);
  const common = { version: '1.0.0', dev: true, optional: true };
  assert.equal(first.lock.packages['node_modules/@tool/darwin-64'], { ...common, cpu: ['x64'], os: ['darwin'] });
  const musl = { ...common, cpu: ['arm64'], libc: ['musl'], os: ['linux'] };
  assert.equal(first.lock.packages['node_modules/@tool/linux-arm64-musl'], musl);
  assert.is(first.lock.packages['node_modules/tool'].resolved, undefined);
  assert.is(first.lock.packages['node_modules/linked'].resolved, 'packages/linked');
  const second = completeLock(first.lock);
  assert.equal([second.added, second.addressed], [[], []]);
  assert.equal(second.lock, first.lock);
});

test('a manifest that the lock file does not know as it is, is told', () => {
  const manifest = { name: 'a', dependencies: { x: '1.0.0', y: '2.0.0' } };
  const packages = {
    'packages/a': { version: '0.1.0', dependencies: { y: '2.0.0', x: '1.0.0' } },
    'node_modules/a': { resolved: 'packages/a', link: true },
  };
  const changed = (lock, json) =>
    changedManifests({ packages: lock }, [{ name: 'a', path: 'packages/a', manifest: json }]);
  assert.equal(changed(packages, manifest), []);
  assert.equal(changed(packages, { ...manifest, devDependencies: { z: '1.0.0' } }), ['packages/a/package.json']);
  assert.equal(changed(packages, { ...manifest, dependencies: { x: '1.0.1', y: '2.0.0' } }), [
    'packages/a/package.json',
  ]);
  assert.equal(changed({ 'packages/a': packages['packages/a'] }, manifest), ['packages/a/package.json']);
  assert.equal(changed({}, manifest), ['packages/a/package.json']);
});

const reasonOf = (found) => ('reason' in found ? found.reason : '');

test('Chromium is the one that CHROME_PATH names, else the first command on the path', () => {
  const chrome = write('bin/google-chrome', '', 0o755);
  const chromium = write('other/chromium', '', 0o755);
  const path = [join(folder, 'bin'), join(folder, 'other')].join(':');
  assert.equal(findChromium({ PATH: path }, 'linux'), { path: chromium });
  assert.equal(findChromium({ PATH: path, CHROME_PATH: chrome }, 'linux'), { path: chrome });
  assert.match(
    reasonOf(findChromium({ PATH: path, CHROME_PATH: join(folder, 'no') }, 'linux')),
    /not an executable file/,
  );
  assert.match(reasonOf(findChromium({ PATH: join(folder, 'empty') }, 'linux')), /no Chromium on the path/);
});

test.run();
