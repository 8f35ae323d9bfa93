export type { ConfigOrigin, ErrorDetails, Problem } from './errors.js';
export { ConfigError, formatOrigin, IncipitError, RegistryError } from './errors.js';
export type { BuildFunction, BuildInput, ConfigNode } from './registry/build.js';
export { buildFromConfig } from './registry/build.js';
export type { FromConfig, FromEpochs } from './registry/build-functions.js';
export { buildRunnerFromConfig, buildSchedulerFromConfig, buildSequenceWith } from './registry/build-functions.js';
export type { OptionsOwner } from './registry/check-options.js';
export { checkClassOptions, checkOptions } from './registry/check-options.js';
export type {
  BuiltBy,
  EntryFactory,
  EntryKind,
  RegistryClass,
  RegistryFunction,
  RegistryValue,
  ServiceContainer,
  ServiceId,
} from './registry/container.js';
export type { RegistryDecorator } from './registry/decorators.js';
export type { DefaultScopeOptions, ScopeWarning } from './registry/default-scope.js';
export { DEFAULT_SCOPE, DefaultScope } from './registry/default-scope.js';
export { asQuestion, nearestNames } from './registry/did-you-mean.js';
export type { Location } from './registry/locations.js';
export { buildNested, type NestedConfig } from './registry/nested-config.js';
export type { PartialEntry } from './registry/partial.js';
export { partial } from './registry/partial.js';
export type { EntryNames } from './registry/registration.js';
export type { RegistryOptions } from './registry/registry.js';
export { Registry } from './registry/registry.js';
export type {
  BuildContext,
  RegisteredStatics,
  RegisterOptions,
  RegistryEntry,
  RegistryView,
} from './registry/registry-entry.js';
export type { RootRegistries, RootRegistryOptions } from './registry/root-registries.js';
export { createRootRegistries } from './registry/root-registries.js';
export { splitScopeKey } from './registry/scope.js';
export type { RegistryCount } from './registry/traverse.js';
export { countRegisteredModules, traverseRegistryTree } from './registry/traverse.js';
export type {
  AnyType,
  ArrayType,
  BooleanType,
  ConfigType,
  EntrySchema,
  EnumType,
  JsonValue,
  NumberType,
  ObjectType,
  OptionSchema,
  OptionsSchema,
  OptionType,
  StringType,
  TupleType,
  UnionType,
} from './schema/entry.js';
export type { ConfigPath, LocatedValue, OriginLookup } from './schema/origin.js';
export { formatKey, originAt } from './schema/origin.js';
export { describeType } from './schema/value-type.js';
