import { checkClassOptions, type OptionsSchema } from '@incipit/registry';
import type { JsonValue } from '../ir/json.js';
import type { ParameterSpec } from '../ir/parameter.js';
import { biasInitWithProb } from './bias-init-with-prob.js';
import type { Assignment, InitializerContext, ModuleInitializer } from './initializer.js';

/** Options that every initializer of weights takes. */
export interface BaseInitOptions {
  /**
   * Every element of the bias.
   *
   * @default 0
   */
  readonly bias?: number;
  /**
   * Probability that the bias gives behind a sigmoid; takes the place of `bias`.
   *
   * @exclusiveMinimum 0
   * @exclusiveMaximum 1
   */
  readonly bias_prob?: number | null;
  /** Class name or names of the modules that the rule is for. */
  readonly layer?: string | readonly string[] | null;
}

/** Schema of {@link BaseInitOptions}, to be spread into a subclass's own. */
export const BASE_INIT_OPTIONS: OptionsSchema = {
  bias: { type: 'number', default: 0, description: 'Every element of the bias.' },
  bias_prob: {
    type: 'number',
    nullable: true,
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'Probability that the bias gives behind a sigmoid; takes the place of `bias`.',
  },
  layer: {
    type: 'union',
    of: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
    nullable: true,
    description: 'Class name or names of the modules that the rule is for.',
  },
};

/**
 * Initializer of modules with a weight and a bias: the bias gets a constant, the weight what {@link weightLaw} says.
 *
 * A subclass declares its own options as `static override readonly options`, spread over {@link BASE_INIT_OPTIONS}; without
 * them only the options above are checked, until a manifest that `incipit codegen` wrote says the others.
 *
 * @throws ConfigError for options that do not fit the schema.
 */
export abstract class BaseInit implements ModuleInitializer {
  static readonly className: string = 'BaseInit';
  static readonly options: OptionsSchema = BASE_INIT_OPTIONS;

  readonly scope = 'module' as const;
  abstract readonly type: string;
  readonly bias: number;
  readonly layer: readonly string[];
  readonly options: JsonValue;

  constructor(options: BaseInitOptions = {}) {
    const { options: schema, className } = new.target as unknown as typeof BaseInit;
    checkClassOptions(new.target as never, { ...options }, { type: className });
    this.options = withDefaults(schema, { ...options });
    const { bias_prob: probability, layer } = options;
    this.bias = probability === undefined || probability === null ? (options.bias ?? 0) : biasInitWithProb(probability);
    this.layer = typeof layer === 'string' ? [layer] : [...(layer ?? [])];
  }

  assign(parameter: ParameterSpec, context: InitializerContext): Assignment | undefined {
    if (parameter.role === 'weight') return this.weightLaw(parameter, context);
    if (parameter.role === 'bias') return { law: { kind: 'constant', value: this.bias } };
    return undefined;
  }

  /** The law of a weight, with the fans and the gain that led to it where there are any. */
  abstract weightLaw(parameter: ParameterSpec, context: InitializerContext): Assignment;
}

/** Options as given, and the schema's default for each that is absent; those that it does not know come last. */
export function withDefaults(schema: OptionsSchema, options: Readonly<Record<string, unknown>>): JsonValue {
  const all: Record<string, JsonValue> = {};
  for (const name of new Set([...Object.keys(schema), ...Object.keys(options)])) {
    const value = (options[name] ?? schema[name]?.default) as JsonValue | undefined;
    if (value !== undefined && value !== null) all[name] = value;
  }
  return all;
}
