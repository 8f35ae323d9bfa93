import { type Adapter, type ParameterSpec, splitPath, type TensorData } from '@incipit/core';
import type { ModelParameter } from './shapes.js';

/** A model that is its parameters: it keeps what it is given, and copies parts into memory that it has. */
export class FlatModel implements Adapter {
  readonly framework = 'benchmark';
  readonly #specs: readonly ParameterSpec[];
  readonly #values = new Map<string, Uint8Array>();

  constructor(parameters: readonly ModelParameter[]) {
    this.#specs = parameters.map(({ name, shape, law }) => ({
      path: name,
      role: splitPath(name).at(-1) ?? name,
      nativeName: splitPath(name).at(-1) ?? name,
      shape,
      dtype: 'float32',
      trainable: true,
      fallback: { law, source: 'benchmark' },
    }));
  }

  /** Gives every parameter memory whose pages the system has handed out. */
  allocate(): void {
    for (const { path, shape } of this.#specs) this.#values.set(path, new Uint8Array(bytesOf(shape)).fill(1));
  }

  /** Lets all values go. */
  clear(): void {
    this.#values.clear();
  }

  tree(): ReturnType<Adapter['tree']> {
    return { path: '', types: ['Benchmark'], parameters: this.#specs, children: [] };
  }

  async read(path: string): Promise<TensorData> {
    const shape = this.#specs.find((spec) => spec.path === path)?.shape ?? [];
    return { dtype: 'float32', shape, bytes: this.#values.get(path)?.slice() ?? new Uint8Array(bytesOf(shape)) };
  }

  write(path: string, { bytes }: TensorData): void {
    this.#values.set(path, bytes);
  }

  writePart(path: string, { offset, bytes }: Parameters<NonNullable<Adapter['writePart']>>[1]): boolean {
    const values = this.#values.get(path);
    values?.set(bytes, offset * 4);
    return values !== undefined;
  }

  /** What it held is kept without a copy. */
  keep(path: string): { restore(): void } {
    const old = this.#values.get(path);
    return { restore: () => void (old === undefined ? this.#values.delete(path) : this.#values.set(path, old)) };
  }
}

function bytesOf(shape: readonly number[]): number {
  return shape.reduce((size, extent) => size * extent, 4);
}
