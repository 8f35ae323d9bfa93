import { BaseModule, initialize, Parameter } from '@incipit/core';

class Linear extends BaseModule {
  static override readonly className = 'Linear';
  readonly weight = new Parameter([64, 32], { axes: ['out', 'in'] });
}

/** The least that a program does with Incipit: one layer, one rule. @returns its first weight. */
export async function makeFirstWeight(): Promise<number> {
  const layer = new Linear();
  await initialize(layer, { type: 'Kaiming', layer: 'Linear' }, { seed: 42 });
  const first = layer.weight.values()[0] ?? 0;
  if (first === 0) throw new Error('the first weight is not set');
  return first;
}
