import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CodegenError } from './errors.js';
import { check, type GenerateOptions, generate } from './generate.js';
import { SHAPES, withProject } from './testing/temporary-project.js';
import { watch } from './watch.js';

const SOURCE = `${SHAPES}
export interface DiskOptions {
  /**
   * Distance to the rim.
   *
   * @minimum 0
   */
  readonly radius: number;
  readonly fill?: 'red' | 'blue';
}

/** All points within a distance. */
@SHAPES.register('Disk')
export class Disk { constructor(readonly options: DiskOptions) {} }
`;

const test = suite('generate');

function optionsOf(folder: string): GenerateOptions {
  return { project: join(folder, 'tsconfig.json'), out: join(folder, 'src/generated') };
}

function filesIn(folder: string): Readonly<Record<string, string>> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const rows = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(rows.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

async function refusal(promise: Promise<unknown>): Promise<CodegenError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof CodegenError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('writes builders, types, a manifest, a catalog, a schema and a page of docs', () =>
  withProject({ 'src/a.ts': SOURCE }, async (folder) => {
    const { entries, written } = await generate(optionsOf(folder));
    assert.is(entries, 1);
    const files = filesIn(join(folder, 'src/generated'));
    assert.equal(Object.keys(files), [...written]);
    assert.equal(Object.keys(files), [
      'builders.ts',
      'catalog.json',
      'configs.ts',
      'docs/shapes.md',
      'manifest.ts',
      'schema/shapes.schema.json',
    ]);
    assert.match(files['builders.ts'] ?? '', /disk: builder\('Disk'\) as Builder<'Disk', ShapesDiskConfig>/);
    assert.match(files['configs.ts'] ?? '', /readonly fill\?: 'red' \| 'blue';/);
    assert.match(files['manifest.ts'] ?? '', /import \{ Disk, SHAPES \} from '\.\.\/a\.js';/);
    assert.match(files['docs/shapes.md'] ?? '', /\| `radius` \| .* \| \*\*required\*\* \| Distance to the rim\. \|/);
    for (const [path, text] of Object.entries(files)) {
      assert.not.ok(text.includes(tmpdir()), path);
      assert.ok(text.endsWith('\n') && !/[ \t]$/m.test(text), path);
    }
  }));

test('writes the same, byte for byte, from another folder and from sources in another order', async () => {
  const [one, two] = [
    { 'src/a.ts': SOURCE, 'src/b.ts': "import { SHAPES } from './a.js';\n@SHAPES.register('B') export class B {}\n" },
    { 'src/b.ts': "import { SHAPES } from './a.js';\n@SHAPES.register('B') export class B {}\n", 'src/a.ts': SOURCE },
  ].map((files) =>
    withProject(files, async (folder) => {
      await generate(optionsOf(folder));
      return filesIn(join(folder, 'src/generated'));
    }),
  );
  assert.equal(await one, await two);
});

test('writes nothing a second time, and the check passes; after a change it fails with a diff', () =>
  withProject({ 'src/a.ts': SOURCE }, async (folder) => {
    await generate(optionsOf(folder));
    assert.equal((await generate(optionsOf(folder))).written, []);
    await check(optionsOf(folder));
    writeFileSync(join(folder, 'src/a.ts'), SOURCE.replace("'blue'", "'green'"));
    const { code, message } = await refusal(check(optionsOf(folder)));
    assert.is(code, 'out-of-date');
    assert.match(message, /^-.*'red' \| 'blue';\n\+.*'red' \| 'green';$/m);
    assert.equal((await generate(optionsOf(folder))).written.includes('configs.ts'), true);
  }));

test('writes nothing where the sources are broken', () =>
  withProject({ 'src/a.ts': SOURCE }, async (folder) => {
    await generate(optionsOf(folder));
    const before = filesIn(folder);
    writeFileSync(join(folder, 'src/a.ts'), SOURCE.replace("'red' | 'blue'", '() => void'));
    assert.is((await refusal(generate(optionsOf(folder)))).code, 'not-json');
    assert.equal({ ...filesIn(folder), 'src/a.ts': SOURCE }, before);
  }));

test('refuses two names that would have one builder', () =>
  withProject(
    { 'src/a.ts': `${SHAPES}@SHAPES.register('LSTM') export class A {}\n@SHAPES.register('Lstm') export class B {}` },
    async (folder) => {
      assert.is((await refusal(generate(optionsOf(folder)))).code, 'builder-collision');
    },
  ));

test('keeps up with its sources while it watches, through mistakes, new files and files that go', () =>
  withProject({ 'src/a.ts': SOURCE }, async (folder) => {
    const stop = new AbortController();
    const said: string[] = [];
    let wake: () => void = () => undefined;
    const say = (text: string): void => {
      said.push(text);
      wake();
    };
    const next = async (): Promise<string> => {
      while (said.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return said.shift() ?? '';
    };
    const running = watch(
      optionsOf(folder),
      {
        done: ({ entries, written }) => say(`${entries} entries${written.length === 0 ? ', unchanged' : ''}`),
        failed: (error) => say(error instanceof CodegenError ? error.code : String(error)),
      },
      stop.signal,
    );
    assert.is(await next(), '1 entries');
    writeFileSync(
      join(folder, 'src/b.ts'),
      "import { SHAPES } from './a.js';\n@SHAPES.register('B') export class B {}\n",
    );
    assert.is(await next(), '2 entries');
    writeFileSync(join(folder, 'src/b.ts'), 'export class {\n');
    assert.is(await next(), 'syntax-error');
    rmSync(join(folder, 'src/b.ts'));
    assert.is(await next(), '1 entries');
    stop.abort();
    await running;
  }));

test('killed at any point leaves each file as it was or as it should be', () =>
  withProject({ 'src/a.ts': SOURCE }, async (folder) => {
    const options = optionsOf(folder);
    await generate(options);
    const old = filesIn(options.out);
    writeFileSync(join(folder, 'src/a.ts'), SOURCE.replaceAll('Disk', 'Ring'));
    const program = `import { generate } from ${JSON.stringify(new URL('./generate.js', import.meta.url).href)};
      await generate(${JSON.stringify(options)});`;
    const run = async (milliseconds: number): Promise<void> => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.on('close', resolve));
      const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
      await ended;
      clearTimeout(timer);
    };
    const states: Readonly<Record<string, string>>[] = [];
    for (let delay = 500; delay < 1400; delay += 150) {
      await run(delay);
      states.push(filesIn(options.out));
    }
    await generate(options);
    const wanted = filesIn(options.out);
    for (const state of states) {
      for (const [path, text] of Object.entries(state)) {
        if (path.endsWith('.incipit-part')) continue;
        assert.ok(text === old[path] || text === wanted[path], path);
      }
    }
    assert.not.ok(Object.keys(wanted).some((path) => path.endsWith('.incipit-part')));
  }));

test.run();
