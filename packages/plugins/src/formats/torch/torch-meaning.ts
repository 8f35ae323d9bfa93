import { type ByteSource, byteSize, CheckpointError, type DType, elementCount } from '@incipit/core';
import { malformed, unsupported } from '../common/checkpoint-of.js';
import { reach } from '../common/strided-copy.js';
import { PyGlobal, PyInert, PyTuple, ScriptModule, TorchStorage, TorchTensor } from './pickle-values.js';
import type { PickleMeaning } from './unpickle.js';

const STORAGE_DTYPES: Readonly<Record<string, DType>> = {
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  CharStorage: 'int8',
  ShortStorage: 'int16',
  IntStorage: 'int32',
  LongStorage: 'int64',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
  UntypedStorage: 'uint8',
};
const DTYPES: readonly DType[] = [
  ...['float16', 'float32', 'float64', 'bfloat16', 'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32'],
  ...['uint64', 'bool'],
] as DType[];

/** Calls that have a meaning here. */
const CALLS: ReadonlySet<string> = new Set([
  'collections.OrderedDict',
  'collections.defaultdict',
  'builtins.dict',
  'builtins.list',
  'builtins.set',
  'builtins.frozenset',
  'builtins.tuple',
  '__builtin__.set',
  'torch.Size',
  'torch._utils._rebuild_tensor',
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_tensor_v3',
  'torch._utils._rebuild_parameter',
  'torch._utils._rebuild_parameter_with_state',
  'torch._tensor._rebuild_from_type_v2',
  'torch.jit._pickle.build_boollist',
  'torch.jit._pickle.build_doublelist',
  'torch.jit._pickle.build_intlist',
  'torch.jit._pickle.build_tensorlist',
  'torch.jit._pickle.restore_type_tag',
]);
/** What the classes of a TorchScript program lie in. Their code is in other files, which nothing opens. */
const SCRIPT_CLASSES = '__torch__.';

/** Classes and functions that checkpoints carry beside tensors: mere data, whose content is dropped. */
const INERT: ReadonlySet<string> = new Set([
  '_codecs.encode',
  'argparse.Namespace',
  'datetime.datetime',
  'datetime.timedelta',
  'mmengine.config.config.ConfigDict',
  'mmengine.logging.history_buffer.HistoryBuffer',
  'mmcv.utils.config.ConfigDict',
  'numpy.core.multiarray._reconstruct',
  'numpy.core.multiarray.scalar',
  'numpy._core.multiarray._reconstruct',
  'numpy._core.multiarray.scalar',
  'numpy.dtype',
  'numpy.ndarray',
  'omegaconf.dictconfig.DictConfig',
  'pathlib.PosixPath',
  'pathlib.PurePosixPath',
  'pathlib.WindowsPath',
  'torch.device',
  'torch.nn.parameter.Parameter',
  'torch.Tensor',
  'torch._tensor.Tensor',
]);

/** Repeated elements of an expanded tensor that are written out, at most. */
const MAX_EXPANDED = 1 << 24;
/** Pairs that dicts are made of by a call: a few bytes of a pickle can copy a long list. */
const MAX_COPIED = 2_000_000;
const MAX_AXES = 64;

/** The few names of torch's files, each with its meaning here; any other is refused, whatever it would do. */
export class TorchMeaning implements PickleMeaning {
  readonly #source: Pick<ByteSource, 'name'>;
  #copied = 0;
  readonly storages: Map<string, TorchStorage> = new Map();

  constructor(source: Pick<ByteSource, 'name'>) {
    this.#source = source;
  }

  global(module: string, name: string): PyGlobal {
    const global = new PyGlobal(module, name);
    if (CALLS.has(global.path) || INERT.has(global.path) || global.path.startsWith(SCRIPT_CLASSES)) return global;
    if ((module === 'torch' || module === 'torch.storage') && /^[A-Za-z0-9]+Storage$/.test(name)) return global;
    if (module === 'torch' && /^(?:[a-z]+\d+[a-z0-9_]*|bool|strided|channels_last|contiguous_format)$/.test(name)) {
      return global;
    }
    throw new CheckpointError({
      code: 'unsafe-pickle',
      what: `'${this.#source.name}' wants '${global.path}', which is not on the list of what may be in a checkpoint`,
      expected: 'tensors, parameters, and plain Python data',
      fix: 'if you trust the file: load it in torch and save its state_dict() alone',
    });
  }

  call(callable: unknown, args: readonly unknown[]): unknown {
    if (!(callable instanceof PyGlobal)) throw malformed(this.#source, 'its pickle calls what is no name');
    if (INERT.has(callable.path)) return new PyInert(callable.path);
    if (callable.path.startsWith(SCRIPT_CLASSES)) return new ScriptModule();
    switch (callable.path) {
      case 'collections.OrderedDict':
      case 'collections.defaultdict':
      case 'builtins.dict':
        return this.#dictOf(args);
      case 'torch.jit._pickle.restore_type_tag':
        return args[0];
      case 'torch.jit._pickle.build_boollist':
      case 'torch.jit._pickle.build_doublelist':
      case 'torch.jit._pickle.build_intlist':
      case 'torch.jit._pickle.build_tensorlist':
      case 'builtins.list':
      case 'builtins.set':
      case 'builtins.frozenset':
      case '__builtin__.set':
        return itemsOf(args[0]);
      case 'builtins.tuple':
      case 'torch.Size':
        return new PyTuple(itemsOf(args[0]));
      case 'torch._utils._rebuild_tensor':
      case 'torch._utils._rebuild_tensor_v2':
        return this.#tensor(args);
      case 'torch._utils._rebuild_tensor_v3':
        return this.#tensor(args, args[6]);
      case 'torch._utils._rebuild_parameter':
      case 'torch._utils._rebuild_parameter_with_state':
        return this.#parameter(args[0]);
      case 'torch._tensor._rebuild_from_type_v2':
        return this.call(args[0], args[2] instanceof PyTuple ? args[2].items : []);
      default:
        throw malformed(this.#source, `its pickle calls '${callable.path}'`);
    }
  }

  persistent(id: unknown): TorchStorage {
    const [kind, type, key, , elements, view] = id instanceof PyTuple ? id.items : [];
    if (view instanceof PyTuple) throw unsupported(this.#source, 'has views of storages, as torch 0.3 wrote them');
    if (kind !== 'storage' || !(type instanceof PyGlobal) || !isText(key) || !isCount(elements)) {
      throw malformed(this.#source, 'a storage is described in an unknown way');
    }
    const known = this.storages.get(key);
    if (known === undefined) {
      const storage = new TorchStorage(key, type.name, elements);
      this.storages.set(key, storage);
      return storage;
    }
    if (known.type !== type.name || known.elements !== elements) {
      throw malformed(this.#source, `storage '${key}' is described in two ways`);
    }
    return known;
  }

  /** `OrderedDict()`, or of a list of pairs, as Python 2 wrote it. */
  #dictOf(args: readonly unknown[]): Map<unknown, unknown> {
    const pairs = itemsOf(args.at(-1));
    this.#copied += pairs.length;
    if (this.#copied > MAX_COPIED) throw malformed(this.#source, 'its pickle copies lists without end');
    return new Map(pairs.map(itemsOf).filter((pair) => pair.length === 2) as [unknown, unknown][]);
  }

  #parameter(data: unknown): TorchTensor {
    if (data instanceof TorchTensor) return data;
    throw malformed(this.#source, 'a parameter holds no tensor');
  }

  #tensor([storage, offset, shape, strides]: readonly unknown[], dtypeName?: unknown): TorchTensor {
    const layout = { offset, shape: itemsOf(shape), strides: itemsOf(strides) };
    if (!(storage instanceof TorchStorage) || !isLayout(layout)) {
      throw malformed(this.#source, 'a tensor is described in an unknown way');
    }
    const dtype = this.#dtype(storage, dtypeName);
    const items = (storage.elements * byteSize(storageDType(storage) ?? 'uint8')) / byteSize(dtype);
    const elements = elementCount(layout.shape);
    const end = layout.offset + reach(layout);
    if (!(end <= items) || !(elements <= Math.max(items, MAX_EXPANDED))) {
      const view = `shape [${layout.shape.join(', ')}] and strides [${layout.strides.join(', ')}]`;
      throw malformed(this.#source, `a tensor of ${view} does not fit its storage of ${items} elements`);
    }
    return new TorchTensor(storage, dtype, layout);
  }

  #dtype(storage: TorchStorage, name: unknown): DType {
    const dtype = name instanceof PyGlobal ? DTYPES.find((known) => known === name.name) : storageDType(storage);
    if (dtype !== undefined && (name === undefined || name instanceof PyGlobal)) return dtype;
    const what = name instanceof PyGlobal ? name.path : storage.type;
    throw unsupported(this.#source, `holds a tensor of ${what}`, 'convert it in torch: tensor.float()');
  }
}

/** Element type of a storage. */
export function storageDType({ type }: TorchStorage): DType | undefined {
  return Object.hasOwn(STORAGE_DTYPES, type) ? STORAGE_DTYPES[type] : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function itemsOf(value: unknown): readonly unknown[] {
  if (value instanceof PyTuple) return value.items;
  return Array.isArray(value) ? (value as unknown[]) : [];
}

interface Layout {
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

function isLayout(layout: {
  readonly offset: unknown;
  readonly shape: readonly unknown[];
  readonly strides: readonly unknown[];
}): layout is Layout {
  const { offset, shape, strides } = layout;
  if (shape.length > MAX_AXES || shape.length !== strides.length) return false;
  return isCount(offset) && shape.every(isCount) && strides.every(isCount);
}
