import { Ajv } from 'ajv';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { oneOptionAtATime } from './arbitrary-options.js';
import { assertArrived } from './arrived-options.js';
import { dependentValue, nestedFor, optionsFor } from './nested-configs.js';
import { allRegistered } from './registered.js';

const test = suite('round trip');
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strict: true });

for (const { builderName, builder, name, options: declared, registry, schema } of await allRegistered()) {
  const options = optionsFor(name, declared);
  const configs = oneOptionAtATime(options, nestedFor(name), (option) => dependentValue(name, option));

  test(`${builderName}: what the builder makes validates, is built, and the instance has those options`, () => {
    const validate = ajv.compile(schema);
    fc.assert(
      fc.property(configs, (given) => {
        const config = JSON.parse(JSON.stringify(builder(given))) as Readonly<Record<string, unknown>>;
        assert.ok(validate(config), JSON.stringify(validate.errors));
        const required = Object.entries(given).filter(([key]) => options[key]?.required === true);
        assertArrived(registry.build<object>(config as never), given, () =>
          registry.build<object>({ type: name, ...Object.fromEntries(required) } as never),
        );
      }),
      { numRuns: 4 * Object.keys(options).length + 4, includeErrorInReport: true },
    );
  });
}

test.run();
