import { AdapterError } from '@incipit/core';
import { fieldOf, isLayer, type TensorFlow, type TfLayer } from './structural-types.js';
import { camelCase, type JsonObject, type LayerJson, layerName, toTfjsConfig } from './topology-format.js';

/** Options that do not change what a layer computes, whatever their value. */
const HARMLESS: ReadonlySet<string> = new Set([
  'name',
  'trainable',
  'dtype',
  'seed',
  'implementation',
  'autocast',
  'fused',
  'use_cudnn',
  'build_config',
  'build_input_shape',
  'batch_input_shape',
  'input_length',
  'input_dim',
]);

/** Values that say no more than tfjs does anyway, for options that it does not have. */
const NEUTRAL: Readonly<Record<string, unknown>> = {
  groups: 1,
  negative_slope: 0,
  threshold: 0,
  data_format: 'channels_last',
  interpolation: 'nearest',
  dilation_rate: 1,
  unit_forget_bias: true,
  rank: 1,
};

const DTYPES: readonly string[] = ['float32', 'int32', 'bool'];

/**
 * Makes a layer without building it: no weights yet, so it costs nothing.
 *
 * @throws AdapterError `unsupported-option` for an option that tfjs refuses, or does not have and that asks for more
 * than it does anyway.
 */
export function makeLayer(tf: TensorFlow, source: LayerJson, config: JsonObject): TfLayer {
  const layer = tryOptions(tf, source, config);
  const known = new Set(optionsOf(layer));
  for (const [key, value] of Object.entries(config)) {
    if (!isHarmless(key, value, known)) throw unsupportedOption(source, key, value);
  }
  return layer;
}

/** Names of the options that tfjs knows for a layer, in its own spelling. */
export function optionsOf(layer: TfLayer): readonly string[] {
  const getConfig = fieldOf(layer, 'getConfig') as () => JsonObject;
  return Object.keys(getConfig.call(layer));
}

function isHarmless(key: string, value: unknown, known: ReadonlySet<string>): boolean {
  if (value === null || value === undefined || value === false) return true;
  if (key === 'dtype') return isKnownDtype(value);
  // tfjs stores it, then refuses to run the layer.
  if (key === 'activity_regularizer') return false;
  if (known.has(camelCase(key)) || HARMLESS.has(key)) return true;
  return Object.hasOwn(NEUTRAL, key) && [value].flat().every((item) => item === NEUTRAL[key]);
}

function isKnownDtype(value: unknown): boolean {
  return typeof value === 'string' && DTYPES.includes(value);
}

function tryOptions(tf: TensorFlow, source: LayerJson, config: JsonObject): TfLayer {
  const attempt = (options: JsonObject): TfLayer => {
    const [layerClass, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[source.class_name] ?? [];
    const made = fromConfig?.(layerClass as never, toTfjsConfig(options) as never);
    if (isLayer(made)) return made;
    throw new AdapterError({ code: 'unknown-layer', what: `'${source.class_name}' is not a layer class of tfjs` });
  };
  try {
    return attempt(config);
  } catch (cause) {
    const culprit = Object.keys(config).find((key) => {
      try {
        attempt(Object.fromEntries(Object.entries(config).filter(([name]) => name !== key)));
        return true;
      } catch {
        // Still refused: this option is not the only cause.
        return false;
      }
    });
    const named = culprit ?? optionNamedIn(cause, config);
    throw unsupportedOption(source, named, named === undefined ? undefined : config[named], cause);
  }
}

/** A required option with a bad value cannot be found by leaving it out, but tfjs's message may name it. */
function optionNamedIn(cause: unknown, config: JsonObject): string | undefined {
  const words = cause instanceof Error ? cause.message.split(/[^A-Za-z]+/) : [];
  return Object.keys(config).find((key) => words.includes(camelCase(key)));
}

function unsupportedOption(source: LayerJson, key?: string, value?: unknown, cause?: unknown): AdapterError {
  const option = key === undefined ? '' : ` with the option \`${key}\` = ${JSON.stringify(value)}`;
  const reason = cause instanceof Error ? `: ${cause.message.split('\n')[0]}` : '';
  return new AdapterError({
    code: 'unsupported-option',
    what: `tfjs cannot make layer '${layerName(source)}' (${source.class_name})${option}${reason}`,
    fix: key === undefined ? 'correct the layer in the topology' : `set \`${key}\` to what tfjs supports, or remove it`,
    ...(cause === undefined ? {} : { cause }),
  });
}
