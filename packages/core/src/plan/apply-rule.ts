import type { ConfigOrigin } from '@incipit/registry';
import { PlanError } from '../errors.js';
import type {
  Assignment,
  Initializer,
  InitializerContext,
  ModuleInitializer,
  TreeInitializer,
} from '../initializers/initializer.js';
import type { Rule, RuleOverride } from '../initializers/rule.js';
import type { CheckpointHeader } from '../ir/checkpoint-header.js';
import { sharedJson } from '../ir/json.js';
import type { Law } from '../ir/law.js';
import type { ParameterSpec } from '../ir/parameter.js';
import { lastSegment } from '../ir/path.js';
import type { RuleReference } from '../ir/provenance.js';
import { elementCount } from '../ir/shape.js';
import type { ModuleNode } from '../model/module-node.js';
import { located } from './located.js';
import { assignInLogicalOrder, type Canonical, placeGivenLaw } from './logical-view.js';
import { childrenFirst, layerNames, matchesLayer, nearLayerNames } from './match.js';
import { namedParameters, type ParameterTable } from './parameter-table.js';
import type { Author, WriteLog } from './write-log.js';

/** What to do with a rule that sets nothing. */
export type UnmatchedMode = 'error' | 'warn' | 'ignore';

/** What applying a rule needs and changes. */
export interface RuleRun {
  readonly parameters: ParameterTable;
  readonly headers: ReadonlyMap<string, CheckpointHeader>;
  readonly unmatched: UnmatchedMode;
  readonly context: InitializerContext;
  readonly log: WriteLog;
  /** Parameters are drawn in logical order, whatever their framework's; absent: as they lie. */
  readonly canonical?: Canonical | undefined;
}

/**
 * Applies one rule to the module that holds it: first to what its `layer` matches, then its overrides, in order.
 *
 * @throws PlanError `unmatched-rule`, `missing-attribute`, and what the initializer throws, with the parameter's path.
 */
export function applyRule(run: RuleRun, node: ModuleNode, rule: Rule): void {
  const reference: RuleReference = { node: node.path, rule: rule.index, override: null };
  const author = authorOf(rule.initializer, reference, rule.origin);
  if (rule.initializer.scope === 'tree') applyTree(run, node, rule.initializer, author);
  else if (rule.layer.length > 0) applyToLayers(run, node, rule, { initializer: rule.initializer, author });
  else if (rule.overrides.length === 0) {
    reportUnmatched(run, node, rule.origin, {
      what: `the rule '${author.initializer}' has neither 'layer' nor 'override' and would set nothing`,
      fix: "name the layers that it is for, for instance layer: 'Conv2d'",
    });
  }
  for (const [index, override] of rule.overrides.entries()) {
    applyOverride(run, node, override, { ...reference, override: index });
  }
}

/** Gives a module's own parameters their laws, whatever its class: what the one-off functions do. */
export function applyToModule(run: RuleRun, node: ModuleNode, initializer: Initializer): void {
  const author = authorOf(initializer, null, undefined);
  if (initializer.scope === 'tree') applyTree(run, node, initializer, author);
  else setParameters(run, node, initializer, author);
}

function authorOf(initializer: Initializer, rule: RuleReference | null, origin: ConfigOrigin | undefined): Author {
  // Copied once for all the parameters that the rule sets.
  const { options } = initializer;
  return {
    initializer: initializer.type,
    options: sharedJson(options),
    rule: sharedJson(rule),
    origin: sharedJson(origin),
  };
}

function applyToLayers(
  run: RuleRun,
  node: ModuleNode,
  rule: Rule,
  { initializer, author }: { readonly initializer: ModuleInitializer; readonly author: Author },
): void {
  let matches = 0;
  let set = 0;
  for (const module of childrenFirst(node)) {
    if (!matchesLayer(module, rule.layer)) continue;
    matches += 1;
    set += setParameters(run, module, initializer, author);
  }
  if (set > 0) return;
  const layers = rule.layer.map((layer) => `'${layer}'`).join(', ');
  const near = rule.layer.flatMap((layer) => nearLayerNames(node, layer));
  const present = layerNames(node).join(', ');
  reportUnmatched(run, node, rule.origin, {
    what:
      matches === 0
        ? `the rule '${author.initializer}' for layer ${layers} matches nothing`
        : `the rule '${author.initializer}' for layer ${layers} matches ${matches} module(s), none with a parameter to set`,
    expected: `a layer of this model: ${present}`,
    fix:
      near.length > 0
        ? `write ${near.join(' or ')}`
        : "name a layer of the model, or take the rule out (unmatched: 'ignore' lets it pass)",
  });
}

/** @returns how many parameters the initializer spoke for, empty ones included. */
function setParameters(run: RuleRun, module: ModuleNode, initializer: ModuleInitializer, author: Author): number {
  let set = 0;
  for (const listed of weightsFirst(module.parameters)) {
    const known = run.parameters.get(listed.path);
    // A tied parameter keeps the axes of the module that is being initialised.
    const parameter = known === undefined || known.dtype === listed.dtype ? listed : { ...listed, dtype: known.dtype };
    if (elementCount(parameter.shape) === 0) {
      set += 1;
      continue;
    }
    const ask = (seen: ParameterSpec): Assignment | undefined => initializer.assign(seen, run.context);
    const assignment = located(parameter.path, author.origin, () =>
      run.canonical === undefined ? ask(parameter) : assignInLogicalOrder(parameter, ask),
    );
    if (assignment === undefined) continue;
    run.log.add(parameter.path, author, assignment);
    set += 1;
  }
  return set;
}

/** Logs a law that somebody gives for a parameter as it lies: its layer, or a user's `initWeights`. */
export function setGivenLaw(run: RuleRun, parameter: ParameterSpec, author: Author, law: Law): void {
  const { canonical, context, log } = run;
  log.add(parameter.path, author, canonical === undefined ? { law } : placeGivenLaw(parameter, law, context.warn));
}

/** Weight, then bias, then the rest: the order of writes does not depend on how a framework lists them. */
function weightsFirst(parameters: readonly ParameterSpec[]): readonly ParameterSpec[] {
  if (parameters.length < 2) return parameters;
  const rank = (parameter: ParameterSpec): number => {
    if (parameter.role === 'weight') return 0;
    return parameter.role === 'bias' ? 1 : 2;
  };
  return [...parameters].sort((a, b) => rank(a) - rank(b));
}

function applyTree(run: RuleRun, node: ModuleNode, initializer: TreeInitializer, author: Author): void {
  const named = namedParameters(node, run.parameters);
  const assignments = located(undefined, author.origin, () => initializer.assignTree(named, run.headers, run.context));
  for (const entry of named) {
    const assignment = assignments.get(entry);
    if (assignment !== undefined) run.log.add(entry.parameter.path, author, assignment);
  }
}

function applyOverride(run: RuleRun, node: ModuleNode, override: RuleOverride, reference: RuleReference): void {
  const child = node.children.find((candidate) => lastSegment(candidate.path) === override.name);
  if (child === undefined) {
    if (node.absent?.includes(override.name) === true) return;
    throw missingAttribute(node, override);
  }
  const author = authorOf(override.initializer, reference, override.origin);
  if (override.initializer.scope === 'tree') {
    applyTree(run, child, override.initializer, author);
    return;
  }
  let set = 0;
  for (const module of childrenFirst(child)) set += setParameters(run, module, override.initializer, author);
  if (set > 0) return;
  reportUnmatched(run, node, override.origin, {
    what: `the override of '${override.name}' matches nothing: that module has no parameter to set`,
    fix: 'take the override out',
  });
}

function missingAttribute(node: ModuleNode, override: RuleOverride): PlanError {
  const children = node.children.map((child) => lastSegment(child.path));
  const parameter = node.parameters.some((candidate) => candidate.nativeName === override.name);
  return new PlanError({
    code: parameter ? 'not-a-module' : 'missing-attribute',
    what: parameter
      ? `the override names '${override.name}', a parameter; an override names a module`
      : `the module did not have attribute ${override.name}, which an override names`,
    expected: children.length === 0 ? 'a module with children' : `one of ${children.join(', ')}`,
    fix: 'write the name of a direct child',
    ...placeOf(node),
    ...(override.origin === undefined ? {} : { origin: override.origin }),
  });
}

/** The root has no path worth a message. */
function placeOf(node: ModuleNode): { readonly path?: string } {
  return node.path === '' ? {} : { path: node.path };
}

function reportUnmatched(
  run: RuleRun,
  node: ModuleNode,
  origin: ConfigOrigin | undefined,
  problem: { readonly what: string; readonly expected?: string; readonly fix: string },
): void {
  if (run.unmatched === 'ignore') return;
  const error = new PlanError({
    code: 'unmatched-rule',
    ...problem,
    ...placeOf(node),
    ...(origin === undefined ? {} : { origin }),
  });
  if (run.unmatched === 'error') throw error;
  run.context.warn(error.code, error.message, placeOf(node).path);
}
