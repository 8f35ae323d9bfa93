import { checkOptions, type OptionsSchema } from '@incipit/registry';
import { CheckpointError } from '../errors.js';
import type { CheckpointEntry, CheckpointHeader } from '../ir/checkpoint-header.js';
import type { JsonValue } from '../ir/json.js';
import { splitPath } from '../ir/path.js';
import { elementCount, formatShape, sameShape } from '../ir/shape.js';
import { withDefaults } from './base-init.js';
import type { Assignment, InitializerContext, NamedParameter, TreeInitializer } from './initializer.js';
import { WEIGHT_INITIALIZERS } from './registry.js';

export interface PretrainedInitOptions {
  /** The checkpoint, as `initialize`'s opener understands it. */
  readonly checkpoint: string;
  /** Part of the checkpoint to take: `backbone` or `backbone.`. Default: all of it. */
  readonly prefix?: string | null;
  /** Kept for configs written for torch; values are always read to the host. */
  readonly map_location?: string | null;
  /** Missing, unexpected and mismatched tensors are an error, not a warning. Default false. */
  readonly strict?: boolean;
}

/** Batch counters, which old checkpoints lack and nobody misses. */
const UNMISSED = 'num_batches_tracked';
/** Names shown of a longer list. */
const SHOWN = 10;

/**
 * Parameters and buffers from a checkpoint, matched by name. A leading `module.` in its names is dropped, as a wrapper
 * writes it. Tensors of another shape are left out, and all differences are told at once.
 *
 * @throws CheckpointError `no-header`, `prefix-not-found`, `nothing-matches`; `checkpoint-mismatch` when `strict`.
 * @example { type: 'Pretrained', checkpoint: 'detector.safetensors', prefix: 'backbone.' }
 */
@WEIGHT_INITIALIZERS.register('Pretrained')
export class PretrainedInit implements TreeInitializer {
  static readonly className: string = 'PretrainedInit';
  static readonly options: OptionsSchema = {
    checkpoint: { type: 'string', required: true, minLength: 1, description: 'The checkpoint to read.' },
    prefix: { type: 'string', nullable: true, description: 'Part of the checkpoint to take.' },
    map_location: { type: 'string', nullable: true, default: 'cpu', description: 'Accepted and not used.' },
    strict: { type: 'boolean', default: false, description: 'Differences are an error.' },
  };

  readonly scope = 'tree' as const;
  readonly type = 'Pretrained';
  readonly checkpoint: string;
  readonly prefix: string | null;
  readonly mapLocation: string | null;
  readonly strict: boolean;
  readonly options: JsonValue;

  constructor(options: PretrainedInitOptions) {
    checkOptions(PretrainedInit.options, { ...options }, { type: PretrainedInit.className });
    this.options = withDefaults(PretrainedInit.options, { ...options });
    this.checkpoint = options.checkpoint;
    this.prefix = options.prefix ?? null;
    this.mapLocation = options.map_location === undefined ? 'cpu' : options.map_location;
    this.strict = options.strict ?? false;
  }

  get sources(): readonly string[] {
    return [this.checkpoint];
  }

  assignTree(
    parameters: readonly NamedParameter[],
    headers: ReadonlyMap<string, CheckpointHeader>,
    context: InitializerContext,
  ): ReadonlyMap<NamedParameter, Assignment> {
    const tensors = this.#select(headers);
    const assignments = new Map<NamedParameter, Assignment>();
    const expected = new Set<string>();
    const missing: string[] = [];
    const mismatched: string[] = [];
    for (const entry of parameters) {
      const name = nameIn(tensors, entry.name);
      const found = tensors.get(name);
      expected.add(name);
      if (found === undefined) missing.push(name);
      else if (!sameShape(found.entry.shape, entry.parameter.shape)) {
        mismatched.push(
          `${name} is ${formatShape(found.entry.shape)} there and ${formatShape(entry.parameter.shape)} in the model`,
        );
      } else if (elementCount(entry.parameter.shape) > 0) {
        const { dtype } = found.entry;
        assignments.set(entry, { law: { kind: 'copy', source: this.checkpoint, tensor: found.key, dtype } });
      }
    }
    if (assignments.size === 0) throw this.#nothingMatches(tensors, parameters, mismatched);
    const unexpected = [...tensors.keys()].filter((name) => !expected.has(name));
    const missed = missing.filter((name) => !name.endsWith(UNMISSED));
    this.#tellDifferences({ mismatched, missing: missed, unexpected }, context);
    return assignments;
  }

  /** The checkpoint's tensors under the names that this module's parameters would have. */
  #select(headers: ReadonlyMap<string, CheckpointHeader>): ReadonlyMap<string, Tensor> {
    const header = headers.get(this.checkpoint);
    if (header === undefined) {
      throw new CheckpointError({
        code: 'no-header',
        what: `the header of checkpoint '${this.checkpoint}' was not read before planning`,
        fix: 'use initialize, which reads it, or pass it in headers',
      });
    }
    const selected = new Map<string, Tensor>();
    const prefix = this.prefix === null || this.prefix === '' ? '' : `${this.prefix.replace(/\.$/, '')}.`;
    for (const [key, entry] of Object.entries(header.tensors)) {
      if (prefix === '') selected.set(key.replace(/^module\./, ''), { key, entry });
      else if (key.startsWith(prefix)) selected.set(key.slice(prefix.length), { key, entry });
    }
    if (prefix === '' || selected.size > 0) return selected;
    const tops = [...new Set(Object.keys(header.tensors).map((key) => `${key.split('.')[0]}.`))];
    throw new CheckpointError({
      code: 'prefix-not-found',
      what: `${prefix} is not in the pretrained model '${this.checkpoint}'`,
      expected: `one of ${shorten(tops)}`,
    });
  }

  #nothingMatches(
    tensors: ReadonlyMap<string, Tensor>,
    parameters: readonly NamedParameter[],
    mismatched: readonly string[],
  ): CheckpointError {
    const names = parameters.map((entry) => entry.name);
    const shapes = mismatched.length === 0 ? '' : `; of another shape: ${shorten(mismatched)}`;
    return new CheckpointError({
      code: 'nothing-matches',
      what: `nothing in checkpoint '${this.checkpoint}' matches the model: it holds ${shorten([...tensors.keys()])}${shapes}`,
      expected: `names such as ${shorten(names)}`,
      fix: 'give the prefix under which the model lies in the checkpoint',
    });
  }

  #tellDifferences(differences: Readonly<Record<string, readonly string[]>>, context: InitializerContext): void {
    const parts = Object.entries(differences).filter(([, names]) => names.length > 0);
    if (parts.length === 0) return;
    const list = parts.map(([kind, names]) => `${kind}: ${names.join(', ')}`).join('; ');
    const what = `checkpoint '${this.checkpoint}' and the model do not match exactly: ${list}`;
    if (this.strict) throw new CheckpointError({ code: 'checkpoint-mismatch', what });
    context.warn('checkpoint-mismatch', what);
  }
}

interface Tensor {
  /** Name in the checkpoint. */
  readonly key: string;
  readonly entry: CheckpointEntry;
}

/** A dot inside a segment is escaped in paths and, in checkpoints of other tools, is not. */
function nameIn(tensors: ReadonlyMap<string, Tensor>, path: string): string {
  return tensors.has(path) ? path : splitPath(path).join('.');
}

function shorten(names: readonly string[]): string {
  if (names.length === 0) return 'nothing';
  const shown = names.slice(0, SHOWN).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}
