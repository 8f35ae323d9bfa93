import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ModuleNode } from '../model/module-node.js';
import { childrenFirst, layerNames, matchesLayer, nearLayerNames, parentsFirst } from './match.js';

function node(path: string, types: readonly string[], children: readonly ModuleNode[] = []): ModuleNode {
  return { path, types, parameters: [], children };
}

const TREE = node(
  '',
  ['Net'],
  [node('a', ['Conv2D', 'Conv2d'], [node('a.x', ['Dense', 'Linear'])]), node('b', ['Dense', 'Linear'])],
);

test('a layer matches by class, by base and by alias, and by nothing else', () => {
  const conv = node('', ['MyConv', 'Conv2D', 'Conv2d', '_ConvNd']);
  for (const name of ['MyConv', 'Conv2D', 'Conv2d', '_ConvNd']) assert.ok(matchesLayer(conv, [name]), name);
  for (const name of ['Conv', 'conv2d', 'Conv2DTranspose', '']) assert.not(matchesLayer(conv, [name]), name);
  assert.ok(matchesLayer(conv, ['Linear', 'MyConv']));
  assert.not(matchesLayer(conv, []));
});

test('rules go through children before parents, listings through parents before children', () => {
  assert.equal(
    [...childrenFirst(TREE)].map((one) => one.path),
    ['a.x', 'a', 'b', ''],
  );
  assert.equal(
    [...parentsFirst(TREE)].map((one) => one.path),
    ['', 'a', 'a.x', 'b'],
  );
});

test('the layers of a model are its classes, each once', () => {
  assert.equal(layerNames(TREE), ['Conv2D', 'Dense', 'Net']);
});

test('a name in other letters is near, alone; else the nearest are', () => {
  assert.equal(nearLayerNames(TREE, 'conv2d'), ['Conv2D', 'Conv2d']);
  assert.equal(nearLayerNames(TREE, 'Lineer'), ['Linear']);
  assert.equal(nearLayerNames(TREE, 'GroupNorm'), []);
});

test.run();
