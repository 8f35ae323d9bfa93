// `npm run bench:types [-- --json FILE]`: what typed configs cost the compiler, and an editor that completes them.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { spread } from '../statistics.js';
import { CURSOR, completionTimes } from './completion.js';
import {
  builtModel,
  type CompilerCost,
  compilerCost,
  makeTypedProject,
  NO_MODEL,
  plainModel,
} from './typed-project.js';

const NODES = 300;
const ROUNDS = 5;
/** More than this, and writing a model with builders would be felt. */
const LIMIT_SECONDS = 1;

const { values } = parseArgs({ options: { json: { type: 'string' } } });

async function checked(name: string, text: string): Promise<CompilerCost & { readonly name: string }> {
  const { folder, dispose } = makeTypedProject({ 'src/model.ts': text });
  try {
    const costs: CompilerCost[] = [];
    for (let round = 0; round < ROUNDS; round++) costs.push(await compilerCost(folder));
    const [cost] = costs;
    if (cost === undefined) throw new Error('nothing was measured');
    return { ...cost, name, seconds: spread(costs.map(({ seconds }) => seconds)).median };
  } finally {
    dispose();
  }
}

async function completed(name: string, text: string, expected: string): Promise<object> {
  const { folder, dispose } = makeTypedProject({ 'src/model.ts': text });
  try {
    const { labels, ...times } = await completionTimes(folder, 'src/model.ts');
    if (!labels.some((label) => label.startsWith(expected)))
      throw new Error(`${name}: '${expected}' is not among ${labels.slice(0, 20)}`);
    process.stdout.write(
      `${name}: ${(times.firstSeconds * 1000).toFixed(0)} ms for the first list of a session, ${(times.nextSeconds * 1000).toFixed(0)} ms after a keystroke; ${labels.length} names\n`,
    );
    return { name, ...times, labels: labels.length };
  } finally {
    dispose();
  }
}

const compiler = [
  await checked('imports alone', NO_MODEL),
  await checked(`${NODES} nodes, builders`, builtModel(NODES)),
  await checked(`${NODES} nodes, plain data`, plainModel(NODES)),
];
for (const { name, seconds, types, instantiations } of compiler) {
  process.stdout.write(
    `${name}: checked in ${(seconds * 1000).toFixed(0)} ms; ${types} types, ${instantiations} instantiations\n`,
  );
}
const withCursor = (text: string): string => `${builtModel(NODES)}${text}\n`;
const editor = [
  await completed('options of a layer', withCursor(`models.tfjs.dense({ units: 1, ${CURSOR} });`), 'activation'),
  await completed('names of layers', withCursor(`models.tfjs.${CURSOR}`), 'conv2d'),
  await completed(
    'names of initializers in initialize()',
    `import { initialize, type Module } from '@incipit/core';\ndeclare const model: Module;\nvoid initialize(model, { type: '${CURSOR}' });\n`,
    'Kaiming',
  ),
];
// npm runs this in the workspace's folder; files are meant relative to where the user is.
const place = (file: string): string => resolve(process.env['INIT_CWD'] ?? '.', file);
if (values.json !== undefined)
  await writeFile(place(values.json), `${JSON.stringify({ compiler, editor }, null, 2)}\n`);
if (compiler.some(({ seconds }) => seconds > LIMIT_SECONDS)) {
  process.stdout.write(`a check takes more than ${LIMIT_SECONDS} s\n`);
  process.exitCode = 1;
}
