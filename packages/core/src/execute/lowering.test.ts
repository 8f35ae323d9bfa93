import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ElementLaw } from '../ir/law.js';
import { lower } from '../kernels/lower.js';
import { Lowering } from './lowering.js';

const LAWS: readonly ElementLaw[] = [
  { kind: 'constant', value: 0 },
  { kind: 'constant', value: 1 },
  { kind: 'uniform', low: 0, high: 1 },
  { kind: 'uniform', low: 0, high: 2 },
  { kind: 'uniform', low: -1, high: 2 },
  { kind: 'normal', mean: 0, std: 1 },
  { kind: 'normal', mean: 0, std: 2 },
  { kind: 'normal', mean: 1, std: 2 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: -2, high: 2 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: -2, high: 1 },
  { kind: 'truncated-normal', mean: 0, std: 1, low: -1, high: 1 },
  { kind: 'truncated-normal', mean: 0, std: 2, low: -1, high: 1 },
  { kind: 'truncated-normal', mean: 0.5, std: 2, low: -1, high: 1 },
];
const KEYS = ['0123456789abcdef', 'fedcba9876543210'];

test('a law that came before is lowered as one that comes first', () => {
  const lowering = new Lowering();
  for (const law of LAWS) {
    for (const dtype of ['float32', 'float16'] as const) {
      for (const key of KEYS) assert.equal(lowering.lower(law, dtype, key), lower(law, dtype, key));
    }
  }
});

test('a law that changes its numbers afterwards is another law', () => {
  const lowering = new Lowering();
  const law = { kind: 'normal', mean: 0, std: 1 } as const;
  lowering.lower(law, 'float32', KEYS[0] ?? '');
  (law as { std: number }).std = 3;
  assert.equal(lowering.lower(law, 'float32', KEYS[0] ?? ''), lower({ ...law, std: 3 }, 'float32', KEYS[0] ?? ''));
});

test.run();
