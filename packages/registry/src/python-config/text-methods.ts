import { bind, integerArgument, textArgument } from './bind.js';
import type { Budget } from './budget.js';
import { PythonFault } from './fault.js';
import { slotsOf, textLength } from './iterate.js';
import { type CallArguments, type Place, PyList, PyTuple, type Slot, typeName, type Value } from './values.js';

/** What a method may use. */
export interface MethodContext {
  readonly budget: Budget;
  /** Where the call stands. */
  readonly place: Place;
}

type Method = (text: string, args: CallArguments, context: MethodContext) => Value;

/** Methods of strings, but for `format`. */
export const TEXT_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['upper', plain('upper', (text) => text.toUpperCase())],
  ['lower', plain('lower', (text) => text.toLowerCase())],
  ['casefold', plain('casefold', (text) => text.toLowerCase())],
  ['capitalize', plain('capitalize', capitalize)],
  ['title', plain('title', (text) => text.replace(/\p{L}+/gu, capitalize))],
  ['swapcase', plain('swapcase', swapCase)],
  ['isdigit', plain('isdigit', (text) => /^\p{Nd}+$/u.test(text))],
  ['isdecimal', plain('isdecimal', (text) => /^\p{Nd}+$/u.test(text))],
  ['isnumeric', plain('isnumeric', (text) => /^\p{N}+$/u.test(text))],
  ['isalpha', plain('isalpha', (text) => /^\p{L}+$/u.test(text))],
  ['isalnum', plain('isalnum', (text) => /^[\p{L}\p{N}]+$/u.test(text))],
  ['isspace', plain('isspace', (text) => /^\s+$/.test(text))],
  ['isupper', plain('isupper', (text) => text !== text.toLowerCase() && text === text.toUpperCase())],
  ['islower', plain('islower', (text) => text !== text.toUpperCase() && text === text.toLowerCase())],
  ['isidentifier', plain('isidentifier', (text) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(text))],
  ['strip', (text, args) => strip(text, args, 'strip')],
  ['lstrip', (text, args) => strip(text, args, 'lstrip')],
  ['rstrip', (text, args) => strip(text, args, 'rstrip')],
  ['split', (text, args, context) => split(text, args, context, false)],
  ['rsplit', (text, args, context) => split(text, args, context, true)],
  ['splitlines', splitLines],
  ['partition', (text, args, context) => partition(text, args, context, 'partition')],
  ['rpartition', (text, args, context) => partition(text, args, context, 'rpartition')],
  ['join', join],
  ['replace', replace],
  ['startswith', (text, args) => affix(text, args, 'startswith')],
  ['endswith', (text, args) => affix(text, args, 'endswith')],
  ['removeprefix', (text, args) => removeAffix(text, args, 'removeprefix')],
  ['removesuffix', (text, args) => removeAffix(text, args, 'removesuffix')],
  ['find', (text, args) => BigInt(find(text, args, 'find'))],
  ['rfind', (text, args) => BigInt(find(text, args, 'rfind'))],
  ['index', (text, args) => BigInt(found(find(text, args, 'index')))],
  ['rindex', (text, args) => BigInt(found(find(text, args, 'rindex')))],
  ['count', count],
  ['zfill', (text, args, context) => justify(text, args, context, 'zfill')],
  ['ljust', (text, args, context) => justify(text, args, context, 'ljust')],
  ['rjust', (text, args, context) => justify(text, args, context, 'rjust')],
  ['center', (text, args, context) => justify(text, args, context, 'center')],
]);

function plain(name: string, of: (text: string) => Value): Method {
  return (text, args) => {
    bind(name, args, []);
    return of(text);
  };
}

function capitalize(text: string): string {
  const [first = '', ...rest] = text;
  return first.toUpperCase() + rest.join('').toLowerCase();
}

function swapCase(text: string): string {
  return [...text].map((each) => (each === each.toUpperCase() ? each.toLowerCase() : each.toUpperCase())).join('');
}

function strip(text: string, args: CallArguments, name: string): string {
  const [given = null] = bind(name, args, ['chars'], 0);
  const chars = given === null ? undefined : new Set(textArgument(name, given));
  const gone = (each: string): boolean => (chars === undefined ? /\s/.test(each) : chars.has(each));
  const characters = [...text];
  let start = 0;
  let end = characters.length;
  if (name !== 'rstrip') while (start < end && gone(characters[start] ?? '')) start += 1;
  if (name !== 'lstrip') while (end > start && gone(characters[end - 1] ?? '')) end -= 1;
  return characters.slice(start, end).join('');
}

function split(text: string, args: CallArguments, context: MethodContext, fromEnd: boolean): Value {
  const name = fromEnd ? 'rsplit' : 'split';
  const [separator = null, limit = -1n] = bind(name, args, ['sep', 'maxsplit'], 0);
  const most = integerArgument(name, limit);
  context.budget.spendSize(text.length);
  const by = separator === null ? undefined : textArgument(name, separator);
  if (by === '') throw new PythonFault(`${name}() takes no empty separator`);
  const words =
    by === undefined
      ? text
          .trim()
          .split(/\s+/)
          .filter((word) => word !== '')
      : text.split(by);
  // Cut at white space, the last word keeps what is behind it once the limit is reached.
  if (most < 0 || words.length - (by === undefined ? 0 : 1) <= most) return textList(words, context);
  return textList(fromEnd ? splitFromEnd(text, by, most) : splitFromStart(text, by, most), context);
}

function splitFromStart(text: string, by: string | undefined, most: number): string[] {
  const words: string[] = [];
  let rest = by === undefined ? text.trimStart() : text;
  while (words.length < most) {
    const at = by === undefined ? rest.search(/\s/) : rest.indexOf(by);
    if (at < 0) break;
    words.push(rest.slice(0, at));
    rest = by === undefined ? rest.slice(at).trimStart() : rest.slice(at + by.length);
  }
  return by === undefined && rest === '' ? words : [...words, rest];
}

function splitFromEnd(text: string, by: string | undefined, most: number): string[] {
  const words = by === undefined ? text.trim().split(/\s+/) : text.split(by);
  const tail = words.slice(words.length - most);
  if (by !== undefined) return [words.slice(0, words.length - most).join(by), ...tail];
  let head = text.trimEnd();
  for (const word of [...tail].reverse()) head = head.slice(0, head.length - word.length).trimEnd();
  return [head, ...tail];
}

function splitLines(text: string, args: CallArguments, context: MethodContext): Value {
  bind('splitlines', args, []);
  context.budget.spendSize(text.length);
  const lines = text.split(/\r\n|[\n\r\v\f\x85\u2028\u2029]/);
  return textList(lines.at(-1) === '' ? lines.slice(0, -1) : lines, context);
}

function partition(text: string, args: CallArguments, { place }: MethodContext, name: string): Value {
  const by = textArgument(name, bind(name, args, ['sep'])[0]);
  if (by === '') throw new PythonFault(`${name}() takes no empty separator`);
  const at = name === 'partition' ? text.indexOf(by) : text.lastIndexOf(by);
  const missing = name === 'partition' ? [text, '', ''] : ['', '', text];
  const parts = at < 0 ? missing : [text.slice(0, at), by, text.slice(at + by.length)];
  return new PyTuple(parts.map((value): Slot => ({ value, place })));
}

function textList(words: readonly string[], { place, budget }: MethodContext): PyList {
  budget.spend(words.length);
  return new PyList(words.map((value): Slot => ({ value, place })));
}

function join(text: string, args: CallArguments, context: MethodContext): Value {
  const slots = slotsOf(bind('join', args, ['iterable'])[0] ?? null, context.place, context.budget);
  const words = slots.map(({ value }) => {
    if (typeof value !== 'string') throw new PythonFault(`join() takes strings, not a ${typeName(value)}`);
    return value;
  });
  context.budget.spendSize(words.reduce((size, word) => size + word.length + text.length, 0));
  return words.join(text);
}

function replace(text: string, args: CallArguments, { budget }: MethodContext): Value {
  const [before, after, limit = -1n] = bind('replace', args, ['old', 'new', 'count'], 2);
  const old = textArgument('replace', before);
  const by = textArgument('replace', after);
  const most = integerArgument('replace', limit);
  const pieces = old === '' ? ['', ...text, ''] : text.split(old);
  const times = most < 0 ? pieces.length - 1 : Math.min(most, pieces.length - 1);
  budget.spendSize(text.length + times * by.length);
  return (
    pieces
      .slice(0, times)
      .map((piece) => piece + by)
      .join('') + pieces.slice(times).join(old)
  );
}

function affix(text: string, args: CallArguments, name: string): boolean {
  const [given = null] = bind(name, args, [name === 'startswith' ? 'prefix' : 'suffix']);
  const options = given instanceof PyTuple ? given.slots.map((slot) => slot.value) : [given];
  return options.some((option) => {
    const word = textArgument(name, option);
    return name === 'startswith' ? text.startsWith(word) : text.endsWith(word);
  });
}

function removeAffix(text: string, args: CallArguments, name: string): string {
  const word = textArgument(name, bind(name, args, ['affix'])[0]);
  if (name === 'removeprefix') return text.startsWith(word) ? text.slice(word.length) : text;
  return word !== '' && text.endsWith(word) ? text.slice(0, -word.length) : text;
}

/** Index in code points, or -1. */
function find(text: string, args: CallArguments, name: string): number {
  const word = textArgument(name, bind(name, args, ['sub'])[0]);
  const at = name.startsWith('r') ? text.lastIndexOf(word) : text.indexOf(word);
  return at < 0 ? -1 : textLength(text.slice(0, at));
}

function found(at: number): number {
  if (at < 0) throw new PythonFault('The text looked for is not there');
  return at;
}

function count(text: string, args: CallArguments, { budget }: MethodContext): Value {
  const word = textArgument('count', bind('count', args, ['sub'])[0]);
  budget.spendSize(text.length);
  return BigInt(word === '' ? textLength(text) + 1 : text.split(word).length - 1);
}

function justify(text: string, args: CallArguments, { budget }: MethodContext, name: string): string {
  const [width, given] = bind(name, args, ['width', 'fillchar'], 1);
  const missing = Math.max(0, integerArgument(name, width) - textLength(text));
  budget.spendSize(text.length + missing);
  if (name === 'zfill') {
    const sign = /^[+-]/.exec(text)?.[0] ?? '';
    return sign + '0'.repeat(missing) + text.slice(sign.length);
  }
  const fill = given === undefined ? ' ' : textArgument(name, given);
  // Python puts the odd one to the left when the width is odd.
  const half = (missing >> 1) + (missing & integerArgument(name, width) & 1);
  const left = name === 'rjust' ? missing : name === 'center' ? half : 0;
  return fill.repeat(left) + text + fill.repeat(missing - left);
}
