import { cp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createUserProject, ROOT, type UserProject } from './compile.js';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
const INCIPIT = ['@incipit/core', '@incipit/plugins', '@incipit/registry', '@tensorflow/tfjs'];

const test = suite('a package outside the monorepo');
const projects: UserProject[] = [];
let kit: UserProject;
let app: UserProject;

async function createProject(fixture: string): Promise<UserProject> {
  const project = await createUserProject(INCIPIT);
  projects.push(project);
  await cp(join(FIXTURES, fixture), project.folder, { recursive: true });
  return project;
}

function codegen(project: UserProject, ...flags: readonly string[]): ReturnType<UserProject['run']> {
  const command = join(ROOT, 'packages/cli/bin/incipit.js');
  return project.run(command, 'codegen', '--project', 'tsconfig.json', '--out', 'src/generated', ...flags);
}

async function generate(project: UserProject): Promise<void> {
  const { code, output } = await codegen(project);
  assert.is(code, 0, output);
  assert.equal(await project.compile(), []);
}

/** Builds a library and leaves of it what a tarball would hold: no sources. */
async function buildKit(): Promise<UserProject> {
  const project = await createProject('shape-kit');
  await project.write(
    'tsconfig.json',
    (await readFile(join(project.folder, 'tsconfig.json'), 'utf8')).replace('"strict"', '"declaration":true,"strict"'),
  );
  await generate(project);
  await cp(join(project.folder, 'src/generated/catalog.json'), join(project.folder, 'dist/generated/catalog.json'));
  await rm(join(project.folder, 'src'), { recursive: true });
  return project;
}

test.before(async () => {
  kit = await buildKit();
  app = await createProject('app');
  await symlink(kit.folder, join(app.folder, 'node_modules/shape-kit'));
  await generate(app);
});

test.after(async () => {
  for (const project of projects) await project.dispose();
});

test('is read from its catalog, its builders compose with ours, and mistakes in configs of its types do not compile', async () => {
  const { code, output } = await app.run('dist/main.js');
  assert.is(code, 0, output);
  const { refused, ...result } = JSON.parse(output) as Readonly<Record<string, unknown>>;
  assert.equal(result, {
    type: 'Pair',
    radius: 2,
    side: 'left',
    area: 20,
    parts: 1,
    check: 'function',
    parameter: 'function',
  });
  assert.match(String(refused), /'width'.*-1/s);
});

test('gets a catalog without a path of this machine, and names its own entries only', async () => {
  const files = await readdir(join(app.folder, 'src/generated'), { recursive: true, withFileTypes: true });
  for (const file of files.filter((entry) => entry.isFile())) {
    const text = await readFile(join(file.parentPath, file.name), 'utf8');
    assert.not.ok(text.includes(app.folder) || text.includes(kit.folder) || text.includes(ROOT), file.name);
  }
  const catalog = JSON.parse(await readFile(join(app.folder, 'src/generated/catalog.json'), 'utf8')) as {
    readonly registries: readonly { readonly entries: readonly { readonly name: string }[] }[];
  };
  const names = catalog.registries.flatMap(({ entries }) => entries.map(({ name }) => name));
  assert.equal([...names].sort(), ['MyInit', 'Square']);
});

test('gets a schema of config files that knows its types beside ours', async () => {
  const schema = await readFile(join(app.folder, 'src/generated/schema/config.schema.json'), 'utf8');
  for (const name of ['"MyInit"', '"Kaiming"']) assert.ok(schema.includes(name), name);
});

test('is up to date until a source changes; then --check fails with the difference and writes nothing', async () => {
  const fresh = await codegen(app, '--check');
  assert.is(fresh.code, 0, fresh.output);
  const source = await readFile(join(app.folder, 'src/my-init.ts'), 'utf8');
  const before = await readFile(join(app.folder, 'src/generated/configs.ts'), 'utf8');
  await app.write('src/my-init.ts', source.replace("'left' | 'right'", "'left' | 'right' | 'both'"));
  const stale = await codegen(app, '--check');
  assert.is(stale.code, 1, stale.output);
  assert.match(stale.output, /^-.*'left' \| 'right';\n\+.*'both'/m);
  assert.is(await readFile(join(app.folder, 'src/generated/configs.ts'), 'utf8'), before);
  await app.write('src/my-init.ts', source);
});

test.run();
