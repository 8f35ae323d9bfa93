import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CodegenError } from '../errors.js';
import { optionsSource, type ProjectFiles, problemsOf, SHAPES, withProject } from '../testing/temporary-project.js';
import { readProject } from './read-project.js';

const test = suite('broken sources');

const source = (text: string): ProjectFiles => ({ 'src/a.ts': SHAPES + text });
const conditional = (text: string): ProjectFiles => source(`export class A {}\n${text}`);
const option = (member: string, head?: string): ProjectFiles => source(optionsSource(member, head));

/** A mistake, the files with it, its code, what its message says. */
const MISTAKES: readonly (readonly [string, ProjectFiles, string, RegExp])[] = [
  ['a syntax error', source('export class A { b( }'), 'syntax-error', /src\/a\.ts:4/],
  [
    'one name twice',
    source("@SHAPES.register('A') export class A {}\n@SHAPES.register('A') export class B {}"),
    'duplicate-name',
    /'A' is registered twice in the registry 'shape'.*src\/a\.ts:4.*src\/a\.ts:5/s,
  ],
  [
    'an alias that is a name',
    source("@SHAPES.register(['A', 'B']) export class A {}\n@SHAPES.register('B') export class B {}"),
    'duplicate-name',
    /'B'/,
  ],
  [
    'a registration in an if',
    conditional("if (Math.random() > 0.5) SHAPES.add('A', A);"),
    'conditional-registration',
    /:5.*@notGenerated/s,
  ],
  [
    'a registration in a loop',
    conditional("for (const n of ['A']) SHAPES.add(n, A);"),
    'conditional-registration',
    /:5.*@notGenerated/s,
  ],
  [
    'a registration in a function',
    conditional("function f() { SHAPES.add('A', A); }"),
    'conditional-registration',
    /:5.*@notGenerated/s,
  ],
  [
    'a registration in a try',
    conditional("try { SHAPES.add('A', A); } catch {}"),
    'conditional-registration',
    /:5.*@notGenerated/s,
  ],
  [
    'a registration behind &&',
    conditional("const q = Math.random() > 1 && SHAPES.add('A', A);"),
    'conditional-registration',
    /:5.*@notGenerated/s,
  ],
  [
    'a decorator in a block',
    conditional("if (1 as number) { @SHAPES.register('B') class B {} }"),
    'conditional-registration',
    /:5.*@notGenerated/s,
  ],
  [
    'an abstract class',
    source("@(SHAPES as any as Registry<any>).register('A') export abstract class A {}"),
    'abstract-class',
    /class A is abstract/,
  ],
  [
    'a type parameter without default',
    source("@SHAPES.register('A') export class A<T> { constructor(o: { v: T }) {} }"),
    'generic',
    /'v' of A.*T/,
  ],
  ['a type that holds itself', option('tree?: Tree;', 'interface Tree { kids: Tree[] }\n'), 'circular-type', /'tree/],
  ['a union that holds itself', option('j?: J;', 'type J = string | J[];\n'), 'circular-type', /'j/],
  [
    'a function',
    option('ok?: number;\nfn?: (x: number) => void;'),
    'not-json',
    /'fn' of A takes a function.*:6.*@configOnly/s,
  ],
  ['a type that is not there', option('v?: Nope;'), 'unknown-type', /'v'/],
  [
    'a name that is not known before the program runs',
    source('declare const n: string;\n@SHAPES.register(n) export class A {}'),
    'bad-name',
    /'n' is only known/,
  ],
  [
    'a registry that cannot be found',
    { 'src/a.ts': "import { NOPE } from 'not-there';\n@NOPE.register('A') export class A {}" },
    'unresolved-import',
    /NOPE is imported from 'not-there'/,
  ],
  [
    'options that are no object',
    source("@SHAPES.register('A') export class A { constructor(o: string) {} }"),
    'bad-options',
    /string/,
  ],
  [
    'a list of arguments',
    source("@SHAPES.register('A') export class A { constructor(...o: number[]) {} }"),
    'bad-options',
    /list/,
  ],
  ['a limit that is no number', option('/** @minimum lots */ v?: number;'), 'bad-tag', /@minimum says 'lots'/],
  ['a limit on the wrong type', option('/** @minimum 1 */ v?: string;'), 'bad-tag', /@minimum/],
  ["an option called 'type'", option('type: string;'), 'reserved-option', /'type'/],
  [
    'two registries of one scope',
    source(
      "export const X = new Registry<object>('x', { scope: 'k', parent: SHAPES }); export const Y = new Registry<object>('y', { scope: 'k', parent: SHAPES });",
    ),
    'duplicate-registry',
    /'k'/,
  ],
  [
    'a tsconfig that is no JSON',
    { ...source(''), 'tsconfig.json': '{ "include": [ ' },
    'bad-tsconfig',
    /tsconfig\.json/,
  ],
  [
    'a tsconfig that extends nothing',
    { ...source(''), 'tsconfig.json': '{ "extends": "./nope.json", "include": ["src"] }' },
    'bad-tsconfig',
    /nope\.json/,
  ],
  [
    'a tsconfig without sources',
    { 'tsconfig.json': '{ "include": ["src"] }' },
    'no-sources',
    /names no TypeScript files/,
  ],
  ['a package without a name', { ...source(''), 'package.json': '{}' }, 'no-package', /package\.json with a name/],
];

for (const [what, files, code, message] of MISTAKES) {
  test(`${what}: ${code}, with the place and the fix`, () => {
    const error = problemsOf(files);
    assert.is(error.code, code, error.message);
    assert.match(error.message, message);
    assert.match(error.message, /Fix: /);
  });
}

/** Types whose values no config file can hold. */
const REFUSED = [
  ...['HTMLElement', 'Date', 'Map<string, number>', 'Kls', 'bigint', 'symbol', 'Float32Array', 'Promise<number>'],
  ...['Uint8Array | null', 'Kls[]', '(x: number) => void'],
];

test('options of types that JSON cannot say are refused, each with file, line and option', () => {
  const members = REFUSED.map((type, index) => `v${index}?: ${type};`).join('\n');
  const compilerOptions = { target: 'ES2022', strict: true, skipLibCheck: true, lib: ['ES2022', 'DOM'] };
  const files = {
    ...option(members, 'export class Kls { private q = 1; m() {} }\n'),
    'tsconfig.json': JSON.stringify({ compilerOptions, include: ['src'] }),
  };
  const { problems = [] } = problemsOf(files);
  assert.equal(
    problems.map(({ code, origin }) => [code, origin?.file, origin?.line, origin?.key]),
    REFUSED.map((_, index) => ['not-json', 'src/a.ts', 6 + index, `v${index}`]),
  );
});

test('all mistakes are told at once, by place', () => {
  const error = problemsOf(
    source(
      "export interface O { f: () => void; g: Date }\n@SHAPES.register('A') export class A { constructor(o: O) {} }\n@SHAPES.register('A') export class B {}",
    ),
  );
  assert.equal(
    error.problems?.map(({ code }) => code),
    ['not-json', 'not-json', 'duplicate-name'],
  );
});

test('a tsconfig that is not there is told by its name', () => {
  withProject({}, (folder) => {
    try {
      readProject({ tsconfig: join(folder, 'nope/tsconfig.json') });
    } catch (error) {
      assert.instance(error, CodegenError);
      assert.is((error as CodegenError).code, 'missing-tsconfig');
      assert.match(String(error), /nope\/tsconfig\.json/);
      return;
    }
    assert.unreachable();
  });
});

test.run();
