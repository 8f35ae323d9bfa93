// What the native build says when it cannot go on, and that it needs nothing when there is nothing to do. The Python
// here is a stand-in: a shell script that answers as the real one does in each case.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listUnits, wasmKey } from './units.mjs';

const test = suite('native build');
const BUILD = fileURLToPath(new URL('build.mjs', import.meta.url));
const WASM = fileURLToPath(new URL('../dist/wasm/incipit.wasm', import.meta.url));
/** Answers the question for its version, and makes a virtual environment that holds itself. */
const WORKING = `case "$*" in
  -c*) echo 3.12 ;;
  "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
`;

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'incipit-native-'));
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }));

/** Runs the build with an empty cache, and a PATH that holds `python3` with this script, or nothing. */
function build(folder, script) {
  const programs = join(folder, 'programs');
  mkdirSync(programs, { recursive: true });
  for (const tool of script === undefined ? [] : ['mkdir', 'cp']) {
    const place = execFileSync('/bin/sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
    writeFileSync(join(programs, tool), `#!/bin/sh\nexec ${place} "$@"\n`, { mode: 0o755 });
  }
  if (script !== undefined) writeFileSync(join(programs, 'python3'), `#!/bin/sh\n${script}`, { mode: 0o755 });
  const { INCIPIT_PYTHON: _, ...rest } = process.env;
  const env = { ...rest, PATH: programs, INCIPIT_CACHE: join(folder, 'cache') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [BUILD], { env, encoding: 'utf8' });
  return { status, stdout, lines: stderr.trimEnd().split('\n') };
}

for (const { what, script, says } of [
  {
    what: 'a missing Python',
    script: undefined,
    says: /Python 3\.9 or later is needed .* no working python3 or python was found: install Python 3/,
  },
  { what: 'a Python that is too old', script: 'echo 3.8', says: /Python 3\.9 or later is needed .* python3 is 3\.8:/ },
  {
    what: 'a Python without venv',
    script: 'case "$*" in -c*) echo 3.9 ;; *) echo "ensurepip is not available."; exit 1 ;; esac',
    says: /venv module is missing .* apt install python3-venv/,
  },
  {
    what: 'a missing network',
    script: `${WORKING} *) echo "Failed to establish: NewConnectionError(...)" >&2; exit 1 ;; esac`,
    says: /package index cannot be reached: check the network/,
  },
  {
    what: 'a machine for which there is no compiler',
    script: `${WORKING} *) echo "ERROR: No matching distribution found for ziglang==0.17.1" >&2; exit 1 ;; esac`,
    says: /no compiler for \S+ \S+ .* No matching distribution found/,
  },
  {
    what: 'a package with other contents',
    script: `${WORKING} *) echo "THESE PACKAGES DO NOT MATCH THE HASHES" >&2; exit 1 ;; esac`,
    says: /other contents than .* pins/,
  },
]) {
  test(`${what} is told in one line, and nothing half-made stays`, ({ folder }) => {
    const before = existsSync(WASM) ? statSync(WASM).mtimeMs : undefined;
    const { status, lines } = build(folder, script);
    assert.is(status, 1);
    assert.is(lines.length, 1, lines.join('\n'));
    assert.match(lines[0], says);
    assert.equal(readdirSync(join(folder, 'cache')).sort(), ['objects', 'wasm']);
    assert.is(existsSync(WASM) ? statSync(WASM).mtimeMs : undefined, before);
  });
}

test('with its wasm in the cache the build needs no Python, and says nothing', ({ folder }) => {
  mkdirSync(join(folder, 'cache/wasm'), { recursive: true });
  const key = wasmKey(listUnits());
  copyFileSync(WASM, join(folder, 'cache/wasm', `${key}.wasm`));
  copyFileSync(`${WASM}.LICENSES.txt`, join(folder, 'cache/wasm', `${key}.txt`));
  assert.equal(build(folder), { status: 0, stdout: '', lines: [''] });
});

test.run();
