import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { elementCount, initialize, type Report } from '@incipit/core';
import { fileSource, openSafetensors, writeSafetensors } from '@incipit/core/node';
import * as jax from '@jax-js/jax';
import * as tf from '@tensorflow/tfjs';
import { torch } from 'js-pytorch';
import { ModelProtoSchema } from 'onnx-buf';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jaxJs } from './jax-js/adapter.js';
import { jsPytorch } from './js-pytorch/adapter.js';
import { onnx } from './onnx/adapter.js';
import { tfjsVariables } from './tfjs/adapter.js';
import { weightFile } from './weight-file/adapter.js';

const test = suite('examples of the README');
const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The example below a mark, which is JavaScript too, as an asynchronous function that gives the run's report. */
function example(mark: string): (names: Readonly<Record<string, unknown>>) => Promise<Report> {
  const code = new RegExp(`<!-- ${mark} example -->\\s*\`\`\`ts\\n([\\s\\S]*?)\`\`\``).exec(README)?.[1];
  assert.type(code, 'string', `the README has an example of ${mark}`);
  const body = (code ?? '')
    .replaceAll(/^import .*\n/gm, '')
    .replace(/^(?:const report = )?await initialize\(/m, 'const report = await initialize(');
  return (names) => {
    const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;
    return AsyncFunction(...Object.keys(names), `${body}\nreturn report;`)(...Object.values(names)) as Promise<Report>;
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

test('the one of variables of tfjs sets both layers', async () => {
  const { plan } = await example('tfjs variables')({ initialize, tfjsVariables, tf });
  assert.equal(
    plan.steps.map(({ path }) => path).filter((path) => path.endsWith('.w')),
    ['layers.0.w', 'layers.1.w'],
  );
});

test('the one of ONNX sets the convolutions and the matrices of a model and writes it', async () => {
  const models = new URL('../test-data/onnx-graphs/', import.meta.url);
  const named = (name: string): string => fileURLToPath(new URL(name.replace('model', 'external'), models));
  let written = new Uint8Array();
  const { plan } = await example('onnx')({
    initialize,
    onnx,
    fromBinary,
    toBinary,
    ModelProtoSchema,
    fileSource: (path: string) => fileSource(named(path)),
    readFile: (path: string) => readFile(named(path)),
    writeFile: async (_path: string, bytes: Uint8Array<ArrayBuffer>) => {
      written = bytes;
    },
  });
  const set = plan.steps.map(({ path }) => path).filter((path) => !path.toLowerCase().includes('bias'));
  const convolutions = ['stem.conv.weight', '/grouped/Conv.onnx::Conv_7', '/grouped/Conv.onnx::Conv_8'];
  assert.equal(set, [...convolutions, 'head.weight', 'tokens.weight', '/project/MatMul.onnx::MatMul_9']);
  const weight = await onnx(fromBinary(ModelProtoSchema, written)).read('stem.conv.weight');
  assert.equal(weight.shape, [8, 3, 3, 3]);
});

test('the one of weight files writes a file with all tensors', async () => {
  const shapes = { 'conv.weight': [4, 3, 3, 3], 'tokens.weight': [10, 4], 'norm.running_mean': [4] };
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    return { name, dtype: 'float32' as const, shape, bytes: () => new Uint8Array(elementCount(shape) * 4) };
  });
  const folder = await mkdtemp(join(tmpdir(), 'incipit-readme-'));
  await writeSafetensors(join(folder, 'model.safetensors'), tensors);
  const { plan } = await example('weight-file')({
    initialize,
    weightFile,
    openSafetensors: (path: string) => openSafetensors(join(folder, path)),
    writeSafetensors: (path: string, ...rest: [typeof tensors]) => writeSafetensors(join(folder, path), ...rest),
  });
  const set = plan.steps.map(({ path }) => path);
  assert.equal(set, ['conv.weight', 'tokens.weight']);
  const written = await openSafetensors(join(folder, 'initialised.safetensors'));
  assert.equal(Object.keys(written.header.tensors), Object.keys(shapes));
  assert.ok((await written.read('tokens.weight')).some((byte) => byte !== 0));
  await written.close();
  await rm(folder, { recursive: true });
});

test.run();
