import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  IMPORTS,
  namesIn,
  optionsOf,
  readFiles,
  readSource,
  registryOf,
  SHAPES,
} from '../testing/temporary-project.js';

const test = suite('registrations');

/** What is registered, as a sentence; the source; the names. */
const WAYS: readonly (readonly [string, string, readonly string[]])[] = [
  ['a decorator with a name', "@SHAPES.register('A') export class A {}", ['A']],
  ['a decorator with several names', "@SHAPES.register(['A', 'B']) export class A {}", ['A', 'B']],
  ['a decorator without a name: that of the class', '@SHAPES.register() export class A {}', ['A']],
  [
    'a decorator without a name: its static className',
    "@SHAPES.register() export class A { static readonly className = 'Eee'; }",
    ['Eee'],
  ],
  ['a call', "export class A {}\nSHAPES.register('A', A);", ['A']],
  [
    'the method add, of a function too',
    "export class A {}\nSHAPES.add('A', A); SHAPES.add('F', () => ({}));",
    ['A', 'F'],
  ],
  ['a curried call', "export class A {}\nSHAPES.register('A')(A, {} as never);", ['A']],
  ['a method called by a string', "export class A {}\nSHAPES['add']('A', A);", ['A']],
  ['a decorator in a constant', "const reg = SHAPES.register('A');\n@reg export class A {}", ['A']],
  ['a registry in another constant', "const mine = SHAPES;\n@mine.register('A') export class A {}", ['A']],
  [
    "names with 'as const' and 'satisfies'",
    "const K = 'A' as const;\n@SHAPES.register(K satisfies string) export class A {}",
    ['A'],
  ],
  [
    'names in an object and an enum',
    "const N = { b: 'B' } as const; enum E { C = 'C' }\n@SHAPES.register(N.b) export class B {}\n@SHAPES.register(E.C) export class C {}",
    ['B', 'C'],
  ],
  ["a registry with 'satisfies'", "@(SHAPES satisfies Registry<object>).register('A') export class A {}", ['A']],
  ['a class expression in a constant', "export const A = class {};\nSHAPES.add('A', A);", ['A']],
  [
    'no method of the same name on something else',
    "class Fake { register(n: string) { return (c: unknown): void => {}; } add(n: string, c: unknown) {} }\nconst F = new Fake();\n@F.register('A') export class A {}\nnew Set().add(1); F.add('B', A);",
    [],
  ],
];

for (const [way, source, names] of WAYS) {
  test(`found: ${way}`, () => assert.equal(namesIn(readSource(source)), names));
}

test('found: through re-exports, renamed imports and namespaces', () => {
  const read = readFiles({
    'src/r.ts': SHAPES,
    'src/i.ts': "export { SHAPES as FORMS } from './r.js';",
    'src/a.ts':
      "import { FORMS as F } from './i.js';\nimport * as ns from './i.js';\n@F.register('A') export class A {}\n@ns.FORMS.register('B') export class B {}",
  });
  assert.equal(namesIn(read), ['A', 'B']);
});

test('found: names that are constants of another file', () => {
  const source =
    "import { KEY, LIST } from './k.js';\n@SHAPES.register(KEY) export class A {}\n@SHAPES.register(LIST) export class B {}";
  const read = readFiles({
    'src/k.ts': "export const KEY = 'A'; export const LIST = ['B', 'C'] as const;",
    'src/a.ts': SHAPES + source,
  });
  assert.equal(namesIn(read), ['A', 'B', 'C']);
});

test('tests are not read', () => {
  const read = readFiles({
    'src/a.ts': SHAPES,
    'src/a.test.ts': "import { SHAPES } from './a.js';\n@SHAPES.register('T') class T {}",
  });
  assert.equal(namesIn(read), []);
});

test('a registry knows its name, scope, parent, builders and documentation', () => {
  const read = readSource(
    "const parent = SHAPES; export const KID = new Registry<object>('kid', { scope: 'k', parent });\n/** @builders forms */\nexport const P = new Registry<object>('p');",
  );
  const { module, ...shapes } = registryOf(read);
  assert.equal(shapes, {
    id: 'fx#SHAPES',
    name: 'shape',
    scope: 'geo',
    builders: 'shapes',
    description: 'Things with an area.',
    entries: [],
  });
  assert.equal(module, { specifier: 'src/a.ts', name: 'SHAPES' });
  assert.is(registryOf(read, 'fx#KID').parent, 'fx#SHAPES');
  assert.is(registryOf(read, 'fx#KID').builders, 'shapes.k');
  assert.is(registryOf(read, 'fx#P').scope, 'p');
  assert.is(registryOf(read, 'fx#P').builders, 'forms');
});

test("mmengine's root registries are known by name", () => {
  const read = readFiles({
    'src/a.ts': `${IMPORTS}import { createRootRegistries } from '@incipit/registry';\nexport const { HOOKS } = createRootRegistries({ scope: 'mine' });\n@HOOKS.register('A') export class A {}`,
  });
  const { name, scope } = registryOf(read, 'fx#HOOKS');
  assert.equal([name, scope, namesIn(read, 'fx#HOOKS')], ['hook', 'mine', ['A']]);
});

test('an entry knows where it is imported from, under the name that is exported', () => {
  const read = readSource("class H {} export { H as I };\nSHAPES.add('A', H); class P {} SHAPES.add('B', P);");
  const [first, second] = registryOf(read).entries;
  assert.equal(first?.module, { specifier: 'src/a.ts', name: 'I' });
  assert.is(second?.module, undefined);
});

test('an entry knows its documentation', () => {
  const [entry] = registryOf(
    readSource(
      "/**\n * A thing, see {@link SHAPES}.\n *\n * @example { type: 'A' }\n * @deprecated Use B.\n */\n@SHAPES.register('A') export class A {}",
    ),
  ).entries;
  assert.match(entry?.description ?? '', /^A thing, see `?SHAPES`?\.$/);
  assert.equal(entry?.examples, ["{ type: 'A' }"]);
  assert.is(entry?.deprecated, 'Use B.');
});

test('a description in the call is that of the entry', () => {
  const [entry] = registryOf(readSource("SHAPES.add('F', () => ({}), { description: 'An f.' });")).entries;
  assert.is(entry?.description, 'An f.');
});

test('what is forced takes the place of what was there', () => {
  const read = readSource(
    "export class A { constructor(o: { a?: number }) {} }\nexport class B { constructor(o: { b?: number }) {} }\nSHAPES.add('A', A); SHAPES.add('A', B, { force: true });",
  );
  assert.equal(Object.keys(optionsOf(read) ?? {}), ['b']);
});

test.run();
