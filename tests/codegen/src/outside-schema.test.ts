import { Ajv, type ErrorObject } from 'ajv';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createUserProject } from './compile.js';
import { type Mistake, mistakesOf } from './mistakes.js';
import { allRegistered } from './registered.js';

const test = suite('a mistake');
const all = await allRegistered();
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strict: true });

/** What a validator says beside that a condition's branch failed. */
function schemaErrors({ registered, given }: Mistake): readonly ErrorObject[] {
  const validate = ajv.compile(registered.schema);
  validate({ type: registered.name, ...given });
  return (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if');
}

function namesKey({ instancePath, params }: ErrorObject, key: string): boolean {
  const { additionalProperty, missingProperty } = params as Readonly<Record<string, unknown>>;
  return instancePath.split('/').includes(key) || additionalProperty === key || missingProperty === key;
}

for (const registered of all) {
  test(`in the options of ${registered.builderName} is one error for a validator, at its key`, () => {
    for (const mistake of mistakesOf(registered)) {
      const errors = schemaErrors(mistake);
      const said = `${mistake.what}: ${JSON.stringify(errors)}`;
      assert.is(errors.length, 1, said);
      assert.ok(errors[0] !== undefined && namesKey(errors[0], mistake.key), said);
    }
  });

  test(`in the options of ${registered.builderName} is refused by the registry, which names its key`, () => {
    for (const { given, key, what } of mistakesOf(registered)) {
      try {
        registered.registry.build<object>({ type: registered.name, ...given } as never);
      } catch (error) {
        assert.match(String(error), new RegExp(`'${key}|\\b${key}\\b`), what);
        continue;
      }
      assert.unreachable(`${what} was built`);
    }
  });
}

/** What the compiler says by line, each with the source from where it points; a message goes on on indented lines. */
function compilerMessages(output: readonly string[], lines: readonly string[]): ReadonlyMap<number, readonly string[]> {
  const said = new Map<number, string[]>();
  let at = 0;
  for (const line of output) {
    const [, row, column, message = line] = /^src\/mistakes\.ts\((\d+),(\d+)\): (.*)$/.exec(line) ?? [];
    if (row !== undefined) at = Number(row) - 2;
    const place = column === undefined ? '' : lines[at]?.slice(Number(column) - 1).split(':')[0];
    said.set(at, [...(said.get(at) ?? []), `${place} ${message}`]);
  }
  return said;
}

test('in the options of any builder does not compile, and the compiler names its key', async () => {
  const project = await createUserProject([
    '@incipit/core',
    '@incipit/plugins',
    '@incipit/registry',
    '@tensorflow/tfjs',
  ]);
  try {
    const mistakes = all.flatMap(mistakesOf);
    const lines = mistakes.map(({ registered, given }) => `${registered.builderName}(${JSON.stringify(given)});`);
    const head =
      "import { init } from '@incipit/core/builders'; import { models } from '@incipit/plugins/tfjs/builders';";
    await project.write('src/mistakes.ts', `${head}\n${lines.join('\n')}\n`);
    const said = compilerMessages(await project.compile(), lines);
    for (const [index, { registered, key, what }] of mistakes.entries()) {
      const messages = said.get(index) ?? [];
      assert.ok(
        messages.some((message) => message.includes(key)),
        `${registered.builderName}, ${what}: ${messages.join(' | ') || 'compiles'}`,
      );
    }
  } finally {
    await project.dispose();
  }
});

test.run();
