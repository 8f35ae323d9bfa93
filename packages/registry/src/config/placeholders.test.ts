import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findPlaceholders } from './placeholders.js';

const test = suite('placeholders');

function found(text: string): readonly string[] {
  return findPlaceholders(text).map(({ start, end }) => text.slice(start, end));
}

test('predefined variables are found, with or without spaces', () => {
  const text = '{{fileDirname}}/{{ fileBasename }}{{\tfileExtname }}';
  assert.equal(
    findPlaceholders(text).map(({ placeholder }) => placeholder),
    [
      { kind: 'predefined', name: 'fileDirname' },
      { kind: 'predefined', name: 'fileBasename' },
      { kind: 'predefined', name: 'fileExtname' },
    ],
  );
});

test('a variable of the environment has a name and a fallback', () => {
  const one = (text: string): unknown => findPlaceholders(text)[0]?.placeholder;
  assert.equal(one('{{$A:x}}'), { kind: 'environment', name: 'A', fallback: 'x' });
  assert.equal(one('{{ $A_1 : x }}'), { kind: 'environment', name: 'A_1', fallback: 'x' });
  assert.equal(one("{{'$N:80'}}"), { kind: 'environment', name: 'N', fallback: '80' });
  assert.equal(one('{{"$N:80"}}'), { kind: 'environment', name: 'N', fallback: '80' });
  assert.equal(one('{{$N:}}'), { kind: 'environment', name: 'N', fallback: '' });
  assert.equal(one('{{$N:a:b}}'), { kind: 'environment', name: 'N', fallback: 'a:b' });
});

test('a value of the bases has a path', () => {
  assert.equal(findPlaceholders('{{ _base_.a.b }}')[0]?.placeholder, { kind: 'base', path: ['a', 'b'] });
});

test('the innermost braces count', () => {
  assert.equal(found('{{{fileExtname}}}'), ['{{fileExtname}}']);
  assert.equal(found('{{ {{ fileExtname }} }}'), ['{{ fileExtname }}']);
});

test('what only looks like a placeholder is none', () => {
  for (const text of [
    '{{ filename }}',
    '{fileDirname}',
    '{ {fileDirname}}',
    '{{$A}}',
    '{{$A:a b}}',
    '{{ _base_ }}',
    '{{}}',
    '{{ _base_.a-b }}',
    "{{ '$A:1' }}",
  ]) {
    assert.equal(found(text), [], text);
  }
});

test('a placeholder knows its line', () => {
  assert.equal(
    findPlaceholders('a\n{{fileExtname}}\n\n{{\n_base_.x\n}}{{fileExtname}}').map(({ line }) => line),
    [2, 4, 6],
  );
});

test('any text is searched without an error, and what is found stands where it is said to stand', () => {
  const piece = fc.constantFrom('{', '}', '{{', '}}', '$A', ':', ' ', '"', "'", '\n', 'fileDirname', '_base_.x', 'x');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      let end = 0;
      for (const one of findPlaceholders(text)) {
        assert.ok(one.start >= end);
        assert.match(text.slice(one.start, one.end), /^\{\{[\s\S]*\}\}$/);
        assert.is(one.line, text.slice(0, one.start).split('\n').length);
        end = one.end;
      }
    }),
    { numRuns: 500 },
  );
});

test.run();
