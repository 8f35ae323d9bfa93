import { PlanError } from '../errors.js';
import type { FanMode, Initializer } from '../initializers/initializer.js';
import type { Rule, RuleBuilder } from '../initializers/rule.js';
import type { CheckpointHeader } from '../ir/checkpoint-header.js';
import type { DType, FloatDType } from '../ir/dtype.js';
import { frozenJson, type JsonValue } from '../ir/json.js';
import type { Law } from '../ir/law.js';
import type { ParameterSpec } from '../ir/parameter.js';
import type { Plan, PlanStep, PlanWarning, UntouchedParameter } from '../ir/plan.js';
import type { Provenance } from '../ir/provenance.js';
import { roundLaw } from '../ir/round-law.js';
import { isSameLaw } from '../ir/same-law.js';
import { elementCount } from '../ir/shape.js';
import type { ModuleNode } from '../model/module-node.js';
import { canonicalSeed, keyDeriver, type SeedInput } from '../rng/key.js';
import { applyRule, applyToModule, type RuleRun, setGivenLaw, type UnmatchedMode } from './apply-rule.js';
import { runInitWeights } from './init-weights.js';
import { located } from './located.js';
import type { Canonical } from './logical-view.js';
import { parentsFirst } from './match.js';
import { type ParameterTable, readParameters } from './parameter-table.js';
import { hashJson } from './plan-hash.js';
import { type PathMapping, streamPaths } from './stream-paths.js';
import { WriteLog } from './write-log.js';

/** What speaks for the parameters. */
export type PlanSource =
  /** Rules for the whole tree, in order: `initialize`. */
  | { readonly rules: readonly Rule[] }
  /** The modules' own `init_cfg` and `initWeights`, from the root. */
  | { readonly initWeights: RuleBuilder }
  /** One initializer for the root's own parameters: `kaimingInit(module)` and its kin. */
  | { readonly initializer: Initializer };

/** How laws become what the generator carries out; the default is `exact-1`'s. */
export type LawRounding = (law: Law, dtype: DType, path: string) => Law;

export interface PlanModelOptions {
  readonly tree: ModuleNode;
  readonly source: PlanSource;
  /** Default 0. */
  readonly seed?: SeedInput;
  /** Default `axes`. */
  readonly fanMode?: FanMode;
  /** Default `error`. */
  readonly unmatched?: UnmatchedMode;
  /** Headers of the checkpoints that `Pretrained` rules name. */
  readonly headers?: ReadonlyMap<string, CheckpointHeader>;
  /** Dtype that float parameters take; default: the model's own. */
  readonly dtype?: FloatDType;
  /** Parameters that nothing else sets take the law of their layer, where the tree gives one. Default true. */
  readonly fresh?: boolean;
  readonly rounding?: LawRounding;
  /** Draw in logical order; default: as parameters lie. */
  readonly canonical?: Canonical;
  /** Under which paths parameters are drawn; default: their own. */
  readonly paths?: PathMapping;
}

/**
 * Decides every write, without a device, data or a clock.
 *
 * @returns a frozen plan with at most one step for each parameter, in the order of the tree; writes that a later one
 *   replaces stay in its provenance.
 * @throws PlanError, ConfigError, CheckpointError, each with the parameter's path or the place in the config.
 */
export function planModel(options: PlanModelOptions): Plan {
  const { tree } = options;
  checkChoice('fans', options.fanMode, ['axes', 'torch', 'mmengine']);
  checkChoice('unmatched', options.unmatched, ['error', 'warn', 'ignore']);
  checkChoice('canonical', options.canonical, ['oihw']);
  const seed = canonicalSeed(options.seed ?? 0);
  const parameters = readParameters(tree, options.dtype);
  const warnings: PlanWarning[] = parentsFirst(tree).flatMap((node) => node.warnings ?? []);
  const log = new WriteLog();
  const run: RuleRun = {
    parameters,
    headers: options.headers ?? new Map(),
    unmatched: options.unmatched ?? 'error',
    context: { fanMode: options.fanMode ?? 'axes', warn: warningSink(warnings) },
    log,
    canonical: options.canonical,
  };
  const streams = streamPaths(run, options.paths);
  const initialized = speak(run, tree, options.source);
  if (options.fresh ?? true) addFallbacks(run);
  const { steps, untouched } = settle(run, streams, stepMaker(log, seed, options.rounding ?? roundLaw));
  warnOfEmpty(parameters, run);
  return finish({ version: 1, generator: 'exact-1', seed, steps, untouched, warnings, initialized });
}

/** Makes the step that carries out the last of the writes that were asked for. */
function stepMaker(log: WriteLog, seed: string, rounding: LawRounding): StepMaker {
  const keyOf = keyDeriver(seed);
  const rounded = roundingOnce(rounding);
  return (provenance, { path, role, shape, dtype }) => {
    const order = log.orderOf(path);
    return Object.freeze({
      path,
      role,
      shape: frozenJson(shape),
      dtype,
      law: located(path, provenance.origin, () => rounded(log.lawOf(path) ?? provenance.law, dtype, path)),
      ...(order === undefined ? {} : { order: frozenJson(order) }),
      key: keyOf(provenance.keyPath ?? path),
      provenance,
    });
  };
}

/** Rounds a law that comes again, for the next parameter, only once. */
function roundingOnce(rounding: LawRounding): LawRounding {
  let last: { readonly given: Law; readonly dtype: DType; readonly law: Law } | undefined;
  return (given, dtype, path) => {
    if (last === undefined || last.dtype !== dtype || !isSameLaw(given, last.given)) {
      last = { given, dtype, law: frozenJson(rounding(given, dtype, path)) };
    }
    return last.law;
  };
}

/** Callers in plain JavaScript have no compiler that would tell them. */
function checkChoice(option: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return;
  throw new PlanError({
    code: 'bad-option',
    what: `the option '${option}' is ${JSON.stringify(value)}`,
    expected: known.join(', '),
  });
}

function warningSink(warnings: PlanWarning[]): (code: string, message: string, path?: string) => void {
  return (code, message, path) => {
    warnings.push({ code, message, ...(path === undefined ? {} : { path }) });
  };
}

/** @returns the modules whose `initWeights` ran. */
function speak(run: RuleRun, tree: ModuleNode, source: PlanSource): readonly string[] {
  if ('rules' in source) {
    for (const rule of source.rules) applyRule(run, tree, rule);
    return [];
  }
  if ('initializer' in source) {
    applyToModule(run, tree, source.initializer);
    return [];
  }
  const initialized = new Set<string>();
  runInitWeights({ ...run, buildRules: source.initWeights, initialized }, tree);
  return [...initialized];
}

function addFallbacks(run: RuleRun): void {
  for (const parameter of run.parameters.values()) {
    const { fallback, path } = parameter;
    if (fallback === undefined || run.log.of(path).length > 0 || elementCount(parameter.shape) === 0) continue;
    const author = { initializer: 'fallback', options: { source: fallback.source }, rule: null };
    setGivenLaw(run, parameter, author, fallback.law);
  }
}

type StepMaker = (provenance: Provenance, parameter: ParameterSpec) => PlanStep;

/** @param streams the path that each parameter's key is derived from, where it is not its own. */
function settle(
  { parameters, log }: RuleRun,
  streams: ReadonlyMap<string, string>,
  step: StepMaker,
): { readonly steps: readonly PlanStep[]; readonly untouched: readonly UntouchedParameter[] } {
  const steps: PlanStep[] = [];
  const untouched: UntouchedParameter[] = [];
  for (const parameter of parameters.values()) {
    const provenance = log.provenanceOf(parameter.path, streams.get(parameter.path) ?? parameter.path);
    if (provenance !== undefined && elementCount(parameter.shape) > 0) steps.push(step(provenance, parameter));
    else {
      const { path, shape, dtype } = parameter;
      untouched.push({ path, shape, dtype, reason: reasonOf(parameter) });
    }
  }
  return { steps, untouched };
}

function reasonOf(parameter: ParameterSpec): string {
  if (elementCount(parameter.shape) === 0) return 'it has no elements';
  if (parameter.role === 'weight' || parameter.role === 'bias') return 'no rule names its layer; it keeps its value';
  return `rules set weight and bias, and this is '${parameter.role}'; it keeps its value`;
}

function warnOfEmpty(parameters: ParameterTable, run: RuleRun): void {
  for (const { path, shape } of parameters.values()) {
    if (elementCount(shape) > 0) continue;
    run.context.warn('zero-element', `'${path}' has no elements: there is nothing to initialise`, path);
  }
}

/** Plans are JSON data: what they hold must survive being written and read. The steps are frozen JSON already. */
function finish(plan: Omit<Plan, 'hash'>): Plan {
  const { version, generator, seed, steps, untouched, warnings, initialized } = plan;
  const data: Omit<Plan, 'hash'> = {
    version,
    generator,
    seed,
    steps: Object.freeze(steps),
    untouched: frozenJson(untouched),
    warnings: frozenJson(warnings),
    initialized: frozenJson(initialized),
  };
  let hash: string | undefined;
  return Object.freeze({
    ...data,
    // Whoever asks first pays: a hash takes longer than all the rest of a plan, and a run does not need it.
    get hash(): string {
      hash ??= hashJson(data as unknown as JsonValue);
      return hash;
    },
  });
}
