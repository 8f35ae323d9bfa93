// What the adapter uses of core, in one place. It goes deeper than the package's face: the original draws from laws that
// Incipit refuses (a truncation 10 σ away, a constant below float32), so the adapter plans with a rounding of its own,
// which users are not to have.

export type { Checkpoint } from '../../../packages/core/dist/checkpoint/format.js';
export { AdapterError, PlanError } from '../../../packages/core/dist/errors.js';
export { executePlan } from '../../../packages/core/dist/execute/executor.js';
export { biasInitWithProb } from '../../../packages/core/dist/initializers/bias-init-with-prob.js';
export { buildRules } from '../../../packages/core/dist/initializers/build-rules.js';
export { computeFans } from '../../../packages/core/dist/initializers/fan.js';
export { calculateGain } from '../../../packages/core/dist/initializers/gain.js';
export type {
  FanMode,
  Initializer,
  InitializerContext,
} from '../../../packages/core/dist/initializers/initializer.js';
export { KaimingInit } from '../../../packages/core/dist/initializers/kaiming.js';
export { WEIGHT_INITIALIZERS } from '../../../packages/core/dist/initializers/registry.js';
export type { Rule } from '../../../packages/core/dist/initializers/rule.js';
export { meanIsFar, TruncNormalInit } from '../../../packages/core/dist/initializers/trunc-normal.js';
export { XavierInit } from '../../../packages/core/dist/initializers/xavier.js';
export type { CheckpointHeader } from '../../../packages/core/dist/ir/checkpoint-header.js';
export type { Law } from '../../../packages/core/dist/ir/law.js';
export { lawMoments, truncNormalUniformBounds } from '../../../packages/core/dist/ir/law-moments.js';
export type { Axis, ParameterSpec } from '../../../packages/core/dist/ir/parameter.js';
export type { Plan } from '../../../packages/core/dist/ir/plan.js';
export type { Write } from '../../../packages/core/dist/ir/provenance.js';
export { roundLaw } from '../../../packages/core/dist/ir/round-law.js';
export { BaseModule } from '../../../packages/core/dist/model/base-module.js';
export type { Member } from '../../../packages/core/dist/model/module.js';
export { Module } from '../../../packages/core/dist/model/module.js';
export { ModuleAdapter } from '../../../packages/core/dist/model/module-adapter.js';
export type { InitScope, ModuleNode } from '../../../packages/core/dist/model/module-node.js';
export { Parameter } from '../../../packages/core/dist/model/parameter.js';
export { openSafetensors } from '../../../packages/core/dist/node.js';
export { planModel } from '../../../packages/core/dist/plan/planner.js';
export type { Device } from '../../../packages/core/dist/runtime/device.js';
