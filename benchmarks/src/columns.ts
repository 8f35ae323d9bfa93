/** Ways to run Incipit, and programs that it is compared with: the columns of the tables and the keys of the JSON. */
export const OURS = ['threads1', 'threadsN', 'gpu', 'threads1Fresh', 'threadsNFresh'] as const;
export const PEERS = ['torch1', 'torch', 'jax', 'numpy', 'tfjs', 'tfjsWebgpu'] as const;

export type OurColumn = (typeof OURS)[number];
export type PeerColumn = (typeof PEERS)[number];
export type Column = OurColumn | PeerColumn;

export const COLUMNS: readonly Column[] = [...OURS, ...PEERS];

/** How a column is headed. */
export const HEADINGS: Readonly<Record<Column, string>> = {
  threads1: 'Incipit, 1 thread',
  threadsN: 'Incipit, all threads',
  gpu: 'Incipit, GPU',
  threads1Fresh: 'Incipit, 1 thread, fresh',
  threadsNFresh: 'Incipit, all threads, fresh',
  torch1: 'torch, 1 thread',
  torch: 'torch, all threads',
  jax: 'JAX',
  numpy: 'NumPy',
  tfjs: 'tfjs, cpu',
  tfjsWebgpu: 'tfjs, webgpu',
};
