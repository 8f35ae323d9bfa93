import { PlanError } from '../errors.js';
import type { Rule, RuleBuilder } from '../initializers/rule.js';
import type { Law } from '../ir/law.js';
import type { InitScope, ModuleNode } from '../model/module-node.js';
import { applyRule, type RuleRun, setGivenLaw } from './apply-rule.js';
import { namedParameters } from './parameter-table.js';

/** What running `initWeights` needs and changes. */
export interface InitWeightsRun extends RuleRun {
  readonly buildRules: RuleBuilder;
  /** Paths of the modules whose default `initWeights` ran, in order of completion. */
  readonly initialized: Set<string>;
}

/**
 * Runs a module's `initWeights`: a user's, or the default.
 *
 * mmengine's order: the module's own rules, then its children, then its `Pretrained` rules; so an inner rule beats an
 * outer one, and a checkpoint beats both. Unlike mmengine, plain containers in between are descended into.
 */
export function runInitWeights(run: InitWeightsRun, node: ModuleNode): void {
  if (node.initWeights === undefined) defaultInitWeights(run, node);
  else node.initWeights(new Scope(run, node));
}

function defaultInitWeights(run: InitWeightsRun, node: ModuleNode): void {
  if (node.isInit === true || run.initialized.has(node.path)) {
    const name = node.types[0] ?? 'the module';
    run.context.warn(
      'init-twice',
      `initWeights of ${name} has been called more than once; it does nothing now`,
      node.path,
    );
    return;
  }
  const rules = isEmpty(node.initCfg) ? [] : run.buildRules(node.initCfg, node.path);
  for (const rule of rules.filter((candidate) => !isPretrained(candidate))) applyRule(run, node, rule);
  for (const child of node.children) descend(run, child);
  for (const rule of rules.filter(isPretrained)) applyRule(run, node, rule);
  if (isInitialisable(node)) run.initialized.add(node.path);
}

/** A checkpoint speaks last. */
function isPretrained(rule: Rule): boolean {
  return rule.initializer.scope === 'tree';
}

function descend(run: InitWeightsRun, node: ModuleNode): void {
  if (!isInitialisable(node)) {
    for (const child of node.children) descend(run, child);
  } else if (node.isInit !== true && !run.initialized.has(node.path)) runInitWeights(run, node);
}

/** A module that has an `initWeights`, as opposed to a plain container or layer. */
function isInitialisable(node: ModuleNode): boolean {
  return node.initWeights !== undefined || node.isInit !== undefined || node.initCfg !== undefined;
}

function isEmpty(cfg: unknown): boolean {
  if (cfg === undefined || cfg === null) return true;
  return typeof cfg === 'object' && Object.keys(cfg).length === 0;
}

class Scope implements InitScope {
  readonly #run: InitWeightsRun;
  readonly #node: ModuleNode;

  constructor(run: InitWeightsRun, node: ModuleNode) {
    this.#run = run;
    this.#node = node;
  }

  initWeights(): void {
    defaultInitWeights(this.#run, this.#node);
  }

  set(path: string, law: Law): void {
    const named = namedParameters(this.#node, this.#run.parameters);
    const found = named.find((entry) => entry.name === path);
    if (found === undefined) {
      throw new PlanError({
        code: 'missing-attribute',
        what: `initWeights sets '${path}', and the module has no such parameter`,
        expected:
          named.length === 0 ? 'a module with parameters' : `one of ${named.map((entry) => entry.name).join(', ')}`,
        ...(this.#node.path === '' ? {} : { path: this.#node.path }),
      });
    }
    const author = { initializer: 'initWeights', options: {}, rule: null };
    setGivenLaw(this.#run, found.parameter, author, law);
  }
}
