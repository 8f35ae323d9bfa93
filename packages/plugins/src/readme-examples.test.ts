import { readFileSync } from 'node:fs';
import { initialize, type Report } from '@incipit/core';
import * as jax from '@jax-js/jax';
import { torch } from 'js-pytorch';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jaxJs } from './jax-js/adapter.js';
import { jsPytorch } from './js-pytorch/adapter.js';

const test = suite('examples of the README');
const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The example below a mark, which is JavaScript too, as an asynchronous function that gives the run's report. */
function example(mark: string): (names: Readonly<Record<string, unknown>>) => Promise<Report> {
  const code = new RegExp(`<!-- ${mark} example -->\\s*\`\`\`ts\\n([\\s\\S]*?)\`\`\``).exec(README)?.[1];
  assert.type(code, 'string', `the README has an example of ${mark}`);
  const body = (code ?? '')
    .replaceAll(/^import .*\n/gm, '')
    .replace(/^await initialize\(/m, 'return await initialize(');
  return (names) => {
    const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;
    return AsyncFunction(...Object.keys(names), body)(...Object.values(names)) as Promise<Report>;
  };
}

test('the one of js-pytorch sets every Linear and the Embedding', async () => {
  const { plan } = await example('js-pytorch')({ initialize, jsPytorch, torch });
  const set = plan.steps.map(({ path }) => path).filter((path) => !path.endsWith('.b'));
  const linear = ['att.Wk', 'att.Wq', 'att.Wv', 'att.residual_proj', 'fcc.l1', 'fcc.l2'];
  assert.equal(set, ['tokens.E', ...linear.map((name) => `block.${name}.W`), 'head.W']);
  assert.ok(plan.untouched.some(({ path }) => path === 'block.ln1.gamma'));
});

test('the one of jax-js sets both layers', async () => {
  const { plan } = await example('jax-js')({ initialize, jaxJs, jax });
  assert.equal(
    plan.steps.map(({ path }) => path).filter((path) => path.endsWith('.w')),
    ['layers.0.w', 'layers.1.w'],
  );
});

test.run();
