import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

/** The golden cases of mmengine that Incipit's conformance tests run; see the README beside them. */
const CASES = new URL('../../conformance/test-data/S3-initialise.json', import.meta.url);

/** Cases whose config has a good form, and which are refused for what no form can say. */
const REFUSED_FOR_MORE_THAN_FORM: Readonly<Record<string, string>> = {
  'S3-0021': 'neither layer nor override: nothing matches',
  'S3-0111': 'the model has no part of that name',
  'S3-0139': 'the parameter has too few dimensions',
  'S3-0141': 'a is above b',
  'S3-0161': 'no config, but an initializer built by hand',
  'S3-0163': 'no config, but an initializer built by hand',
  'S3-0166': 'no config, but an initializer built by hand',
  'S3-0192': 'no config, but a function called by hand',
  'S3-0203': 'the checkpoint does not fit the model',
  'S3-0212': 'the checkpoint is not there',
  'S3-0275': 'the model has no part of that name',
};

interface Expectation {
  readonly ok?: unknown;
}

interface GoldenCase {
  readonly id: string;
  readonly class: string;
  readonly input: { readonly init_cfg?: unknown; readonly tree?: Tree };
  readonly expect: Expectation;
  readonly sane?: { readonly expect: Expectation };
}

interface Tree {
  readonly init_cfg?: unknown;
  readonly children?: readonly (readonly [string, Tree])[];
}

const test = suite('golden configs');
const { cases } = JSON.parse(await readFile(CASES, 'utf8')) as { readonly cases: readonly GoldenCase[] };
const schemaFile = fileURLToPath(import.meta.resolve('@incipit/core/config.schema.json'));
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strict: true });
const validate = ajv.compile(JSON.parse(await readFile(schemaFile, 'utf8')));

function configsOf({ init_cfg: own }: Tree, children: Tree['children']): readonly unknown[] {
  const inner = (children ?? []).flatMap(([, child]) => configsOf(child, child.children));
  return own === undefined || own === null ? inner : [own, ...inner];
}

/** Configs of the call, where null is what is asked about, and of the model's parts, where it means that there is none. */
function allConfigs({ input: { init_cfg: own, tree = {} } }: GoldenCase): readonly unknown[] {
  return [...(own === undefined ? [] : [own]), ...configsOf(tree, tree.children)];
}

for (const golden of cases) {
  const accepted = (golden.sane?.expect ?? golden.expect).ok !== undefined;
  const isForm = !accepted && !(golden.id in REFUSED_FOR_MORE_THAN_FORM);
  test(`${golden.id} (${golden.class}) ${isForm ? 'is refused for its form, and fails' : 'has a good form, and validates'}`, () => {
    const invalid = allConfigs(golden).filter((config) => !validate({ init_cfg: config }));
    assert.is(invalid.length > 0, isForm, JSON.stringify(invalid));
  });
}

test.run();
