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
  unreadable: CheckpointHeader['unreadable'] = {},
): Outcome {
  const warnings: string[] = [];
  const context: InitializerContext = {
    fanMode: 'axes',
    warn: (code, message) => warnings.push(`${code}: ${message}`),
  };
  const init = new PretrainedInit({ checkpoint, ...options });
  const assignments = init.assignTree(MODEL, new Map([[checkpoint, { ...header(tensors), unreadable }]]), context);
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

const LAYERS = { 'encoder.fc.weight': [2, 3], 'encoder.fc.bias': [2] };
const COPIES = { 'fc.weight': 'encoder.fc.weight', 'fc.bias': 'encoder.fc.bias' };

test('names are revised as re.sub would, one pattern after the other', () => {
  assert.equal(load(LAYERS, { revise_keys: [['^encoder\\.', '']] }).copies, COPIES);
  assert.equal(
    load(LAYERS, {
      revise_keys: [
        ['^(?P<top>\\w+)\\.(fc)', '\\2.\\g<top>'],
        ['\\.encoder', ''],
      ],
    }).copies,
    COPIES,
  );
  // A dollar is a dollar.
  assert.match(load({ ...WHOLE, x: [1] }, { revise_keys: [['^x$', '$1']] }).warnings[0] ?? '', 'unexpected: $1');
});

test('with patterns of its own nothing else is dropped, and they come after the prefix', () => {
  const wrapped = { 'module.fc.weight': [2, 3], 'fc.bias': [2] };
  assert.match(load(wrapped, { revise_keys: [] }).warnings[0] ?? '', 'unexpected: module.fc.weight');
  const inner = { 'net.module.fc.weight': [2, 3], 'net.module.fc.bias': [2] };
  const { copies } = load(inner, { prefix: 'net', revise_keys: [['^module\\.', '']] });
  assert.equal(Object.values(copies), Object.keys(inner));
});

test('a pattern that is none, and a group that is not there, are told with both texts', () => {
  for (const pair of [
    ['(', ''],
    ['fc', '\\1'],
    ['fc', '\\g<top>'],
  ] as const) {
    assert.is(
      code(() => load(WHOLE, { revise_keys: [pair] })),
      'bad-pattern',
    );
  }
});

test('patterns that names could make slow are refused, at once', () => {
  const slow = (options: object, names: object = WHOLE): string => code(() => load(names as typeof WHOLE, options));
  assert.is(slow({ revise_keys: [['(\\w+\\.)+$', '']] }), 'slow-pattern');
  assert.is(load(LAYERS, { revise_keys: [['^[\\w.]+?r\\.', '']] }).warnings.length, 0);
  const long = Object.fromEntries(Array.from({ length: 500 }, (_, k) => [`${'a'.repeat(4000)}${k}`, [1]]));
  assert.is(slow({ revise_keys: [['.*.*!$', '']] }, long), 'slow-pattern');
  const blocks = Array.from({ length: 12_000 }, (_, k) => `backbone.stages.3.blocks.${k}.attention.conv2.weight`);
  const large = { ...LAYERS, ...Object.fromEntries(blocks.map((name) => [name, [1]])) };
  const { copies } = load(large, {
    revise_keys: [
      ['(.*)\\.conv(\\d+)\\.(.*)', '\\1.c\\2.\\3'],
      ['^encoder\\.', ''],
    ],
  });
  assert.equal(copies, COPIES);
  assert.is(slow({ name_map: { '**a**a**a**!': 'x' } }, long), 'slow-pattern');
});

test('a tensor that cannot be read is an error only where the model needs it', () => {
  const entry = { dtype: 'complex64', shape: [2], reason: 'numbers of this kind have no meaning here' };
  assert.match(load(WHOLE, {}, { other: entry }).warnings[0] ?? '', 'unexpected: other');
  const rest = { 'fc.weight': [2, 3] };
  assert.is(
    code(() => load(rest, {}, { 'fc.bias': entry })),
    'unreadable-tensor',
  );
});

test('a name map takes names by stars; one for a segment, two for any text; the first that fits counts', () => {
  const keras = { 'block1/fc/kernel': [2, 3], 'block1/fc/bias': [2] };
  const copies = { 'fc.weight': 'block1/fc/kernel', 'fc.bias': 'block1/fc/bias' };
  assert.equal(load(keras, { name_map: { '*/fc/kernel': 'fc.weight', '**/bias': 'fc.bias' } }), {
    copies,
    warnings: [],
  });
  assert.equal(load(LAYERS, { name_map: { 'encoder.*.*': '*.*', '**': 'lost.**' } }).copies, COPIES);
  assert.equal(load(LAYERS, { name_map: { 'encoder.**': '**' } }).copies, COPIES);
});

test('a pattern of the map that fits nothing is told, and is an error when strict', () => {
  const name_map = { 'encodr.**': '**' };
  assert.match(load(WHOLE, { name_map }).warnings[0] ?? '', 'in name_map, but in no name: encodr.**');
  assert.is(
    code(() => load(WHOLE, { name_map, strict: true })),
    'checkpoint-mismatch',
  );
});

test('two tensors of one name are an error, not the last of them', () => {
  assert.is(
    code(() => load({ ...WHOLE, 'module.fc.bias': [2] })),
    'same-name',
  );
});

test.run();
