import { type ByteSource, CheckpointError, elementCount, type ReadAllowance, shortened } from '@incipit/core';
import { malformed, unsupported } from '../common/checkpoint-of.js';
import { reach } from '../common/strided-copy.js';
import { PyDict, PyGlobal, PyInert, PyTuple, ScriptModule, TorchStorage, TorchTensor } from './pickle-values.js';
import { storageType, type TorchType, torchType, unreadType } from './torch-types.js';
import type { PickleMeaning } from './unpickle.js';

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
  'torch._utils._rebuild_qtensor',
  'torch._utils._rebuild_sparse_tensor',
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
  'torch.serialization._get_layout',
  'torch.nn.parameter.Parameter',
  'torch.Tensor',
  'torch._tensor.Tensor',
]);

/** Repeated elements of an expanded tensor that are written out, at most. */
const MAX_EXPANDED = 1 << 24;
/** What a pair of a dict takes: a few bytes of a pickle can copy a long list. */
const PAIR_BYTES = 128;
const MAX_AXES = 64;
/** Longer ones are on no list. */
const MAX_NAME = 200;

/** The few names of torch's files, each with its meaning here; any other is refused, whatever it would do. */
export class TorchMeaning implements PickleMeaning {
  readonly #source: Pick<ByteSource, 'name'>;
  readonly #allowance: ReadAllowance;
  readonly storages: Map<string, TorchStorage> = new Map();

  constructor(source: Pick<ByteSource, 'name'>, allowance: ReadAllowance) {
    this.#source = source;
    this.#allowance = allowance;
  }

  global(module: string, name: string): PyGlobal {
    const global = new PyGlobal(module, name);
    if (name.length <= MAX_NAME && module.length <= MAX_NAME) {
      if (CALLS.has(global.path) || INERT.has(global.path) || global.path.startsWith(SCRIPT_CLASSES)) return global;
      if ((module === 'torch' || module === 'torch.storage') && /^[A-Za-z0-9_]+Storage$/.test(name)) return global;
      if (
        module === 'torch' &&
        /^(?:[a-z]+\d[a-z0-9_]*|bool|strided|channels_last|contiguous_format|per_(?:tensor|channel)_affine)$/.test(name)
      ) {
        return global;
      }
    }
    throw new CheckpointError({
      code: 'unsafe-pickle',
      what: `'${this.#source.name}' wants '${shortened(module)}.${shortened(name)}', which is not on the list of what may be in a checkpoint`,
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
      case 'torch._utils._rebuild_qtensor':
        return this.#tensor(args);
      case 'torch._utils._rebuild_tensor_v2':
        return this.#tensor(args, { state: args[6] });
      case 'torch._utils._rebuild_tensor_v3':
        return this.#tensor(args, { typeName: args[6], state: args[7] });
      case 'torch._utils._rebuild_sparse_tensor':
        return this.#sparse(args[1]);
      case 'torch._utils._rebuild_parameter':
      case 'torch._utils._rebuild_parameter_with_state':
        return this.#parameter(args[0]);
      case 'torch._tensor._rebuild_from_type_v2':
        return this.#ofType(args);
      default:
        throw malformed(this.#source, `its pickle calls '${callable.path}'`);
    }
  }

  /** What a subclass of Tensor is made by: another of these calls, never itself, which could go on without end. */
  #ofType([make, , args]: readonly unknown[]): unknown {
    if (make instanceof PyGlobal && make.path === 'torch._tensor._rebuild_from_type_v2') {
      throw malformed(this.#source, 'its pickle makes a tensor of itself');
    }
    return this.call(make, args instanceof PyTuple ? args.items : []);
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
    if (known.className !== type.name || known.elements !== elements) {
      throw malformed(this.#source, `storage '${key}' is described in two ways`);
    }
    return known;
  }

  /** `OrderedDict()`, or of a list of pairs, as Python 2 wrote it. */
  #dictOf(args: readonly unknown[]): PyDict {
    const pairs = itemsOf(args.at(-1));
    this.#allowance.spend(this.#source, PAIR_BYTES * pairs.length);
    const dict = new PyDict();
    for (const pair of pairs) {
      const items = itemsOf(pair);
      if (items.length === 2) dict.set(items[0], items[1]);
    }
    return dict;
  }

  #parameter(data: unknown): TorchTensor {
    if (data instanceof TorchTensor) return data;
    throw malformed(this.#source, 'a parameter holds no tensor');
  }

  #tensor([storage, offset, shape, strides]: readonly unknown[], { typeName, state }: TensorExtras = {}): TorchTensor {
    const layout = { offset, shape: itemsOf(shape), strides: itemsOf(strides) };
    if (!(storage instanceof TorchStorage) || !isLayout(layout)) {
      throw malformed(this.#source, 'a tensor is described in an unknown way');
    }
    const type = lazily(state, this.#type(storage, typeName));
    this.#checkFit(storage, type, layout);
    return new TorchTensor(storage, type, layout);
  }

  /** Indices, values and a shape: listed, and not read. */
  #sparse(parts: unknown): TorchTensor {
    const [, values, size] = itemsOf(parts);
    const shape = itemsOf(size);
    if (!(values instanceof TorchTensor) || shape.length > MAX_AXES || !shape.every(isCount)) {
      throw malformed(this.#source, 'a sparse tensor is described in an unknown way');
    }
    const strides = shape.map(() => 0);
    return new TorchTensor(values.storage, unreadType(`sparse ${values.type.name}`), { offset: 0, shape, strides });
  }

  /** What cannot be read anyway may have elements of an unknown size. */
  #checkFit(storage: TorchStorage, type: TorchType, layout: Layout): void {
    const stored = storageType(storage.className).itemBytes;
    if (stored === undefined || type.itemBytes === undefined) return;
    const items = (storage.elements * stored) / type.itemBytes;
    const end = layout.offset + reach(layout);
    if (end <= items && elementCount(layout.shape) <= Math.max(items, MAX_EXPANDED)) return;
    const view = `shape [${layout.shape.join(', ')}] and strides [${layout.strides.join(', ')}]`;
    throw malformed(this.#source, `a tensor of ${view} does not fit its storage of ${items} elements`);
  }

  #type(storage: TorchStorage, name: unknown): TorchType {
    if (name === undefined) return storageType(storage.className);
    if (name instanceof PyGlobal) return torchType(name.name);
    throw malformed(this.#source, 'a tensor has a type that is none');
  }
}

/** What newer calls tell of a tensor beside its place. */
interface TensorExtras {
  readonly typeName?: unknown;
  readonly state?: unknown;
}

/** A view whose values are others than those that are stored: negated or conjugated when they are used. */
function lazily(state: unknown, type: TorchType): TorchType {
  const bit = ['neg', 'conj'].find((name) => state instanceof PyDict && state.get(name) === true);
  return bit === undefined ? type : unreadType(`${type.name} with its ${bit} bit set`);
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
