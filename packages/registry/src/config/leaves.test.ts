import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Config } from './config.js';
import { configLeaves } from './leaves.js';
import { memoryConfigHost } from './memory-host.js';

const test = suite('leaves');

test('every leaf is told with its place, through all merges', async () => {
  const host = memoryConfigHost({
    'c.yaml': '_base_: b.yaml\nm:\n  depth: 101\n  type: {$lazy: a.B}\n',
    'b.yaml': 'm:\n  depth: 50\n  l: [1,\n    {x: []}]\n',
  });
  const config = await Config.fromFile('c.yaml', { host });
  config.mergeFromDict({ 'm.new': null });
  assert.equal(
    configLeaves(config).map(
      ({ key, value, origin }) => `${key} ${JSON.stringify(value)} ${origin.file}:${origin.line}`,
    ),
    [
      'm.depth 101 c.yaml:3',
      'm.l[0] 1 b.yaml:3',
      'm.l[1].x [] b.yaml:4',
      'm.type {"$lazy":"a.B"} c.yaml:4',
      'm.new null options:undefined',
    ],
  );
});

test.run();
