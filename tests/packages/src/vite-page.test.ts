import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BROWSER, openPage } from './browser.js';
import { buildPage, type PageBuild, servePage } from './built-page.js';
import { createProject, type EmptyProject } from './empty-project.js';
import { runProgram } from './run-program.js';
import { assertSmallModel, type SmallModelResult } from './small-model-result.js';

const test = suite('vite page');
let project: EmptyProject | undefined;

test.before(async () => {
  project = await createProject('page');
});
test.after(() => project?.dispose());

function folder(): string {
  assert.ok(project);
  return project.folder;
}

function report(name: string, { gzip }: PageBuild): void {
  const parts = Object.entries(gzip).map(([kind, bytes]) => `${kind} ${(bytes / 1000).toFixed(1)} kB`);
  console.log(`# ${name}, gzip: ${parts.join(', ')}`);
}

test('a plain Vite build of the empty page succeeds without a warning of ours, and carries no YAML reader', async () => {
  const built = await buildPage(folder());
  report('page with core, the tfjs plug-in and tfjs', built);
  assert.equal(
    built.warnings.filter((warning) => /incipit/.test(warning)),
    [],
  );
  for (const name of ['@incipit/core', '@incipit/plugins']) assert.ok(built.packages.has(name), `${name} is inside`);
  for (const name of ['yaml', 'ws', '@mlc-ai/web-runtime'])
    assert.not.ok(built.packages.has(name), `${name} is inside`);
});

const inBrowser = 'path' in BROWSER ? test : test.skip;
const because = 'path' in BROWSER ? '' : ` (skipped: ${BROWSER.reason})`;

inBrowser(`the built page initialises a model with the bits that Node gives${because}`, async () => {
  await buildPage(folder());
  const page = await servePage(join(folder(), 'dist'));
  try {
    const { text, complaints } = await openPage(page.url);
    assert.match(text, /^\{/, `${text} ${complaints.join('; ')}`);
    const shown = JSON.parse(text) as SmallModelResult;
    assertSmallModel(shown);
    const script =
      "import { initializeSmallModel } from './small-model.mjs'; console.log(JSON.stringify(await initializeSmallModel()));";
    const node = await runProgram(process.execPath, ['--input-type=module', '--eval', script], folder());
    assert.is(node.code, 0, node.stderr);
    assert.equal(shown, JSON.parse(node.stdout.trim().split('\n').at(-1) ?? ''));
    assert.equal(
      complaints.filter((complaint) => !complaint.includes('favicon')),
      [],
    );
  } finally {
    await page.close();
  }
});

test('core with one plug-in is measured without tfjs itself', async () => {
  const built = await buildPage(folder(), ['@tensorflow/tfjs']);
  report('core and the tfjs plug-in alone', built);
  assert.not.ok([...built.packages].some((name) => name.startsWith('@tensorflow/')));
});

test.run();
