import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { callCli, spawnCli } from './testing/run-cli.js';

const test = suite('incipit');

const USAGE: readonly (readonly [args: readonly string[], word: string])[] = [
  [[], 'no command was given'],
  [['int'], "did you mean 'init'?"],
  [['banana'], 'use one of init, plan, inspect, config'],
  [['init'], "'--model <file>' is missing"],
  [['init', '--model', 'm', '--config', 'c'], "'--out <file>' is missing"],
  [['plan', '--model', 'm'], "'--config <file>' is missing"],
  [['plan', '--model', 'm', '--config', 'c', '--out', 'o'], "unknown option '--out'"],
  [['plan', '--model', 'm', '--config', 'c', 'stray'], "'stray' is not an option"],
  [['plan', '--model', 'm', '--config', 'c', '--seed', '1.5'], "'1.5' is not a seed"],
  [['plan', '--model', 'm', '--config', 'c', '--seed', '18446744073709551616'], '[0, 2^64)'],
  [['plan', '--model', 'm', '--config', 'c', '--seed=-1'], "'-1' is not a seed"],
  [['plan', '--model', 'm', '--config', 'c', '--unmatched', 'errors'], "did you mean 'error'?"],
  [['plan', '--model', 'm', '--config', 'c', '--dtype', 'float8'], 'did you mean'],
  [['plan', '--model', 'm', '--config', 'c', '--fans', 'keras'], 'axes, torch, mmengine'],
  [['plan', '--model', 'm', '--config', 'c', '--canonical', 'hwio'], 'use one of oihw'],
  [['init', '--model', 'm', '--config', 'c', '--out', './p', '--paths', 'p'], '--out and --paths are the same file'],
  [['init', '--model', 'm', '--config', 'c', '--out', 'o', '--device', 'gpu'], 'auto, cpu, webgpu'],
  [['init', '--model', 'm', '--config', 'c', '--out', 'o', '--threads', '0'], "'0' is not a number of threads"],
  [['init', '--model', 'm', '--config', 'c', '--out', 'o', '--threads', 'all'], '[1, 256]'],
  [['init', '--model', 'm', '--config', 'c', '--out', './m'], '--out and --model are the same file'],
  [['inspect'], 'no file was named'],
  [['inspect', 'a', 'b'], "'b' is too many"],
  [['help', 'banana'], 'is not a command'],
];

for (const [args, word] of USAGE) {
  test(`'incipit ${args.join(' ')}' is wrong usage: ${word}`, async () => {
    const { code, out, err } = await callCli(args);
    assert.is(code, 2, err);
    assert.is(out, '');
    assert.match(err, word);
    assert.match(err, /See 'incipit (--help|help \w+)'\.\n$/);
    assert.not.match(err, /\n\s+at /);
  });
}

test('--version prints the version of the package', async () => {
  const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  assert.equal(await callCli(['--version']), { code: 0, out: `${manifest.version}\n`, err: '' });
});

for (const args of [['--help'], ['-h'], ['help']]) {
  test(`${args.join(' ')} lists every command`, async () => {
    const { code, out, err } = await callCli(args);
    assert.is(code, 0);
    assert.is(err, '');
    for (const name of ['init', 'plan', 'inspect', 'config']) assert.match(out, new RegExp(`^  ${name} +\\S`, 'm'));
  });
}

for (const name of ['init', 'plan', 'inspect', 'config']) {
  test(`'help ${name}' and '${name} --help' say the same, within 100 columns`, async () => {
    const told = await callCli(['help', name]);
    assert.equal(await callCli([name, '--help']), told);
    assert.is(told.code, 0);
    assert.match(told.out, `Usage: incipit ${name} `);
    for (const line of told.out.split('\n')) assert.ok(line.length <= 100, line);
  });
}

test('the installed command gives the exit codes and keeps results apart from complaints', async () => {
  const good = await spawnCli(['--version']);
  assert.is(good.code, 0);
  assert.is(good.err, '');
  const usage = await spawnCli(['init', '--nope']);
  assert.is(usage.code, 2);
  assert.is(usage.out, '');
  const failed = await spawnCli(['inspect', 'no-such-file.safetensors']);
  assert.is(failed.code, 1);
  assert.is(failed.out, '');
  assert.match(failed.err, /^CheckpointError: .*no-such-file/);
});

test.run();
