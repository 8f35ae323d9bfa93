import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CURSOR, completionTimes } from './completion.js';
import { builtModel, compilerCost, makeTypedProject } from './typed-project.js';

const test = suite('typed configs');

/** The compiler counts the same on every machine; twice what was counted when the builders were written. */
const MOST_INSTANTIATIONS = 140_000;

test('a model of 300 configs written with builders costs the compiler no more than it did', async () => {
  const { folder, dispose } = makeTypedProject({ 'src/model.ts': builtModel(300) });
  try {
    const { instantiations } = await compilerCost(folder);
    assert.ok(instantiations <= MOST_INSTANTIATIONS, `${instantiations} instantiations`);
  } finally {
    dispose();
  }
});

const HEAD =
  "import { initialize, type Module } from '@incipit/core';\nimport { init } from '@incipit/core/builders';\ndeclare const model: Module;\nvoid init;\n";

/** Where the cursor is; names that an editor must then offer, and one that it must not. */
const PLACES: readonly (readonly [string, string, readonly string[], string])[] = [
  ['the type of a rule', `void initialize(model, { type: '${CURSOR}' });`, ['Kaiming', 'Constant'], 'fan_in'],
  ['the type of a rule in a list', `void initialize(model, [{ type: '${CURSOR}' }]);`, ['Kaiming'], 'fan_in'],
  ['an option of a rule', `void initialize(model, { type: 'Kaiming', ${CURSOR} });`, ['mode?', 'layer?'], 'val'],
  ['an option of a rule in a list', `void initialize(model, [{ type: 'Kaiming', ${CURSOR} }]);`, ['mode?'], 'val'],
  ['an option of init_cfg', `void initialize(model, { init_cfg: [{ type: 'Normal', ${CURSOR} }] });`, ['std?'], 'val'],
  ['a value of an option', `void initialize(model, { type: 'Kaiming', mode: '${CURSOR}' });`, ['fan_in'], 'relu'],
  ['a builder', `init.${CURSOR}`, ['kaiming', 'constant'], 'Kaiming'],
  ['an option of a builder', `init.kaiming({ ${CURSOR} });`, ['mode', 'layer'], 'val'],
];

for (const [place, text, expected, other] of PLACES) {
  test(`an editor completes ${place}`, async () => {
    const { folder, dispose } = makeTypedProject({ 'src/model.ts': `${HEAD}${text}\n` });
    try {
      const { labels } = await completionTimes(folder, 'src/model.ts');
      for (const name of expected)
        assert.ok(
          labels.some((label) => label.replace('?', '') === name.replace('?', '')),
          `${name} among ${labels}`,
        );
      assert.not.ok(labels.includes(other), other);
    } finally {
      dispose();
    }
  });
}

test.run();
