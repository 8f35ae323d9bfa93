import type { CheckpointHeader } from '../ir/checkpoint-header.js';
import type { JsonValue } from '../ir/json.js';
import type { Law } from '../ir/law.js';
import type { ParameterSpec } from '../ir/parameter.js';

/** Units feeding and units fed, receptive field included. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * How fans are computed: from named axes and groups (right for transposed, grouped and fused kernels), or from shape
 * alone as torch does (`fan_in = shape[1] * receptive field`); mmengine's are torch's.
 */
export type FanMode = 'axes' | 'torch' | 'mmengine';

/** A law and the numbers that led to it. */
export interface Assignment {
  readonly law: Law;
  readonly fans?: Fans;
  readonly gain?: number;
}

export interface InitializerContext {
  readonly fanMode: FanMode;
  /** Tells something that does not stop the run. */
  warn(code: string, message: string, path?: string): void;
}

interface InitializerBase {
  /** Registry name: `Kaiming`. */
  readonly type: string;
  /** Options as given, defaults filled in. */
  readonly options: JsonValue;
}

/** Sets the parameters of each matched module. Pure: the same parameter gives the same law. */
export interface ModuleInitializer extends InitializerBase {
  readonly scope: 'module';
  /** @returns undefined for a parameter that this initializer leaves alone. */
  assign(parameter: ParameterSpec, context: InitializerContext): Assignment | undefined;
}

/** A parameter with its name relative to the module that the rule stands on. */
export interface NamedParameter {
  readonly name: string;
  readonly parameter: ParameterSpec;
}

/** Sets parameters of a whole subtree at once, from checkpoints whose headers were read before. */
export interface TreeInitializer extends InitializerBase {
  readonly scope: 'tree';
  /** Checkpoints whose headers planning needs. */
  readonly sources: readonly string[];
  assignTree(
    parameters: readonly NamedParameter[],
    headers: ReadonlyMap<string, CheckpointHeader>,
    context: InitializerContext,
  ): ReadonlyMap<NamedParameter, Assignment>;
}

/** The contract of an initializer: parameters in, laws out; no device, no data, no clock. */
export type Initializer = ModuleInitializer | TreeInitializer;
