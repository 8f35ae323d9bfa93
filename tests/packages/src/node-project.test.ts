import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createProject, type EmptyProject } from './empty-project.js';
import { runProgram } from './run-program.js';
import { assertSmallModel, type SmallModelResult } from './small-model-result.js';

const test = suite('node project');
let project: EmptyProject | undefined;

test.before(async () => {
  project = await createProject('node');
});
test.after(() => project?.dispose());

async function runMain(): Promise<SmallModelResult> {
  assert.ok(project);
  const { code, stdout, stderr } = await runProgram(process.execPath, ['main.mjs'], project.folder);
  assert.is(code, 0, stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as SmallModelResult;
}

test('the tarballs initialise a tfjs model in an empty Node project', async () => {
  assertSmallModel(await runMain());
});

test('a second process gives the same bits', async () => {
  const [first, second] = [await runMain(), await runMain()];
  assert.equal(first, second);
});

test('the installed command prints its help', async () => {
  assert.ok(project);
  const { code, stdout, stderr } = await runProgram(
    process.execPath,
    ['node_modules/incipit/bin/incipit.js', '--help'],
    project.folder,
  );
  assert.is(code, 0, stderr);
  assert.match(stdout, /incipit init/);
});

test.run();
