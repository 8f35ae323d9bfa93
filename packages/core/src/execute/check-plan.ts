import { PlanError } from '../errors.js';
import { isDrawOrder } from '../ir/draw-order.js';
import type { Plan } from '../ir/plan.js';
import { formatShape, sameShape } from '../ir/shape.js';
import type { ModuleNode } from '../model/module-node.js';
import { parametersByPath } from '../model/parameters-by-path.js';

/**
 * A plan may have been made elsewhere, from a model of another version: every step must find its parameter.
 *
 * @throws PlanError `plan-mismatch`, with all differences at once, or `unknown-plan`.
 */
export function checkPlanFits(plan: Plan, root: ModuleNode): void {
  if (plan.version !== 1 || plan.generator !== 'exact-1') {
    throw new PlanError({
      code: 'unknown-plan',
      what: `this plan has version ${String(plan.version)} and generator '${String(plan.generator)}'`,
      expected: "version 1, generator 'exact-1'",
      fix: 'make the plan again with this release',
    });
  }
  const parameters = parametersByPath(root);
  const problems: string[] = [];
  for (const step of plan.steps) {
    const found = parameters.get(step.path);
    if (found === undefined) problems.push(`'${step.path}' is not in the model`);
    else if (!sameShape(found.shape, step.shape) || found.dtype !== step.dtype) {
      const has = `${found.dtype} ${formatShape(found.shape)}`;
      problems.push(`'${step.path}' is ${has} in the model and ${step.dtype} ${formatShape(step.shape)} in the plan`);
    } else if (step.order !== undefined && !isDrawOrder(step.order, step.shape)) {
      problems.push(`'${step.path}' has an order that is none of its axes: ${JSON.stringify(step.order)}`);
    }
  }
  if (problems.length === 0) return;
  throw new PlanError({
    code: 'plan-mismatch',
    what: `the plan does not fit the model: ${problems.join('; ')}`,
    fix: 'make the plan from this model',
  });
}
