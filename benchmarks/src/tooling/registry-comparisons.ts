import { type ConfigNode, type OptionsSchema, Registry } from '@incipit/registry';
import { Container } from 'inversify';

/** Lookups or nodes in one measurement. */
export const NODES = 100_000;

/** Names in a registry, and in the container it is compared with. */
const ENTRIES = 100;

/** Two ways to the same end. The ratio of their fastest rounds is what is reported. */
export interface Comparison {
  readonly name: string;
  readonly limit: number;
  readonly ours: () => unknown;
  readonly bare: () => unknown;
}

/** Lookups against a bare container of as many bindings. */
export function lookups(): Comparison[] {
  const root = new Registry<object>('root', { scope: 'zoo' });
  const child = new Registry<object>('child', { scope: 'cat', parent: root });
  const container = new Container();
  for (let index = 0; index < ENTRIES; index++) {
    const Entry = class {};
    root.add(`Root${index}`, Entry);
    child.add(`Child${index}`, Entry);
    container.bind(`Child${index}`).toConstantValue(Entry);
  }
  const keys = Array.from({ length: ENTRIES }, (_, index) => `Child${index}`);
  const bare = repeated(keys, (key) => container.get(key));
  const one = (name: string, looked: readonly string[], registry: Registry<object>): Comparison => {
    return { name: `lookup of ${name}`, limit: 3, ours: repeated(looked, (key) => registry.get(key)), bare };
  };
  const names = (pattern: (index: number) => string): string[] => keys.map((_, index) => pattern(index));
  return [
    one('an own name', keys, child),
    one(
      "a parent's name",
      names((index) => `Root${index}`),
      child,
    ),
    one(
      'a name with its scope',
      names((index) => `cat.Child${index}`),
      root,
    ),
  ];
}

function repeated(keys: readonly string[], look: (key: string) => unknown): () => unknown {
  return () => {
    let found: unknown;
    for (let round = 0; round < NODES / keys.length; round++) for (const key of keys) found = look(key);
    return found;
  };
}

interface LayerOptions {
  readonly units: number;
  readonly rate?: number;
  readonly mode?: string;
  readonly bias?: boolean;
}

class Layer {
  static readonly options: OptionsSchema = {
    units: { type: 'integer', minimum: 1, required: true },
    rate: { type: 'number', minimum: 0, maximum: 1, default: 0 },
    mode: { type: 'enum', values: ['fan_in', 'fan_out'], default: 'fan_in' },
    bias: { type: 'boolean', default: true },
  };
  readonly units: number;
  readonly rate: number;
  readonly mode: string;
  readonly bias: boolean;

  constructor({ units, rate = 0, mode = 'fan_in', bias = true }: LayerOptions) {
    this.units = units;
    this.rate = rate;
    this.mode = mode;
    this.bias = bias;
  }
}

/** The bare way gives each constructor an object of options of its own, as building does. */
export function building(): Comparison {
  const registry = new Registry<Layer>('layers');
  registry.add('Layer', Layer);
  const numbers = Array.from({ length: NODES }, (_, index) => index + 1);
  const nodes = numbers.map((units): ConfigNode => ({ type: 'Layer', units, rate: 0.5, mode: 'fan_out', bias: false }));
  return {
    name: 'building 100,000 nodes with checked options',
    limit: 10,
    ours: () => nodes.map((node) => registry.build(node)),
    bare: () => numbers.map((units) => new Layer({ units, rate: 0.5, mode: 'fan_out', bias: false })),
  };
}
