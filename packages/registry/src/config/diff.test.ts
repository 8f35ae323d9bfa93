import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Config } from './config.js';
import { diffConfigs, formatDiff } from './diff.js';
import { memoryConfigHost } from './memory-host.js';
import { tuple } from './value.js';

const test = suite('diff');

test('what was added, removed and changed is told, with both places', async () => {
  const host = memoryConfigHost({
    'a.yaml': 'model:\n  depth: 50\n  old: 1\nl: [1, 2]\n',
    'b.yaml': '_base_: a.yaml\nmodel:\n  _delete_: true\n  depth: 101\nl: [1]\nnew: {x: 1}\n',
  });
  const [a, b] = [await Config.fromFile('a.yaml', { host }), await Config.fromFile('b.yaml', { host })];
  assert.is(
    formatDiff(diffConfigs(a, b)),
    [
      '- model.depth: 50  [a.yaml:2]',
      '+ model.depth: 101  [b.yaml:4]',
      '- model.old: 1  [a.yaml:3]',
      '- l[1]: 2  [a.yaml:4]',
      '+ new: a mapping with x  [b.yaml:6]',
      '',
    ].join('\n'),
  );
  assert.equal(diffConfigs(a, a), []);
});

test('a tuple is no list, and NaN equals itself', () => {
  const a = new Config({ t: tuple([1]), n: Number.NaN });
  assert.equal(
    diffConfigs(a, new Config({ t: [1], n: Number.NaN })).map(({ path, kind }) => [path, kind]),
    [[['t'], 'changed']],
  );
});

test.run();
