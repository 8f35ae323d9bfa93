import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatOptions, type OptionTable, parseCommandLine } from './command-line.js';
import { UsageError } from './errors.js';

const test = suite('command line');

const TABLE: OptionTable = {
  model: { value: '<file>', required: true, text: 'the model' },
  mode: { value: '<mode>', choices: ['error', 'warn'], text: 'the mode' },
  quiet: { text: 'say less' },
};

function refusal(args: readonly string[]): UsageError {
  try {
    parseCommandLine('init', TABLE, args);
  } catch (error) {
    assert.instance(error, UsageError);
    return error as UsageError;
  }
  throw new Error('nothing was refused');
}

test('reads values, switches and positionals in any order', () => {
  const line = parseCommandLine('init', TABLE, ['a', '--quiet', '--model=m.json', '--mode', 'warn', 'b']);
  assert.equal(line.positionals, ['a', 'b']);
  assert.is(line.value('model'), 'm.json');
  assert.is(line.value('mode'), 'warn');
  assert.ok(line.has('quiet'));
  assert.not.ok(line.has('help'));
});

test('a repeated option is refused, since one of the two would be lost', () => {
  assert.match(refusal(['--model', 'a', '--model', 'b']).message, "'--model' was given twice");
});

test('a missing option is named with its placeholder', () => {
  assert.match(refusal(['--quiet']).message, "'--model <file>' is missing");
});

test('help is given although options are missing', () => {
  assert.ok(parseCommandLine('init', TABLE, ['--help']).has('help'));
  assert.ok(parseCommandLine('init', TABLE, ['-h']).has('help'));
});

test('an unknown option gets the nearest names, or all of them', () => {
  assert.match(refusal(['--modle', 'a']).message, "unknown option '--modle'");
  assert.match(refusal(['--modle', 'a']).message, "; did you mean '--mode' or '--model'?");
  assert.match(refusal(['--zzz']).message, 'use one of --model, --mode, --quiet, --help');
});

test('a value that is not among the choices gets the choices', () => {
  const error = refusal(['--model', 'a', '--mode', 'wern']);
  assert.match(error.message, "'wern' is not a value of '--mode'");
  assert.match(error.message, "; did you mean 'warn'?");
  assert.is(error.command, 'init');
});

for (const args of [
  ['--model'],
  ['--model', ''],
  ['--model='],
  ['--quiet=yes', '--model', 'a'],
  ['--model', '--quiet'],
]) {
  test(`refuses ${JSON.stringify(args)}`, () => {
    assert.instance(refusal(args), UsageError);
  });
}

test('the help of options lines up and ends with --help', () => {
  assert.is(
    formatOptions(TABLE),
    [
      '  --model <file>  the model',
      '  --mode <mode>   the mode',
      '  --quiet         say less',
      '  --help          this text',
    ].join('\n'),
  );
});

test.run();
