import { type Device, initialize } from '@incipit/core';
import type { Column } from '../columns.js';
import { collectGarbage, timed } from '../contenders/contender.js';
import type { Measurement } from '../measurement.js';
import { FlatModel } from './flat-model.js';
import { inRounds, type Part } from './rounds.js';
import type { ModelParameter } from './shapes.js';
import type { Suite } from './suite.js';

const MANY = 'small-parameters';
const ONE = 'one-parameter';
const ELEMENTS = 1e6;
const LAW = { kind: 'normal', mean: 0, std: 0.02 } as const;
const MODELS: Readonly<Record<string, readonly ModelParameter[]>> = {
  [MANY]: Array.from({ length: 1000 }, (_, index) => ({ name: `layers.${index}.weight`, shape: [1000], law: LAW })),
  [ONE]: [{ name: 'weight', shape: [ELEMENTS], law: LAW }],
};
const TITLES: Readonly<Record<string, string>> = {
  [MANY]: '1,000 parameters of 1,000 elements, normal',
  [ONE]: 'one parameter of 1,000,000 elements, normal',
};
const REPEATS = 10;
/** Until the engine has compiled what runs once for each parameter. */
const WARM_UPS = 3;

/** What a parameter costs besides its elements: many small ones against one, in the same rounds. */
export const smallParameters: Suite = {
  cases: () => [MANY],

  async run(bench, picked) {
    if (!picked.has(MANY)) return [];
    bench.say(TITLES[MANY] ?? MANY);
    const gpu = await bench.gpu();
    const devices: Partial<Record<Column, { readonly device: 'cpu' | Device; readonly threads?: number }>> = {
      threads1: { device: 'cpu', threads: 1 },
      threadsN: { device: 'cpu', threads: bench.threads },
      ...('device' in gpu ? { gpu: { device: gpu.device } } : {}),
    };
    const parts = Object.entries(devices).flatMap(([column, options]) =>
      Object.entries(MODELS).map(([name, parameters]): Part<string> => {
        const model = new FlatModel(parameters);
        return {
          key: `${name}/${column}`,
          run() {
            collectGarbage();
            return timed(() => initialize(model, [], { seed: 42, ...options }), REPEATS);
          },
        };
      }),
    );
    const { samples } = await inRounds(parts, { rounds: bench.flags.rounds, warmUps: WARM_UPS });
    const columns = Object.keys(devices);
    const absent = 'absent' in gpu ? { gpu: gpu.absent } : {};
    return Object.keys(MODELS).map((name): Measurement => {
      const row = { case: name, group: 'small-parameters', title: TITLES[name] ?? name } as const;
      const own = Object.fromEntries(columns.map((column) => [column, samples[`${name}/${column}`] ?? []]));
      return { ...row, size: ELEMENTS, dtype: 'float32', unit: 's', samples: own, absent };
    });
  },
};
