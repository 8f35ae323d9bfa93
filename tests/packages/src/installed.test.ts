import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BROWSER, openPage } from './browser.js';
import { buildPage, developPage, type PageBuild, servePage } from './built-page.js';
import { createProject, type EmptyProject } from './empty-project.js';
import { runProgram } from './run-program.js';
import { assertSmallModel, type SmallModelResult } from './small-model-result.js';
import { ROOT } from './tarballs.js';

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
const test = suite('installed tarballs');
let project: EmptyProject | undefined;
let built: PageBuild | undefined;

test.before(async () => {
  project = await createProject();
  built = await buildPage(project.folder, { outDir: 'dist' });
});
test.after(() => project?.dispose());

function folder(): string {
  assert.ok(project);
  return project.folder;
}

async function runNode(): Promise<SmallModelResult> {
  const { code, stdout, stderr } = await runProgram(process.execPath, ['main.mjs'], folder());
  assert.is(code, 0, stderr);
  return JSON.parse(stdout) as SmallModelResult;
}

function print(name: string, { gzip }: PageBuild): void {
  const parts = Object.entries(gzip).map(([kind, bytes]) => `${kind} ${(bytes / 1000).toFixed(1)} kB`);
  console.log(`# ${name}, gzip: ${parts.join(', ')}`);
}

test('a tfjs model is initialised in an empty Node project, and nothing but its own lines is printed', async () => {
  assertSmallModel(await runNode());
});

test('a second process gives the same bits', async () => {
  assert.equal(await runNode(), await runNode());
});

test('the installed command prints its help', async () => {
  const command = join('node_modules', 'incipit', 'bin', 'incipit.js');
  const { code, stdout, stderr } = await runProgram(process.execPath, [command, '--help'], folder());
  assert.is(code, 0, stderr);
  assert.match(stdout, /\binit\b[\s\S]*\bplan\b/);
});

test('types of the installed packages serve a strict TypeScript program, and the one in the README of core', async () => {
  const tsc = await runProgram(process.execPath, [TSC, '--project', 'tsconfig.json'], folder());
  assert.is(tsc.code, 0, tsc.stdout + tsc.stderr);
});

test('a plain Vite build succeeds without a warning about our packages', () => {
  assert.ok(built);
  print('page with core, the tfjs plug-in and tfjs', built);
  assert.equal(
    built.warnings.filter((warning) => /incipit/.test(warning)),
    [],
  );
});

test('a page carries neither the YAML reader nor what TVM has for Node', () => {
  assert.ok(built);
  for (const name of ['@incipit/core', '@incipit/plugins']) assert.ok(built.packages.has(name), `${name} is inside`);
  for (const name of ['yaml', 'ws', '@mlc-ai/web-runtime', 'incipit']) {
    assert.not.ok(built.packages.has(name), `${name} is not inside`);
  }
});

test('core with one plug-in is measured without tfjs itself', async () => {
  const alone = await buildPage(folder(), { outDir: 'dist-alone', external: ['@tensorflow/tfjs'] });
  print(`core and the tfjs plug-in alone (${[...alone.packages].sort().join(', ')})`, alone);
  assert.not.ok([...alone.packages].some((name) => name.startsWith('@tensorflow/')));
});

const inBrowser = 'path' in BROWSER ? test : test.skip;
const because = 'path' in BROWSER ? '' : ` (skipped: ${BROWSER.reason})`;

inBrowser(`the built page gives the bits that Node gives, without a complaint${because}`, async () => {
  const page = await servePage(join(folder(), 'dist'));
  try {
    const { text, complaints } = await openPage(page.url);
    assert.match(text, /^\{/, `${text} ${complaints.join('; ')}`);
    const shown = JSON.parse(text) as SmallModelResult;
    assertSmallModel(shown);
    assert.equal(shown, await runNode());
    assert.equal(complaints, []);
  } finally {
    await page.close();
  }
});

inBrowser(`the page gives the same bits under Vite's development server${because}`, async () => {
  const page = await developPage(folder());
  try {
    const { text, complaints } = await openPage(page.url);
    assert.match(text, /^\{/, `${text} ${complaints.join('; ')}`);
    assert.equal(JSON.parse(text), await runNode());
  } finally {
    await page.close();
  }
});

test.run();
