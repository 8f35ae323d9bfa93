import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findEntry, findScope, resolveKey, type ScopeNode, searchedNodes, splitScopeKey, subtree } from './scope.js';

const test = suite('scope');

interface Zoo extends ScopeNode<string> {
  readonly children: Map<string, Zoo>;
}

function node(scope: string, names: readonly string[], parent?: Zoo): Zoo {
  const children = new Map<string, Zoo>();
  const made: Zoo = { scope, parent, children, own: (name) => (names.includes(name) ? `${name}@${scope}` : undefined) };
  parent?.children.set(scope, made);
  return made;
}

// The world of mmengine's own documentation in small: zoo > (cat > lion > cub, dog > pug).
const zoo = node('zoo', ['Net', 'Head', 'Common']);
const cat = node('cat', ['Net', 'Whisker', 'x.y'], zoo);
const dog = node('dog', ['Paw', 'Bark', 'Common'], zoo);
const lion = node('lion', ['Net', 'Mane'], cat);
const cub = node('cub', ['Toy'], lion);
const pug = node('pug', ['Bark', 'Snore'], dog);

const FOUND: readonly (readonly [Zoo, string, string | undefined])[] = [
  [zoo, 'Net', 'Net@zoo'],
  [zoo, 'Whisker', undefined],
  [cat, 'Paw', undefined],
  [lion, 'Head', 'Head@zoo'],
  [cub, 'Common', 'Common@zoo'],
  [dog, 'Common', 'Common@dog'],
  [pug, 'Whisker', undefined],
  [zoo, 'cat.Whisker', 'Whisker@cat'],
  [zoo, 'zoo.Net', 'Net@zoo'],
  [cat, 'cat.Net', 'Net@cat'],
  [cat, 'cat.Head', undefined],
  [cat, 'lion.Whisker', 'Whisker@cat'],
  [cat, 'zoo.Net', 'Net@zoo'],
  [lion, 'dog.Bark', 'Bark@dog'],
  [pug, 'cat.lion.Mane', 'Mane@lion'],
  [zoo, 'cat.Paw', undefined],
  [zoo, 'unicorn.Net', undefined],
  [zoo, 'zoo.cat.Net', undefined],
  [lion, 'zoo.Mane', undefined],
  // mmengine gives up on scopes that are no children of the root.
  [zoo, 'lion.Mane', 'Mane@lion'],
  [pug, 'lion.Mane', 'Mane@lion'],
  [zoo, 'lion.Whisker', undefined],
  [pug, 'lion.cub.Toy', 'Toy@cub'],
  [cat, 'cat.x.y', 'x.y@cat'],
  [zoo, 'cat.cat.x.y', 'x.y@cat'],
  [zoo, '', undefined],
  [zoo, '.Net', undefined],
  [zoo, 'Net.', undefined],
];

for (const [start, key, entry] of FOUND) {
  test(`from ${start.scope}, the key '${key}' finds ${entry ?? 'nothing'}`, () => {
    assert.is(findEntry(start, key), entry);
  });
}

test('a key is split at its first dot', () => {
  assert.equal(splitScopeKey('cat.lion.Mane'), { scope: 'cat', name: 'lion.Mane' });
  assert.equal(splitScopeKey('Mane'), { scope: undefined, name: 'Mane' });
  assert.equal(splitScopeKey('.Mane'), { scope: '', name: 'Mane' });
});

test('a subtree lists parents before children, in the order they were made', () => {
  assert.equal(
    subtree(zoo).map(({ scope }) => scope),
    ['zoo', 'cat', 'lion', 'cub', 'dog', 'pug'],
  );
});

test('a scope is found at or below a node, not above', () => {
  assert.is(findScope(zoo, 'cub'), cub);
  assert.is(findScope(cub, 'cub'), cub);
  assert.is(findScope(cub, 'lion'), undefined);
});

test('a scope that several registries have must be named with the scopes around it', () => {
  const root = node('root', []);
  const [left, right] = [node('left', [], root), node('right', [], root)];
  node('twin', ['Only'], left);
  node('twin', ['Other'], right);
  assert.is(findEntry(root, 'twin.Only'), undefined);
  assert.is(findEntry(root, 'left.twin.Only'), 'Only@twin');
  assert.is(findEntry(right, 'twin.Other'), 'Other@twin');
});

test('the nodes searched are those in which an entry is looked for', () => {
  const scopes = (start: Zoo, key: string) => searchedNodes(start, key).map(({ scope }) => scope);
  assert.equal(scopes(cub, 'X'), ['cub', 'lion', 'cat', 'zoo']);
  assert.equal(scopes(zoo, 'cat.X'), ['cat', 'zoo']);
  assert.equal(scopes(cat, 'cat.X'), ['cat']);
  assert.equal(scopes(cat, 'unicorn.X'), []);
});

test('a key of a hundred thousand scopes ends without running out of stack', () => {
  const key = `${'cat.dog.'.repeat(50_000)}Bark`;
  assert.is(resolveKey(zoo, key)?.node, dog);
  assert.is(findEntry(zoo, key), 'Bark@dog');
});

test.run();
