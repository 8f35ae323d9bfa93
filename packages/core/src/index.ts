/**
 * Weight initialisation for neural networks: rules → plan → weights.
 *
 * @module
 */

export type { ConfigOrigin, ErrorDetails } from '@incipit/registry';
export { ConfigError, IncipitError, RegistryError } from '@incipit/registry';
export type { ClassRuleConfig, DataConfig, InitConfig, InitSource, NamedInitConfig, RuleConfig } from './api/config.js';
export { execute, initialize, initWeights, plan, readCheckpointHeaders } from './api/initialize.js';
export {
  caffe2XavierInit,
  constantInit,
  deltaOrthogonalInit,
  type FunctionOptions,
  kaimingInit,
  normalInit,
  orthogonalInit,
  truncNormalInit,
  uniformInit,
  xavierInit,
} from './api/module-functions.js';
export type { ExecuteOptions, InitializeOptions, PlanOptions, UnmatchedMode } from './api/options.js';
export type { Target } from './api/target.js';
export { type TensorTarget, type TruncNormalOptions, truncNormal_ } from './api/trunc-normal.js';
export { openBeside } from './checkpoint/beside.js';
export { type CheckpointContent, CheckpointWriter, writeCheckpointTo } from './checkpoint/checkpoint-writer.js';
export type {
  ByteSink,
  ByteSource,
  Checkpoint,
  CheckpointFormat,
  CheckpointOpener,
  FormatClue,
  OpenContext,
  TensorHeading,
  TensorToWrite,
} from './checkpoint/format.js';
export { type MemoryPlace, memoryPlace } from './checkpoint/memory-place.js';
export { type MemorySink, memorySink } from './checkpoint/memory-sink.js';
export { memorySource } from './checkpoint/memory-source.js';
export { openCheckpointSource } from './checkpoint/open-checkpoint.js';
export { type OpenCheckpointsOptions, openCheckpoints } from './checkpoint/open-checkpoints.js';
export { ReadAllowance, type ReadLimits } from './checkpoint/read-allowance.js';
export { readTensors } from './checkpoint/read-tensors.js';
export type { FetchOptions, TransferEvent } from './checkpoint/remote/fetch-options.js';
export { openSafetensorsSource } from './checkpoint/safetensors.js';
export { SAFETENSORS, type ShardOptions, shardedSafetensors } from './checkpoint/safetensors-formats.js';
export { MAX_NAME } from './checkpoint/safetensors-header.js';
export { huggingFace, type Schemes, type SchemeTable, type SchemeTarget } from './checkpoint/schemes.js';
export { sinkPlace } from './checkpoint/sink-place.js';
export { noTensor, shortened, shownValue } from './checkpoint/unreadable.js';
export {
  type CheckpointPlace,
  type ClosingPieces,
  type FileLayout,
  type LayoutPiece,
  type LayoutRequest,
  type Segment,
  tensorBytes,
  type WritableFormat,
} from './checkpoint/writable-format.js';
export { AdapterError, CheckpointError, DeviceError, DeviceLostError, PlanError } from './errors.js';
export type { ProgressEvent, Report, StepReport, StepStatistics } from './execute/report.js';
export type { InitConfigs } from './generated/configs.js';
export { BASE_INIT_OPTIONS, BaseInit, type BaseInitOptions } from './initializers/base-init.js';
export { biasInitWithProb } from './initializers/bias-init-with-prob.js';
export { type BuildRulesOptions, buildRules } from './initializers/build-rules.js';
export { Caffe2XavierInit } from './initializers/caffe2-xavier.js';
export type { CheckpointLayout } from './initializers/checkpoint-layout.js';
export { ConstantInit, type ConstantInitOptions } from './initializers/constant.js';
export { DeltaOrthogonalInit } from './initializers/delta-orthogonal.js';
export { computeFans } from './initializers/fan.js';
export { calculateGain, type Nonlinearity } from './initializers/gain.js';
export { HostInit } from './initializers/host-init.js';
export type {
  Assignment,
  FanMode,
  Fans,
  Initializer,
  InitializerContext,
  ModuleInitializer,
  NamedParameter,
  TreeInitializer,
} from './initializers/initializer.js';
export { type FanName, KaimingInit, type KaimingInitOptions } from './initializers/kaiming.js';
export { NormalInit, type NormalInitOptions } from './initializers/normal.js';
export { OrthogonalInit, type OrthogonalInitOptions } from './initializers/orthogonal.js';
export { PretrainedInit, type PretrainedInitOptions } from './initializers/pretrained.js';
export { WEIGHT_INITIALIZERS } from './initializers/registry.js';
export type { KeyRevision } from './initializers/revise-keys.js';
export type { Rule, RuleOverride } from './initializers/rule.js';
export { TruncNormalInit, type TruncNormalInitOptions } from './initializers/trunc-normal.js';
export { UniformInit, type UniformInitOptions } from './initializers/uniform.js';
export {
  type FanChoice,
  lawOfStd,
  type Spread,
  TRUNCATED_STD,
  VARIANCE_SCALING_PRESETS,
  type VarianceScaling,
  varianceScalingLaw,
} from './initializers/variance-scaling.js';
export { XavierInit, type XavierInitOptions } from './initializers/xavier.js';
export type { CheckpointEntry, CheckpointHeader, UnreadableEntry } from './ir/checkpoint-header.js';
export { convert } from './ir/convert.js';
export type { DrawOrder } from './ir/draw-order.js';
export { byteSize, type DType, type FloatDType, isDType, isFloatDType } from './ir/dtype.js';
export { type Float8, isFloat8, widenFloat8 } from './ir/float8.js';
export type { GpuAdapterInfo, GpuBuffer, GpuDevice } from './ir/gpu.js';
export type {
  HostFunction,
  HostFunctionResolver,
  HostFunctions,
  HostParameter,
  HostRandom,
} from './ir/host-function.js';
export { isJsonObject, type JsonValue } from './ir/json.js';
export type * from './ir/law.js';
export { lawMoments } from './ir/law-moments.js';
export type { Axis, ParameterSpec, Slices } from './ir/parameter.js';
export { joinPath, splitPath } from './ir/path.js';
export type { Plan, PlanStep, PlanWarning, UntouchedParameter } from './ir/plan.js';
export type { Provenance, RuleReference, Write } from './ir/provenance.js';
export { elementCount, formatShape, type Shape, sameShape } from './ir/shape.js';
export { ADAPTER, type Adaptable, type Adapter, type BufferWrite, type KeptValues } from './model/adapter.js';
export { assertFits, parameterAt, startOfPart, type ValueTarget } from './model/adapter-checks.js';
export { BaseModule } from './model/base-module.js';
export { ModuleDict, ModuleList, Sequential } from './model/containers.js';
export { type DetachedAdapter, detached } from './model/detached-adapter.js';
export { updateInitInfo } from './model/init-info.js';
export { MODELS, MODULE_OPTIONS, modelBuilder } from './model/models.js';
export { type Member, Module } from './model/module.js';
export { ModuleAdapter } from './model/module-adapter.js';
export type { InitScope, ModuleNode } from './model/module-node.js';
export { type InitInfo, Parameter, type ParameterOptions } from './model/parameter.js';
export { parametersByPath } from './model/parameters-by-path.js';
export type { TensorData, TensorPart } from './model/tensor-data.js';
export { explain, explainRules, formatLaw, type RuleSummary, summarizeRules } from './plan/explain.js';
export type { Canonical } from './plan/logical-view.js';
export type { PathMapping } from './plan/stream-paths.js';
export type { SeedInput } from './rng/key.js';
export { type CpuDevice, createCpuDevice } from './runtime/cpu-device.js';
export { createWebGpuDevice, type WebGpuDeviceOptions } from './runtime/create-webgpu-device.js';
export type { Device, FillJob } from './runtime/device.js';
export type { OwnKernel } from './runtime/own-kernel.js';
export { registerKernel } from './runtime/own-kernels.js';
export type { WebGpuDevice } from './runtime/webgpu-device.js';
