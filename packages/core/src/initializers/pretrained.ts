import { checkOptions, type OptionsSchema } from '@incipit/registry';
import { CheckpointError } from '../errors.js';
import type { CheckpointEntry, CheckpointHeader, UnreadableEntry } from '../ir/checkpoint-header.js';
import type { JsonValue } from '../ir/json.js';
import type { CopyLaw } from '../ir/law.js';
import { Glob, NameMap } from '../ir/name-map.js';
import { splitPath } from '../ir/path.js';
import { MatchBudget } from '../ir/pattern-cost.js';
import { elementCount } from '../ir/shape.js';
import { withDefaults } from './base-init.js';
import { CHECKPOINT_LAYOUTS, type CheckpointLayout } from './checkpoint-layout.js';
import { type NamedTensor, selectTensors, shortened } from './checkpoint-names.js';
import { type FitOptions, fitTensor } from './fit-tensor.js';
import type { Assignment, InitializerContext, NamedParameter, TreeInitializer } from './initializer.js';
import { WEIGHT_INITIALIZERS } from './registry.js';
import { type KeyRevision, keyReviser } from './revise-keys.js';

export interface PretrainedInitOptions {
  /**
   * The checkpoint: a path, an address, or a name such as `torchvision://resnet50`, as `openCheckpoints` understands it.
   * `#sha256=` and 64 hexadecimal digits at its end pin the file.
   */
  readonly checkpoint: string;
  /** Part of the checkpoint to take: `backbone` or `backbone.`. Default: all of it. */
  readonly prefix?: string | null;
  /** Kept for configs written for torch; values are always read to the host. */
  readonly map_location?: string | null;
  /** Missing, unexpected and mismatched tensors are an error, not a warning. Default false. */
  readonly strict?: boolean;
  /**
   * Pairs of a pattern and its replacement, in Python's words, that turn names of the checkpoint (without the prefix)
   * into names of the model, one after the other. Default: a leading `module.` goes, unless a prefix is given.
   */
  readonly revise_keys?: readonly KeyRevision[] | null;
  /**
   * Names of the model by names of the checkpoint, after `revise_keys`; the first that fits counts. `*` stands for the
   * text of a segment, `**` for any text, and their texts take the places of the stars on the other side.
   */
  readonly name_map?: Readonly<Record<string, string>> | null;
  /** How the checkpoint orders the axes of kernels: as the `model`, as `torch`, or as `tf`. Default `model`. */
  readonly layout?: CheckpointLayout;
  /**
   * Convolutions of 3 inputs fit models of other inputs: 1 takes their sum, n repeat them times 3/n, as timm does.
   *
   * @default false
   */
  readonly adapt_input_conv?: boolean;
  /** How position embeddings of another size are interpolated, as torch without antialiasing. Default: they are not. */
  readonly resize_pos_embed?: 'bicubic' | 'bilinear' | null;
  /** Names of position embeddings, with stars as in `name_map`. Default: those with `pos_embed` or `position_embed`. */
  readonly pos_embed?: string | readonly string[];
}

/** Batch counters, which old checkpoints lack and nobody misses. */
const UNMISSED = 'num_batches_tracked';
const NO_WRAPPER: readonly KeyRevision[] = [['^module\\.', '']];
const POSITIONS: readonly string[] = ['**pos_embed**', '**position_embed**'];

/** What the checkpoint and the model do not have in common. */
interface Differences {
  readonly mismatched: string[];
  readonly missing: string[];
  readonly unexpected: readonly string[];
  /** Patterns of `name_map` that fit nothing. */
  readonly unmapped: readonly string[];
}

/**
 * Parameters and buffers from a checkpoint, matched by name; each is rounded once to the parameter's dtype. What does not
 * match is left as it is, and all differences are told at once: in a warning, or in an error when `strict`.
 *
 * @throws CheckpointError `no-header`, `prefix-not-found`, `bad-pattern`, `slow-pattern`, `same-name`, `nothing-matches`,
 * `unreadable-tensor`; `checkpoint-mismatch` when `strict`.
 * @example { type: 'Pretrained', checkpoint: 'detector.safetensors', prefix: 'backbone.' }
 */
@WEIGHT_INITIALIZERS.register('Pretrained')
export class PretrainedInit implements TreeInitializer {
  static readonly className: string = 'PretrainedInit';
  static readonly options: OptionsSchema = {
    checkpoint: { type: 'string', required: true, minLength: 1, description: 'Path, address or name of a scheme.' },
    prefix: { type: 'string', nullable: true, description: 'Part of the checkpoint to take.' },
    map_location: { type: 'string', nullable: true, default: 'cpu', description: 'Accepted and not used.' },
    strict: { type: 'boolean', default: false, description: 'Differences are an error.' },
    revise_keys: {
      type: 'array',
      items: { type: 'tuple', items: [{ type: 'string' }, { type: 'string' }] },
      nullable: true,
      description: "Patterns and replacements, as Python's re.sub has them, that turn its names into the model's.",
    },
    name_map: {
      type: 'object',
      values: { type: 'string' },
      nullable: true,
      description: 'Names of the model by names of the checkpoint, with * and **.',
    },
    layout: {
      type: 'enum',
      values: [...CHECKPOINT_LAYOUTS],
      default: 'model',
      description: 'How the checkpoint orders the axes of kernels.',
    },
    adapt_input_conv: { type: 'boolean', default: false, description: 'Convolutions of colours fit other inputs.' },
    resize_pos_embed: {
      type: 'enum',
      values: ['bicubic', 'bilinear'],
      nullable: true,
      description: 'How position embeddings of another size are interpolated; not at all by default.',
    },
    pos_embed: {
      type: 'union',
      of: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
      default: [...POSITIONS],
      description: 'Names of position embeddings, with * and **.',
    },
  };

  readonly scope = 'tree' as const;
  readonly type = 'Pretrained';
  readonly checkpoint: string;
  readonly prefix: string | null;
  readonly mapLocation: string | null;
  readonly strict: boolean;
  readonly options: JsonValue;
  readonly #given: PretrainedInitOptions;

  constructor(options: PretrainedInitOptions) {
    checkOptions(PretrainedInit.options, { ...options }, { type: PretrainedInit.className });
    this.options = withDefaults(PretrainedInit.options, { ...options });
    this.checkpoint = options.checkpoint;
    this.prefix = options.prefix ?? null;
    this.mapLocation = options.map_location === undefined ? 'cpu' : options.map_location;
    this.strict = options.strict ?? false;
    this.#given = options;
  }

  get sources(): readonly string[] {
    return [this.checkpoint];
  }

  assignTree(
    parameters: readonly NamedParameter[],
    headers: ReadonlyMap<string, CheckpointHeader>,
    context: InitializerContext,
  ): ReadonlyMap<NamedParameter, Assignment> {
    const map = new NameMap(this.#given.name_map ?? {});
    const tensors = this.#select(headers, map);
    const fit = this.#fitOptions();
    const assignments = new Map<NamedParameter, Assignment>();
    const expected = new Set<string>();
    const [missing, mismatched]: [string[], string[]] = [[], []];
    for (const entry of parameters) {
      const name = nameIn(tensors, entry.name);
      const found = tensors.get(name);
      expected.add(name);
      if (found === undefined) {
        if (!name.endsWith(UNMISSED)) missing.push(name);
        continue;
      }
      const { key, entry: stored } = found;
      if ('reason' in stored) throw this.#unreadable(name, key, stored);
      const changes = fitTensor({ name, shape: stored.shape }, entry.parameter, fit);
      if (typeof changes === 'string') mismatched.push(changes);
      else if (elementCount(entry.parameter.shape) > 0)
        assignments.set(entry, { law: this.#law(key, stored, changes) });
    }
    if (assignments.size === 0) throw this.#nothingMatches(tensors, parameters, mismatched);
    const unexpected = [...tensors.keys()].filter((name) => !expected.has(name));
    this.#tellDifferences({ mismatched, missing, unexpected, unmapped: map.unused() }, context);
    return assignments;
  }

  #fitOptions(): FitOptions {
    const { layout = 'model', adapt_input_conv = false, resize_pos_embed = null, pos_embed = POSITIONS } = this.#given;
    const budget = new MatchBudget();
    const positions = (typeof pos_embed === 'string' ? [pos_embed] : pos_embed).map((row) => new Glob(row, budget));
    const isPosition = (name: string): boolean => positions.some((glob) => glob.match(name) !== null);
    return { layout, adaptInputs: adapt_input_conv, resize: resize_pos_embed, isPosition };
  }

  #law(key: string, entry: CheckpointEntry, changes: NonNullable<CopyLaw['changes']>): CopyLaw {
    const law: CopyLaw = { kind: 'copy', source: this.checkpoint, tensor: key, dtype: entry.dtype };
    return changes.length === 0 ? law : { ...law, shape: entry.shape, changes };
  }

  /** The checkpoint's tensors under the names that this module's parameters would have. */
  #select(headers: ReadonlyMap<string, CheckpointHeader>, map: NameMap): ReadonlyMap<string, NamedTensor> {
    const header = headers.get(this.checkpoint);
    if (header === undefined) {
      throw new CheckpointError({
        code: 'no-header',
        what: `the header of checkpoint '${this.checkpoint}' was not read before planning`,
        fix: 'use initialize, which reads it, or pass it in headers',
      });
    }
    const prefix = this.prefix === null || this.prefix === '' ? '' : `${this.prefix.replace(/\.$/, '')}.`;
    // As mmengine: what a wrapper put before the names is a part of the prefix where there is one.
    const revisions = this.#given.revise_keys ?? (prefix === '' ? NO_WRAPPER : []);
    return selectTensors(header, { prefix, revise: keyReviser(revisions), map });
  }

  #unreadable(name: string, key: string, { dtype, reason }: UnreadableEntry): CheckpointError {
    return new CheckpointError({
      code: 'unreadable-tensor',
      what: `the model needs '${key}' of checkpoint '${this.checkpoint}', of type ${dtype}, which cannot be read: ${reason}`,
      path: name,
      fix: 'convert that tensor to floats, or let revise_keys or name_map call it otherwise',
    });
  }

  #nothingMatches(
    tensors: ReadonlyMap<string, NamedTensor>,
    parameters: readonly NamedParameter[],
    mismatched: readonly string[],
  ): CheckpointError {
    const names = parameters.map((entry) => entry.name);
    const shapes = mismatched.length === 0 ? '' : `; of another shape: ${shortened(mismatched)}`;
    return new CheckpointError({
      code: 'nothing-matches',
      what: `nothing in checkpoint '${this.checkpoint}' matches the model: it holds ${shortened([...tensors.keys()])}${shapes}`,
      expected: `names such as ${shortened(names)}`,
      fix: 'give the prefix under which the model lies in the checkpoint, or revise_keys, or a name_map',
    });
  }

  #tellDifferences(differences: Differences, context: InitializerContext): void {
    const { mismatched, missing, unexpected, unmapped } = differences;
    const named = { mismatched, missing, unexpected, 'in name_map, but in no name': unmapped };
    const parts = Object.entries(named).filter(([, names]) => names.length > 0);
    if (parts.length === 0) return;
    const list = parts.map(([kind, names]) => `${kind}: ${names.join(', ')}`).join('; ');
    const what = `checkpoint '${this.checkpoint}' and the model do not match exactly: ${list}`;
    if (this.strict) throw new CheckpointError({ code: 'checkpoint-mismatch', what });
    context.warn('checkpoint-mismatch', what);
  }
}

/** A dot inside a segment is escaped in paths and, in checkpoints of other tools, is not. */
function nameIn(tensors: ReadonlyMap<string, NamedTensor>, path: string): string {
  return tensors.has(path) ? path : splitPath(path).join('.');
}
