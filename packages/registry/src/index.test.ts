import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as registryEntry from '@incipit/registry';
import * as configEntry from '@incipit/registry/config';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('index');

const DIST = fileURLToPath(new URL('.', import.meta.url));

/** Everything that a module loads at once, our own files followed; `import()` is left out. */
function staticImports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, name = ''] of text.matchAll(/^(?:import|export)\s(?:[^;"'=]*\sfrom\s)?["']([^"']+)["'];/gm)) {
    if (name.startsWith('.')) staticImports(join(dirname(file), name), seen);
    else seen.add(name);
  }
  return seen;
}

function outside(entry: string): string[] {
  return [...staticImports(join(DIST, entry))].filter((name) => !name.startsWith(DIST)).sort();
}

/** Runs a module in a fresh process and returns what it prints as JSON. */
function evaluate(source: string): unknown {
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', source], {
    encoding: 'utf8',
    cwd: DIST,
  });
  return JSON.parse(out);
}

test('the package’s own entry points export what they promise', () => {
  assert.equal(Object.keys(registryEntry).sort(), [
    'ConfigError',
    'DEFAULT_SCOPE',
    'DefaultScope',
    'IncipitError',
    'Registry',
    'RegistryError',
    'asQuestion',
    'buildFromConfig',
    'buildNested',
    'buildRunnerFromConfig',
    'buildSchedulerFromConfig',
    'buildSequenceWith',
    'checkClassOptions',
    'checkOptions',
    'countRegisteredModules',
    'createRootRegistries',
    'describeType',
    'formatKey',
    'formatOrigin',
    'nearestNames',
    'originAt',
    'partial',
    'splitScopeKey',
    'traverseRegistryTree',
  ]);
  assert.equal(Object.keys(configEntry).sort(), [
    'Config',
    'configLeaves',
    'configOfValue',
    'diffConfigs',
    'dumpData',
    'formatDiff',
    'formatKey',
    'isTuple',
    'loadConfig',
    'loadConfigFile',
    'memoryConfigHost',
    'mergeData',
    'nodeConfigHost',
    'parseConfigOptions',
    'readRules',
    'tuple',
    'updateData',
  ]);
});

test('neither the root nor the config room loads other packages: inversify is bundled into one file', () => {
  assert.equal(outside('index.js'), []);
  assert.equal(outside('config/index.js'), []);
});

test('yaml is found by the same search where it is imported', () => {
  assert.equal(outside('config/yaml.js'), ['yaml']);
});

test('only a YAML text loads the YAML parser', () => {
  const loaded = evaluate(`
    import { createRequire } from 'node:module';
    import { Registry } from '@incipit/registry';
    import { loadConfig } from '@incipit/registry/config';
    const { cache } = createRequire(import.meta.url);
    const count = () => Object.keys(cache).filter((name) => /node_modules.yaml.dist/.test(name)).length;
    new Registry('things');
    await loadConfig('[1]', { file: 'a.json' });
    const before = count();
    await loadConfig('- 1', { file: 'a.yaml' });
    console.log(JSON.stringify([before, count() > 0]));
  `);
  assert.equal(loaded, [0, true]);
});

test('loading adds nothing to the global object', () => {
  const added = evaluate(`
    const before = new Set(Reflect.ownKeys(globalThis));
    const metadata = Symbol.metadata;
    const { Registry } = await import('@incipit/registry');
    new Registry('things').add('A', class {});
    const added = Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).map(String);
    console.log(JSON.stringify([added, metadata === Symbol.metadata]));
  `);
  assert.equal(added, [[], true]);
});

test('a config line becomes an instance, and a wrong one an error with its line', async () => {
  const { loadConfig, readRules } = configEntry;
  const NOISES = new registryEntry.Registry<{ readonly std: number }>('noises');
  @NOISES.register('Normal')
  class Normal {
    static readonly options: registryEntry.OptionsSchema = { std: { type: 'number', minimum: 0, required: true } };
    readonly std: number;
    constructor({ std }: { std: number }) {
      this.std = std;
    }
  }
  const [good, bad] = readRules(
    await loadConfig('- type: Normal\n  std: 2\n- type: Normal\n  std: .nan\n', { file: 'a.yaml' }),
  );
  const built = NOISES.build(good?.cfg ?? {}, { origin: good?.originOf });
  assert.instance(built, Normal);
  assert.is(built.std, 2);
  assert.throws(
    () => NOISES.build(bad?.cfg ?? {}, { origin: bad?.originOf }),
    (error: Error) => {
      assert.instance(error, registryEntry.ConfigError);
      assert.equal((error as registryEntry.ConfigError).origin, { file: 'a.yaml', key: '[1].std', line: 4 });
      return true;
    },
  );
});

test('two copies of the package live side by side, and do not take each other’s registries', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'incipit-copy-'));
  try {
    cpSync(DIST, join(folder, 'dist'), { recursive: true, filter: (name) => !/\.test\.js|\.map$/.test(name) });
    const modules = dirname(dirname(createRequire(import.meta.url).resolve('reflect-metadata')));
    symlinkSync(modules, join(folder, 'node_modules'), 'junction');
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const other = (await import(pathToFileURL(join(folder, 'dist/index.js')).href)) as typeof registryEntry;
    assert.is.not(other.Registry, registryEntry.Registry);
    const ours = new registryEntry.Registry<object>('things');
    const theirs = new other.Registry<object>('things');
    class A {}
    class B {}
    ours.add('A', A);
    theirs.add('A', B);
    assert.instance(ours.build({ type: 'A' }), A);
    assert.instance(theirs.build({ type: 'A' }), B);
    assert.throws(() => new registryEntry.Registry('child', { parent: theirs }), /installed twice/);
    other.DEFAULT_SCOPE.initialize('theirs');
    assert.is(registryEntry.DEFAULT_SCOPE.current, undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
