import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CheckpointError } from '../errors.js';
import type { CheckpointHeader } from '../ir/checkpoint-header.js';
import type { DType } from '../ir/dtype.js';
import type { InitializerContext, NamedParameter } from './initializer.js';
import { PretrainedInit, type PretrainedInitOptions } from './pretrained.js';

const checkpoint = 'model.safetensors';

function parameter(name: string, shape: readonly number[]): NamedParameter {
  const spec = {
    path: `net.${name}`,
    role: 'weight',
    nativeName: 'weight',
    shape,
    dtype: 'float32',
    trainable: true,
  } as const;
  return { name, parameter: spec };
}

const MODEL = [parameter('fc.weight', [2, 3]), parameter('fc.bias', [2]), parameter('bn.num_batches_tracked', [])];

function header(tensors: Readonly<Record<string, readonly number[]>>, dtype: DType = 'float32'): CheckpointHeader {
  const entries = Object.entries(tensors).map(
    ([name, shape]) => [name, { dtype, shape, byteOffset: 0, byteLength: 0 }] as const,
  );
  return { source: checkpoint, tensors: Object.fromEntries(entries), metadata: {} };
}

interface Outcome {
  readonly copies: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

function load(
  tensors: Readonly<Record<string, readonly number[]>>,
  options: Partial<PretrainedInitOptions> = {},
): Outcome {
  const warnings: string[] = [];
  const context: InitializerContext = {
    fanMode: 'axes',
    warn: (code, message) => warnings.push(`${code}: ${message}`),
  };
  const init = new PretrainedInit({ checkpoint, ...options });
  const assignments = init.assignTree(MODEL, new Map([[checkpoint, header(tensors)]]), context);
  const copies = [...assignments].map(([{ name }, { law }]) => [name, law.kind === 'copy' ? law.tensor : law.kind]);
  return { copies: Object.fromEntries(copies), warnings };
}

const WHOLE = { 'fc.weight': [2, 3], 'fc.bias': [2] };

function code(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.instance(error, CheckpointError);
    return (error as CheckpointError).code;
  }
  return 'nothing thrown';
}

test('tensors are matched by name; a missing batch counter is not missed', () => {
  assert.equal(load(WHOLE), { copies: { 'fc.weight': 'fc.weight', 'fc.bias': 'fc.bias' }, warnings: [] });
});

test('a leading module. is dropped without a prefix, and kept as one with it', () => {
  const wrapped = { 'module.fc.weight': [2, 3], 'module.fc.bias': [2] };
  const copies = { 'fc.weight': 'module.fc.weight', 'fc.bias': 'module.fc.bias' };
  assert.equal(load(wrapped).copies, copies);
  assert.equal(load(wrapped, { prefix: 'module' }).copies, copies);
});

test('a prefix with or without its dot takes that part only, not what merely begins alike', () => {
  const detector = {
    'backbone.fc.weight': [2, 3],
    'backbone.fc.bias': [2],
    'backbone2.fc.weight': [2, 3],
    'neck.w': [1],
  };
  const copies = { 'fc.weight': 'backbone.fc.weight', 'fc.bias': 'backbone.fc.bias' };
  assert.equal(load(detector, { prefix: 'backbone' }), { copies, warnings: [] });
  assert.equal(load(detector, { prefix: 'backbone.' }), { copies, warnings: [] });
});

test('an empty prefix is no prefix', () => {
  assert.equal(load(WHOLE, { prefix: '' }).copies, load(WHOLE).copies);
});

test('all differences are told in one warning', () => {
  const { copies, warnings } = load({ 'fc.weight': [3, 2], 'fc.bias': [2], extra: [1] });
  assert.equal(copies, { 'fc.bias': 'fc.bias' });
  assert.is(warnings.length, 1);
  assert.match(
    warnings[0] ?? '',
    /^checkpoint-mismatch: .*fc\.weight is \[3, 2\] there and \[2, 3\] in the model.*unexpected: extra/,
  );
  assert.match(load({ 'fc.bias': [2] }).warnings[0] ?? '', /missing: fc\.weight/);
});

test('differences are an error when strict, and none are not', () => {
  assert.is(
    code(() => load({ 'fc.bias': [2] }, { strict: true })),
    'checkpoint-mismatch',
  );
  assert.is(
    code(() => load(WHOLE, { strict: true })),
    'nothing thrown',
  );
});

test('a checkpoint in which nothing matches is an error that shows both sides', () => {
  assert.is(
    code(() => load({ 'backbone.fc.weight': [2, 3] })),
    'nothing-matches',
  );
  assert.throws(
    () => load({ 'backbone.fc.weight': [2, 3] }),
    /holds backbone\.fc\.weight[\s\S]*fc\.weight[\s\S]*prefix/,
  );
  assert.is(
    code(() => load({})),
    'nothing-matches',
  );
});

test('a prefix that is not there is an error that names those that are', () => {
  assert.is(
    code(() => load(WHOLE, { prefix: 'backbone' })),
    'prefix-not-found',
  );
  assert.throws(() => load(WHOLE, { prefix: 'backbone' }), /one of fc\./);
});

test('planning without the header is an error, not an empty load', () => {
  const init = new PretrainedInit({ checkpoint });
  assert.equal(init.sources, [checkpoint]);
  assert.is(
    code(() => init.assignTree(MODEL, new Map(), { fanMode: 'axes', warn: () => {} })),
    'no-header',
  );
});

test("the checkpoint's dtype is told in the law", () => {
  const init = new PretrainedInit({ checkpoint });
  const headers = new Map([[checkpoint, header(WHOLE, 'float64')]]);
  const [first] = init.assignTree(MODEL, headers, { fanMode: 'axes', warn: () => {} }).values();
  assert.equal(first?.law, { kind: 'copy', source: checkpoint, tensor: 'fc.weight', dtype: 'float64' });
});

test('a checkpoint is required, and layer is no option of it', () => {
  assert.throws(() => new PretrainedInit({} as PretrainedInitOptions), /'checkpoint'/);
  assert.throws(() => new PretrainedInit({ checkpoint, layer: 'Linear' } as PretrainedInitOptions), /'layer'/);
});

test.run();
