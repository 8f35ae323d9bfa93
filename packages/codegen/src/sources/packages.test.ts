import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ProjectFiles, problemsOf, readFiles, registryOf } from '../testing/temporary-project.js';

const test = suite('dependencies');

const MANIFEST = { name: 'dep', type: 'module', types: './i.d.ts', main: 'i.js' };
const CATALOG = {
  catalog: 1,
  package: 'dep',
  registries: [
    {
      id: 'dep#DEPS',
      name: 'dep thing',
      scope: 'd',
      builders: 'deps',
      module: { specifier: 'dep', name: 'DEPS' },
      entries: [{ name: 'Z', options: {} }],
    },
  ],
};

const DECLARATIONS = `import { Registry } from '@incipit/registry';
export declare const DEPS: Registry<object>;
export interface BO { /** B. @minimum 2 */ b?: number }
export declare abstract class Base {
  static readonly options: import('@incipit/registry').OptionsSchema;
  constructor(o?: BO);
}`;

const SOURCE = `import { D } from './r.js';
import { Base, type BO } from 'dep';
import { Registry, type NestedConfig } from '@incipit/registry';
export interface O extends BO { own: number; n?: NestedConfig<typeof D> }
@D.register('NAME') export class A extends Base { constructor(o: O) { super(o); } }
@D.register('I') export class I extends Base {}
export const KID = new Registry<object>('kid', { parent: D });`;

function project(name: string, shipped: ProjectFiles): ProjectFiles {
  return {
    'package.json': JSON.stringify({ name: 'fx', type: 'module', dependencies: { dep: '1' } }),
    'node_modules/dep/i.d.ts': DECLARATIONS,
    'src/r.ts': "export { DEPS as D } from 'dep';",
    'src/a.ts': SOURCE.replace('NAME', name),
    ...shipped,
  };
}

const WITH_CATALOG: ProjectFiles = {
  'node_modules/dep/package.json': JSON.stringify({ ...MANIFEST, incipit: { catalog: './c.json', builders: './b' } }),
  'node_modules/dep/c.json': JSON.stringify(CATALOG),
};

test('are known by the catalogs that they ship: their registries take entries, nest configs and have children', () => {
  const read = readFiles(project('A', WITH_CATALOG));
  const { entries, module } = registryOf(read, 'dep#DEPS');
  assert.equal(
    entries.map(({ name }) => name),
    ['A', 'I'],
  );
  assert.is(module?.specifier, 'dep');
  const [own, inherited] = entries.map(({ options = {} }) => options);
  assert.equal(Object.keys(own ?? {}).sort(), ['b', 'n', 'own']);
  assert.equal(own?.['n'], { type: 'config', registry: 'dep thing' });
  assert.equal(Object.keys(inherited ?? {}), ['b']);
  assert.is(registryOf(read, 'fx#KID').parent, 'dep#DEPS');
  assert.equal(
    read.imported.map(({ package: name, builders }) => [name, builders]),
    [['dep', 'dep/b']],
  );
});

test('have names of their own, which may not be taken', () => {
  const { code, message } = problemsOf(project('Z', WITH_CATALOG));
  assert.is(code, 'duplicate-name');
  assert.match(message, /'Z'.*dep/);
});

test('without a catalog are an error that names the package', () => {
  const { message } = problemsOf(project('A', { 'node_modules/dep/package.json': JSON.stringify(MANIFEST) }));
  assert.match(message, /dep ships no catalog/);
});

test('with a catalog that is not there or no catalog are an error that names the file', () => {
  const manifest = { 'node_modules/dep/package.json': WITH_CATALOG['node_modules/dep/package.json'] ?? '' };
  for (const shipped of [manifest, { ...manifest, 'node_modules/dep/c.json': '{ "catalog": 2 }' }]) {
    const { code, message } = problemsOf(project('A', shipped));
    assert.is(code, 'bad-catalog');
    assert.match(message, /c\.json/);
  }
});

test.run();
