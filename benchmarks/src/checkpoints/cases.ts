import type { ReadModel } from './models.js';

/** How we read: every tensor into memory of its own, or into a model. */
export type OurReader = 'read' | 'initialize' | 'initialize, atomic: false';

/** A reader of Python's, as python/checkpoints.py names it. */
export interface Peer {
  readonly reader: string;
  /** Our speed by its speed, at least. Absent where it only maps the file: it has read nothing when it is done. */
  readonly limit?: number;
}

/** One file, read by all in interleaved rounds. */
export interface ReadCase {
  readonly name: string;
  readonly title: string;
  readonly file: string;
  readonly model: ReadModel;
  readonly ours: OurReader;
  readonly peers: readonly Peer[];
}

const SAFETENSORS = 0.8;
const TORCH = 0.5;

// The limits are about reading; here values are converted and written too.
const INTO_MODEL = { model: 'real', ours: 'initialize, atomic: false' } as const;

export const READ_CASES: readonly ReadCase[] = [
  {
    name: 'safetensors',
    title: 'safetensors, a real layout',
    file: 'real.safetensors',
    model: 'real',
    ours: 'read',
    peers: [
      { reader: 'numpy.load_file', limit: SAFETENSORS },
      { reader: 'numpy get_tensor', limit: SAFETENSORS },
      { reader: 'torch.load_file, pread', limit: SAFETENSORS },
      { reader: 'torch.load_file, cloned', limit: SAFETENSORS },
      { reader: 'torch.load_file, summed' },
      { reader: 'torch.load_file' },
      { reader: 'torch get_tensor' },
    ],
  },
  {
    name: 'safetensors-small',
    title: 'safetensors, 10,000 tensors of 4 kB',
    file: 'small.safetensors',
    model: 'small',
    ours: 'read',
    // What a tensor costs beside its bytes; the limit is about files as models have them.
    peers: [{ reader: 'numpy.load_file' }, { reader: 'numpy get_tensor' }, { reader: 'torch.load_file' }],
  },
  {
    name: 'pth',
    title: '`.pth`, a real layout',
    file: 'real.pth',
    model: 'real',
    ours: 'read',
    peers: [
      { reader: 'torch.load', limit: TORCH },
      { reader: 'torch.load, mmap, cloned', limit: TORCH },
      { reader: 'torch.load, mmap' },
    ],
  },
  {
    name: 'pth-legacy',
    title: '`.pth` as before torch 1.6',
    file: 'real-legacy.pth',
    model: 'real',
    ours: 'read',
    peers: [{ reader: 'torch.load', limit: TORCH }],
  },
  {
    name: 'pth-bf16',
    title: '`.pth` in bfloat16',
    file: 'real-bf16.pth',
    model: 'real',
    ours: 'read',
    peers: [{ reader: 'torch.load', limit: TORCH }],
  },
  {
    name: 'pth-columns',
    title: '`.pth` with its matrices stored by columns',
    file: 'real-columns.pth',
    model: 'real',
    ours: 'read',
    peers: [{ reader: 'torch.load, in order', limit: TORCH }, { reader: 'torch.load' }],
  },
  {
    name: 'pth-small',
    title: '`.pth`, 10,000 tensors of 4 kB',
    file: 'small.pth',
    model: 'small',
    ours: 'read',
    peers: [{ reader: 'torch.load', limit: TORCH }],
  },
  {
    ...INTO_MODEL,
    name: 'model-safetensors',
    title: 'safetensors into a model',
    file: 'real.safetensors',
    peers: [{ reader: 'torch.load_file, load_state_dict' }],
  },
  {
    ...INTO_MODEL,
    name: 'model-safetensors-atomic',
    title: 'safetensors into a model, all or nothing',
    file: 'real.safetensors',
    ours: 'initialize',
    peers: [{ reader: 'torch.load_file, load_state_dict' }],
  },
  {
    ...INTO_MODEL,
    name: 'model-pth',
    title: '`.pth` into a model',
    file: 'real.pth',
    peers: [{ reader: 'torch.load, load_state_dict' }],
  },
  {
    ...INTO_MODEL,
    name: 'model-pth-bf16',
    title: '`.pth` in bfloat16 into a model of float32',
    file: 'real-bf16.pth',
    peers: [{ reader: 'torch.load, load_state_dict' }],
  },
];
