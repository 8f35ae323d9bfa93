import { type Axis, Parameter } from './core.js';

/** Direct bases of the types that cases use, as the golden set's own table gives them. */
export const TORCH_BASES: ReadonlyMap<string, readonly string[]> = new Map([
  ['Linear', ['Module']],
  ['Conv1d', ['_ConvNd']],
  ['Conv2d', ['_ConvNd']],
  ['Conv3d', ['_ConvNd']],
  ['ConvTranspose2d', ['_ConvTransposeNd']],
  ['BatchNorm1d', ['_BatchNorm']],
  ['BatchNorm2d', ['_BatchNorm']],
  ['GroupNorm', ['Module']],
  ['LayerNorm', ['Module']],
  ['Embedding', ['Module']],
  ['PReLU', ['Module']],
  ['ReLU', ['Module']],
  ['Identity', ['Module']],
  ['Module', ['object']],
  ['BaseModule', ['Module']],
  ['Sequential', ['BaseModule', 'nn.Sequential']],
  ['ModuleList', ['BaseModule', 'nn.ModuleList']],
  ['ModuleDict', ['BaseModule', 'nn.ModuleDict']],
  ['DataParallel', ['Module', 'Generic']],
  ['nn.Sequential', ['Module']],
  ['nn.ModuleList', ['Module']],
  ['nn.ModuleDict', ['Module']],
]);

type Args = Readonly<Record<string, unknown>>;
type Members = readonly (readonly [string, Parameter | null])[];

/** A layer's own parameters and buffers in torch's layout; nothing for layers without any. */
export function torchMembers(type: string, args: Args): Members {
  const build = LAYERS.get(type);
  return build === undefined ? [] : build(args);
}

const LAYERS: ReadonlyMap<string, (args: Args) => Members> = new Map([
  ['Linear', linear],
  ['Conv1d', (args: Args) => convolution(args, 1)],
  ['Conv2d', (args: Args) => convolution(args, 2)],
  ['Conv3d', (args: Args) => convolution(args, 3)],
  ['ConvTranspose2d', (args: Args) => transposed(args, 2)],
  ['BatchNorm1d', batchNorm],
  ['BatchNorm2d', batchNorm],
  ['GroupNorm', (args: Args) => affine([number(args['num_channels'])], args['affine'] !== false, true)],
  ['LayerNorm', layerNorm],
  ['Embedding', embedding],
  ['PReLU', (args: Args) => [['weight', elementwise([number(args['num_parameters'] ?? 1)])]] as Members],
]);

function linear(args: Args): Members {
  const [input, output] = [number(args['in_features']), number(args['out_features'])];
  return [
    ['weight', new Parameter([output, input], { axes: ['out', 'in'] })],
    ['bias', bias(output, args)],
  ];
}

function convolution(args: Args, rank: number): Members {
  const output = number(args['out_channels']);
  const groups = number(args['groups'] ?? 1);
  const shape = [output, number(args['in_channels']) / groups, ...kernel(args, rank)];
  return [
    ['weight', new Parameter(shape, { axes: ['out', 'in', ...spatial(rank)], groups })],
    ['bias', bias(output, args)],
  ];
}

function transposed(args: Args, rank: number): Members {
  const output = number(args['out_channels']);
  const groups = number(args['groups'] ?? 1);
  const shape = [number(args['in_channels']), output / groups, ...kernel(args, rank)];
  return [
    ['weight', new Parameter(shape, { axes: ['in', 'out', ...spatial(rank)], groups, groupedSide: 'out' })],
    ['bias', bias(output, args)],
  ];
}

function batchNorm(args: Args): Members {
  const features = number(args['num_features']);
  const buffer = (): Parameter => new Parameter([features], { trainable: false });
  return [
    ...affine([features], args['affine'] !== false, true),
    ['running_mean', buffer()],
    ['running_var', buffer()],
    ['num_batches_tracked', new Parameter([], { trainable: false, dtype: 'int64' })],
  ];
}

function layerNorm(args: Args): Members {
  const shape = args['normalized_shape'];
  const extents = Array.isArray(shape) ? shape.map(number) : [number(shape)];
  return affine(extents, args['elementwise_affine'] !== false, args['bias'] !== false);
}

function embedding(args: Args): Members {
  const shape = [number(args['num_embeddings']), number(args['embedding_dim'])];
  return [['weight', new Parameter(shape, { axes: ['vocabulary', 'embedding'] })]];
}

function affine(shape: readonly number[], has: boolean, hasBias: boolean): Members {
  return [
    ['weight', has ? elementwise(shape) : null],
    ['bias', has && hasBias ? elementwise(shape) : null],
  ];
}

function elementwise(shape: readonly number[]): Parameter {
  return new Parameter(shape, { axes: shape.map(() => 'elementwise') });
}

function bias(length: number, args: Args): Parameter | null {
  return args['bias'] === false ? null : elementwise([length]);
}

function spatial(rank: number): readonly Axis[] {
  return Array.from({ length: rank }, () => 'spatial');
}

function kernel(args: Args, rank: number): readonly number[] {
  const size = args['kernel_size'];
  return Array.isArray(size) ? size.map(number) : Array.from({ length: rank }, () => number(size));
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError(`a layer's argument is ${JSON.stringify(value)}, not a number`);
  return value;
}
