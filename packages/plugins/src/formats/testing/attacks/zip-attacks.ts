import { type Attack, bytes, latin1, le, repeated, zip } from './attack.js';

/** A numpy array of bytes, or with a header of one's own. */
function npy(
  data: Uint8Array,
  header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${data.byteLength},), }`,
): Uint8Array {
  return bytes('\x93NUMPY\x01\x00', le(header.length, 2), header, data);
}

const attack = (title: string, make: () => Uint8Array, file = 'x.npz'): Attack => ({ title, file, make });
const ones = (shape: string, fortran = 'False'): string =>
  `{'descr': '|u1', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

export const ZIP_ATTACKS: readonly Attack[] = [
  attack('numpy: 150 MB of zeros in 150 KB', () => zip([{ name: 'a.npy', content: npy(new Uint8Array(150_000_000)) }])),
  attack('numpy: 100 MB of zeros in 100 KB', () => zip([{ name: 'a.npy', content: npy(new Uint8Array(100_000_000)) }])),
  attack('numpy: four times 60 MB of zeros', () => {
    const content = npy(new Uint8Array(60_000_000));
    return zip(Array.from({ length: 4 }, (_, k) => ({ name: `${k}.npy`, content })));
  }),
  attack('numpy: 200 arrays of 20 MB of zeros', () => {
    const content = npy(new Uint8Array(20_000_000));
    return zip(Array.from({ length: 200 }, (_, k) => ({ name: `${k}.npy`, content })));
  }),
  attack('numpy: 29 000 stored arrays', () => {
    const content = npy(new Uint8Array(4));
    return zip(Array.from({ length: 29_000 }, (_, k) => ({ name: `${k}.npy`, content, stored: true })));
  }),
  attack('numpy: 10 000 compressed arrays', () => {
    const content = npy(new Uint8Array(4));
    return zip(Array.from({ length: 10_000 }, (_, k) => ({ name: `${k}.npy`, content })));
  }),
  attack('numpy: 50 000 empty files', () =>
    zip(Array.from({ length: 50_000 }, (_, k) => ({ name: `${k}.npy`, content: new Uint8Array(0), stored: true }))),
  ),
  attack('numpy: an array that promises more than it unpacks to', () =>
    zip([{ name: 'a.npy', content: npy(new Uint8Array(100_000)), claims: 100_000_000 }]),
  ),
  attack('numpy: a compressed array that unpacks to more than it promises', () =>
    zip([{ name: 'a.npy', content: npy(new Uint8Array(50_000_000)), claims: 2000 }]),
  ),
  attack('numpy: a Fortran array of 30 million rows', () =>
    zip([{ name: 'a.npy', content: npy(new Uint8Array(60_000_000), ones('(30000000, 2)', 'True')) }]),
  ),
  attack(
    'numpy: a header that repeats its words',
    () => npy(new Uint8Array(0), `{${"'descr'        ".repeat(4000)}`.slice(0, 65_000)),
    'x.npy',
  ),
  attack('numpy: a shape of 60 000 digits', () => npy(new Uint8Array(0), ones(`(${'9'.repeat(60_000)},)`)), 'x.npy'),
  attack('numpy: a shape of 20 000 axes', () => npy(new Uint8Array(0), ones(`(${'1,'.repeat(20_000)})`)), 'x.npy'),
  attack(
    'numpy: extents that overflow beside a zero',
    () => npy(new Uint8Array(0), ones('(0, 9007199254740991, 9007199254740991)')),
    'x.npy',
  ),
  attack('zip: two ends, and a comment that looks like one', () =>
    bytes(zip([{ name: 'a.npy', content: npy(new Uint8Array(1)) }]), repeated(latin1('PK\x05\x06'), 16_000)),
  ),
  attack(
    'keras: weights that unpack to 150 MB',
    () => zip([{ name: 'model.weights.h5', content: bytes('\x89HDF\r\n\x1a\n', new Uint8Array(150_000_000)) }]),
    'x.keras',
  ),
];
