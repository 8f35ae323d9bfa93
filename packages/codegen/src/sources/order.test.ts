import { tmpdir } from 'node:os';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readFiles, SHAPES } from '../testing/temporary-project.js';

const test = suite('order of sources');

const TYPES = `export type U = 'p' | 'q' | 'r';
export interface X { z?: 'q' | 'p' | 3; u?: string | number | readonly string[] }`;
const FIRST = `import { SHAPES } from './r.js';
import type { U, X } from './t.js';
@SHAPES.register('A') export class A { constructor(o: X & { w?: U } & Partial<Record<'m' | 'k', number>>) {} }`;
const SECOND = `import { SHAPES } from './r.js';
export type V = 'r' | 'q' | 'p'; type M = 'k' | 'm';
@SHAPES.register('C') export class C {
  constructor(o: Pick<{ z: string; q: number; r: V; k?: 3 | 'p' | 'q' }, 'r' | 'q' | 'k'> & { u?: readonly string[] | number | string }) {}
}`;

const FILES = { 'src/r.ts': SHAPES, 'src/t.ts': TYPES, 'src/a.ts': FIRST, 'src/z.ts': SECOND };

function catalogOf(files: readonly string[]): string {
  const compilerOptions = { target: 'ES2022', module: 'NodeNext', strict: true, skipLibCheck: true };
  return JSON.stringify(readFiles({ ...FILES, 'tsconfig.json': JSON.stringify({ compilerOptions, files }) }).catalog);
}

test('and of the unions that the compiler forms from them makes no difference, nor does the folder', () => {
  const sorted = catalogOf(['src/a.ts', 'src/r.ts', 'src/t.ts', 'src/z.ts']);
  for (const order of [
    ['src/z.ts', 'src/a.ts', 'src/t.ts', 'src/r.ts'],
    ['src/t.ts', 'src/a.ts', 'src/r.ts', 'src/z.ts'],
    ['src/z.ts', 'src/r.ts', 'src/a.ts', 'src/t.ts'],
  ]) {
    assert.is(catalogOf(order), sorted);
  }
  assert.not.ok(sorted.includes(tmpdir()));
});

test.run();
