import { type Attack, bytes, latin1, le, repeated, series, zip } from './attack.js';

const MAGIC = '\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.';

/** A file of torch before 1.6 whose object is this pickle. */
function legacy(pickle: Uint8Array | string, keys: Uint8Array | string = ']'): Uint8Array {
  return bytes(MAGIC, '\x80\x02M\xe9\x03.', '\x80\x02}.', '\x80\x02', pickle, '.', '\x80\x02', keys, '.');
}

/** A file of torch whose pickle is compressed. */
function zipped(pickle: Uint8Array, storage: Uint8Array = new Uint8Array(4)): Uint8Array {
  return zip([
    { name: 'a/data.pkl', content: bytes('\x80\x02', pickle, '.') },
    { name: 'a/data/0', content: storage },
  ]);
}

const text = (value: string): string => `X${latin(le(value.length, 4))}${value}`;
const latin = (value: Uint8Array): string => Buffer.from(value).toString('latin1');
const int = (value: number): string => `J${latin(le(value, 4))}`;
const storage = (elements: number, key = '0'): string =>
  `(${text('storage')}ctorch\nByteStorage\n${text(key)}${text('cpu')}${int(elements)}tQ`;
/** Slot 0 remembers the storage, slot 1 the name of the call. */
const PREPARED = (elements: number): string => `${storage(elements)}q\x000ctorch._utils\n_rebuild_tensor_v2\nq\x010`;
const tensor = (offset: number, shape: string, strides: string): string =>
  `h\x01(h\x00${int(offset)}${shape}${strides}\x89NtR`;
/** A list of the same tensor, made anew each time. */
const tensors = (elements: number, one: string, count: number): Uint8Array =>
  bytes(PREPARED(elements), '](', repeated(one, count), 'e');

const WORD = (1n << 64n) - 1n;

/** The inverse of an odd number modulo 2^64, by Newton's method. */
function inverse(odd: bigint): bigint {
  let x = 1n;
  for (let k = 0; k < 7; k++) x = (x * (2n - odd * x)) & WORD;
  return x;
}

/** The number whose hash in V8's maps (Wang's mix of 64 bits) is this one. */
function unhashed(hash: bigint): bigint {
  const unshift = (value: bigint, by: bigint): bigint => {
    let x = value;
    for (let k = 0; k < 6; k++) x = value ^ (x >> by);
    return x;
  };
  let x = (unshift(hash, 22n) * inverse(65n)) & WORD;
  x = (unshift(x, 11n) * inverse(21n)) & WORD;
  return ((unshift(x, 31n) + 1n) * inverse((1n << 18n) - 1n)) & WORD;
}

/** A dict of floats that a map of numbers would keep in one chain. */
function collidingFloats(count: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  return bytes(
    '}(',
    series(count, (k) => {
      view.setBigUint64(0, unhashed(BigInt(k + 1) << 34n));
      return bytes('G', new Uint8Array(view.buffer.slice(0)), 'N');
    }),
    'u',
  );
}

/** Integers of 9 bytes of which only the first 8 count in a hash. */
const collidingLongs = (count: number): Uint8Array =>
  bytes(
    '}(',
    series(count, (k) => bytes('\x8a\x0c', le(5, 8), le(k, 3), '\x01N')),
    'u',
  );

const attack = (title: string, make: () => Uint8Array): Attack => ({ title: `torch: ${title}`, file: 'x.pth', make });

export const PICKLE_ATTACKS: readonly Attack[] = [
  attack('keys of a dict that collide as floats', () => legacy(collidingFloats(60_000))),
  attack('keys of a dict that collide as long integers', () => legacy(collidingLongs(60_000))),
  attack('a name that makes an expression go back and forth', () => legacy(`ctorch\nfloat${'1'.repeat(1_000_000)}!\n`)),
  attack('60 MB of nothing, compressed', () => zipped(repeated('N0', 30_000_000))),
  attack('millions of dicts', () => legacy(bytes('](', repeated('}', 1_500_000), 'e'))),
  attack('millions of lists', () => legacy(bytes('](', repeated(']', 4_000_000), 'e'))),
  attack('millions of tuples in each other', () => legacy(bytes('N', repeated('\x85', 4_000_000)))),
  attack('millions of long integers', () =>
    legacy(bytes('](', repeated(bytes('\x8a\x20', repeated('\x7f', 32)), 600_000), 'e')),
  ),
  attack('millions of texts', () => legacy(bytes('](', repeated('\x8c\x02aa', 5_000_000), 'e'))),
  attack('a text of Python 2 of 16 MB', () => legacy(bytes('T', le(16_000_000, 4), repeated('\xe9', 16_000_000)))),
  attack('a name of 30 MB', () => legacy(bytes('c', repeated('m', 30_000_000), '\nx\n'))),
  attack('memo slots from afar', () => legacy(bytes('](', repeated(bytes('Nr', le(2_000_000_000, 4)), 100), 'e'))),
  attack('memo slots with gaps', () => legacy(series(20_000, (k) => bytes('Nr', le(k * 1000, 4), '0')))),
  attack('millions of memo slots', () => legacy(bytes('N', repeated('\x94', 12_000_000)))),
  attack('a list of pairs made a dict again and again', () =>
    legacy(
      bytes(
        '](',
        repeated('NN\x86', 100_000),
        'eq\x010ccollections\nOrderedDict\nq\x02',
        repeated('h\x02h\x01\x85R0', 10_000),
      ),
    ),
  ),
  attack('a subclass of itself', () =>
    legacy(
      bytes(
        ']q\x00ctorch._tensor\n_rebuild_from_type_v2\nq\x01aNa',
        'cbuiltins\ntuple\nh\x00\x85Rq\x020h\x00h\x02a0h\x01h\x02R',
      ),
    ),
  ),
  attack('one float as terabytes', () =>
    legacy(
      bytes(tensors(1, tensor(0, `(${int(0x7fffffff)}${int(0x7fffffff)}t`, '(K\0K\0t'), 1), ''),
      `](${text('0')}e`,
    ),
  ),
  attack('one byte as 16 million, 10 000 times', () =>
    zipped(tensors(1, tensor(0, `${int(1 << 24)}\x85`, 'K\0\x85'), 10_000)),
  ),
  attack('one byte as 16 million by rows of one', () =>
    zipped(tensors(1, tensor(0, `(${int(1 << 23)}K\x01K\x02t`, '(K\0K\0K\0t'), 6)),
  ),
  attack('16 million values along 24 axes, the last first', () => {
    const axes = Array.from({ length: 24 }, (_, axis) => int(2 ** axis)).join('');
    return zipped(tensors(1 << 24, tensor(0, `(${'K\x02'.repeat(24)}t`, `(${axes}t`), 1), new Uint8Array(1 << 24));
  }),
  attack('many views of the end of a compressed storage', () =>
    zipped(tensors(200_000_000, tensor(199_999_999, 'K\x01\x85', 'K\x01\x85'), 10_000), new Uint8Array(200_000_000)),
  ),
  attack('two values far apart in a compressed storage', () =>
    zipped(tensors(200_000_000, tensor(0, 'K\x02\x85', `${int(199_999_999)}\x85`), 100), new Uint8Array(200_000_000)),
  ),
  attack('130 000 tensors', () => zipped(tensors(4, tensor(0, 'K\x04\x85', 'K\x01\x85'), 130_000))),
  attack('20 000 tensors', () => zipped(tensors(4, tensor(0, 'K\x04\x85', 'K\x01\x85'), 20_000))),
  attack('200 000 storages', () =>
    legacy(
      bytes(
        '](',
        series(200_000, (k) => storage(0, `${k}`)),
        'e',
      ),
      bytes(
        '](',
        series(200_000, (k) => text(`${k}`)),
        'e',
      ),
    ),
  ),
  attack('lists that multiply', () =>
    legacy(
      bytes(
        ']q\x00',
        series(100, (k) => latin1(`](${`h${String.fromCharCode(k)}`.repeat(20)}eq${String.fromCharCode(k + 1)}0`)),
        'h\x64',
      ),
    ),
  ),
  attack('names that grow', () =>
    legacy(
      bytes(
        PREPARED(1),
        tensor(0, 'K\x01\x85', 'K\x01\x85'),
        'q\x02',
        ...Array.from({ length: 60 }, () => bytes('q\x03}', text('n'.repeat(1_000_000)), 'h\x03s')),
      ),
    ),
  ),
];
