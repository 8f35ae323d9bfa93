import { floatPower, toFloat } from './arithmetic.js';
import { bind } from './bind.js';
import type { Context } from './context.js';
import { PythonFault } from './fault.js';
import { slotsOf } from './iterate.js';
import { deepCopy } from './mapping.js';
import { joinPosix, normalizePosix, splitExtension, splitPosix } from './posix-path.js';
import { exponential, logarithm, logarithmTo } from './transcendental.js';
import {
  asInteger,
  asNumeric,
  type CallArguments,
  PyDict,
  PyFunction,
  PyIterator,
  PyList,
  PyModule,
  PySet,
  PyTuple,
  type Slot,
  typeName,
  type Value,
} from './values.js';

type Member = (args: CallArguments, context: Context) => Value;

/** Top-level names of CPython's standard library, 3.8 to 3.12: all that is not imported lazily. */
const STANDARD_LIBRARY: ReadonlySet<string> = new Set(
  (
    '__future__ abc aifc argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii binhex bisect ' +
    'builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall ' +
    'concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm ' +
    'decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput ' +
    'fnmatch formatter fractions ftplib functools gc getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac ' +
    'html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache ' +
    'locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib multiprocessing netrc nis ' +
    'nntplib ntpath numbers operator optparse os ossaudiodev parser pathlib pdb pickle pickletools pipes pkgutil ' +
    'platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc queue quopri ' +
    'random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal ' +
    'site smtpd smtplib sndhdr socket socketserver spwd sqlite3 ssl stat statistics string stringprep struct ' +
    'subprocess sunau symbol symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this ' +
    'threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types ' +
    'typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib ' +
    'xml xmlrpc zipapp zipfile zipimport zlib zoneinfo'
  ).split(' '),
);

/** Whether a module comes with Python itself, or is mmengine's own config module. */
export function isStandardModule(module: string): boolean {
  return module.startsWith('mmengine.config') || STANDARD_LIBRARY.has(module.split('.')[0] ?? '');
}

const MATH_FUNCTIONS: ReadonlyMap<string, Member> = new Map<string, Member>([
  ['sqrt', (args) => Math.sqrt(atLeast(0, number('sqrt', args)))],
  ['ceil', (args) => toInteger(number('ceil', args), Math.ceil)],
  ['floor', (args) => toInteger(number('floor', args), Math.floor)],
  ['trunc', (args) => toInteger(number('trunc', args), Math.trunc)],
  ['fabs', (args) => Math.abs(number('fabs', args))],
  ['exp', (args) => finitely('exp', exponential, number('exp', args))],
  ['log', naturalLogarithm],
  ['log2', (args) => logarithmTo(above(0, number('log2', args)), 2)],
  ['log10', (args) => logarithmTo(above(0, number('log10', args)), 10)],
  ['pow', (args) => floatPower(...numbers('pow', args))],
  ['radians', (args) => number('radians', args) * (Math.PI / 180)],
  ['degrees', (args) => number('degrees', args) * (180 / Math.PI)],
  ['isnan', (args) => Number.isNaN(number('isnan', args))],
  ['isinf', (args) => Math.abs(number('isinf', args)) === Number.POSITIVE_INFINITY],
  ['isfinite', (args) => Number.isFinite(number('isfinite', args))],
  ['gcd', (args) => args.positional.map(integer).reduce(greatestDivisor, 0n)],
  ['prod', product],
]);

const MATH_CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['pi', Math.PI],
  ['e', Math.E],
  ['tau', 2 * Math.PI],
  ['inf', Number.POSITIVE_INFINITY],
  ['nan', Number.NaN],
]);

const COPY: ReadonlyMap<string, Member> = new Map<string, Member>([
  ['deepcopy', (args, { budget }) => deepCopy(bind('deepcopy', args, ['x'])[0] ?? null, budget)],
  ['copy', (args, context) => shallowCopy(bind('copy', args, ['x'])[0] ?? null, context)],
]);

const PATH: ReadonlyMap<string, Member> = new Map<string, Member>([
  ['join', (args, { budget }) => joined(args.positional.map(path), budget)],
  ['basename', (args) => splitPosix(onePath('basename', args))[1]],
  ['dirname', (args) => splitPosix(onePath('dirname', args))[0]],
  ['split', (args, { place }) => texts(splitPosix(onePath('split', args)), place)],
  ['splitext', (args, { place }) => texts(splitExtension(onePath('splitext', args)), place)],
  ['normpath', (args) => normalizePosix(onePath('normpath', args))],
  ['isabs', (args) => onePath('isabs', args).startsWith('/')],
]);

const ITERTOOLS: ReadonlyMap<string, Member> = new Map<string, Member>([
  [
    'chain',
    (args, { place, budget }) => iterator(args.positional.flatMap(({ value }) => slotsOf(value, place, budget))),
  ],
  ['product', combinations],
]);

/**
 * The pure part of a module of the standard library; what a config asks of it beyond that is an error where it asks.
 *
 * @param builtins for what modules share with them.
 */
export function standardModule(name: string, context: Context, builtins: ReadonlyMap<string, Value>): PyModule {
  const functions = (members: ReadonlyMap<string, Member>): [string, Value][] =>
    [...members].map(([key, call]) => [key, new PyFunction(key, (args) => call(args, context))]);
  switch (name) {
    case 'math':
      return new PyModule(name, new Map([...functions(MATH_FUNCTIONS), ...MATH_CONSTANTS]));
    case 'copy':
      return new PyModule(name, new Map(functions(COPY)));
    case 'os.path':
    case 'posixpath':
      return new PyModule(name, new Map<string, Value>([...functions(PATH), ['sep', '/']]));
    case 'os':
      return new PyModule(
        name,
        new Map<string, Value>([
          ['path', standardModule('os.path', context, builtins)],
          ['sep', '/'],
        ]),
      );
    case 'itertools':
      return new PyModule(name, new Map(functions(ITERTOOLS)));
    case 'collections':
      // A dict keeps its order; nothing else of an OrderedDict shows in a config.
      return new PyModule(name, new Map([['OrderedDict', builtins.get('dict') ?? null]]));
    case 'builtins':
      return new PyModule(name, builtins);
    default:
      return new PyModule(name, new Map());
  }
}

function number(name: string, args: CallArguments): number {
  const [value = null] = bind(name, args, ['x']);
  return toNumber(value);
}

function numbers(name: string, args: CallArguments): [number, number] {
  const [a = null, b = null] = bind(name, args, ['x', 'y']);
  return [toNumber(a), toNumber(b)];
}

function toNumber(value: Value): number {
  const numeric = asNumeric(value);
  if (numeric === undefined) throw new PythonFault(`A ${typeName(value)} is no number`);
  return toFloat(numeric);
}

function integer({ value }: Slot): bigint {
  const whole = asInteger(value);
  if (whole === undefined) throw new PythonFault(`A ${typeName(value)} is no integer`);
  return whole;
}

function atLeast(least: number, value: number): number {
  if (value < least) throw new PythonFault(`${value} is outside of what the function takes`);
  return value;
}

function above(bound: number, value: number): number {
  if (!(value > bound)) throw new PythonFault(`${value} is outside of what the function takes`);
  return value;
}

function toInteger(value: number, by: (value: number) => number): bigint {
  if (!Number.isFinite(value)) throw new PythonFault(`${value} is no integer`);
  return BigInt(by(value));
}

function finitely(name: string, of: (value: number) => number, value: number): number {
  if (!Number.isFinite(value)) return value === Number.NEGATIVE_INFINITY ? 0 : value;
  const result = of(value);
  if (!Number.isFinite(result)) throw new PythonFault(`${name}(${value}) is too large for a float`);
  return result;
}

function naturalLogarithm(args: CallArguments): Value {
  const [x = null, base] = bind('log', args, ['x', 'base'], 1);
  const value = above(0, toNumber(x));
  if (!Number.isFinite(value)) return value;
  return base === undefined ? logarithm(value) : logarithm(value) / logarithm(above(0, toNumber(base)));
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function product(args: CallArguments, { place, budget }: Context): Value {
  const slots = slotsOf(bind('prod', args, ['iterable'])[0] ?? null, place, budget);
  const values = slots.map(({ value }) => asNumeric(value) ?? Number.NaN);
  return values.every((value) => typeof value === 'bigint')
    ? values.reduce((total, value) => total * value, 1n)
    : values.reduce<number>((total, value) => total * Number(value), 1);
}

function shallowCopy(value: Value, { budget }: Context): Value {
  if (value instanceof PyList) {
    budget.spend(value.slots.length);
    return new PyList([...value.slots]);
  }
  if (value instanceof PySet) return new PySet(new Map(value.items));
  if (!(value instanceof PyDict)) return value;
  budget.spend(value.entries.size);
  return new PyDict(new Map(value.entries), value.config);
}

function path({ value }: Slot): string {
  if (typeof value !== 'string') throw new PythonFault(`A ${typeName(value)} is no path`);
  return value;
}

function onePath(name: string, args: CallArguments): string {
  return path({ value: bind(name, args, ['path'])[0] ?? null, place: { line: 0 } });
}

function joined(parts: readonly string[], budget: Context['budget']): string {
  budget.spendSize(parts.reduce((size, part) => size + part.length + 1, 0));
  return joinPosix(parts);
}

function texts(parts: readonly string[], place: Slot['place']): PyTuple {
  return new PyTuple(parts.map((value) => ({ value, place })));
}

function iterator(slots: readonly Slot[]): PyIterator {
  return new PyIterator('iterator', slots);
}

function combinations(args: CallArguments, { place, budget }: Context): Value {
  let rows: readonly (readonly Slot[])[] = [[]];
  for (const { value } of args.positional) {
    const column = slotsOf(value, place, budget);
    budget.spendSize(rows.length * column.length * args.positional.length);
    rows = rows.flatMap((row) => column.map((slot) => [...row, slot]));
  }
  return iterator(rows.map((row) => ({ value: new PyTuple(row), place })));
}
