import { BaseInit, Module, ModuleDict, PretrainedInit } from '@incipit/core';
import * as tf from '@tensorflow/tfjs';
import * as assert from 'uvu/assert';

type Options = Readonly<Record<string, unknown>>;

/** What tfjs takes and does not keep where it could be read again, by option. */
const NOT_KEPT: Readonly<Record<string, string>> = {
  autoVectorize: 'does nothing',
  dtype: 'kept beside an input shape',
  inputDType: 'goes into the input layer that a model makes',
  inputLength: 'goes into the batch input shape of a layer that has no other',
  inputDim: 'goes into the batch input shape of a layer that has no other',
};

/** What tfjs tells otherwise than it was told, by class and option. */
const MISTOLD: Readonly<Record<string, string>> = {
  'Bidirectional.trainable': 'told as its layers have it',
  'TimeDistributed.trainable': 'told as its layer has it',
  'SeparableConv2D.pointwiseInitializer': 'taken from the depthwise one',
  'InputLayer.trainable': 'has nothing to train',
  'DepthwiseConv2D.depthwiseConstraint': 'told as the regularizer',
};

/**
 * That an instance has the options that its config gave.
 *
 * @param plain the same without the option in question: `null` asks for what that one has.
 */
export function assertArrived(built: object, given: Options, plain: () => object): void {
  for (const [name, value] of Object.entries(given)) {
    const kept = keptOption(built, name, given);
    if (kept === NOTHING || (value === null && isNone(kept, keptOption(plain(), name, given)))) continue;
    assert.ok(isSame(value, kept), `${name}: given ${JSON.stringify(value)}, kept ${JSON.stringify(kept)}`);
  }
}

/** Whether null was taken for what it is: nothing, the default, or for activations the linear one. */
function isNone(kept: unknown, fallback: unknown): boolean {
  return kept === null || kept === 'linear' || JSON.stringify(kept) === JSON.stringify(fallback);
}

const GRAPH: ReadonlySet<string> = new Set(['inputs', 'layers', 'outputs']);

const NOTHING = Symbol('nothing');

function keptOption(built: object, name: string, given: Options): unknown {
  if (built instanceof BaseInit || built instanceof PretrainedInit) return (built.options as Options)[name];
  if (name === 'init_cfg') return initCfgOf(built);
  if (built instanceof ModuleDict) return Object.fromEntries(built.children());
  if (built instanceof Module) return [...built.children()].map(([, child]) => child);
  if (!(built instanceof tf.layers.Layer)) throw new Error(`nothing is known of a ${built.constructor.name}`);
  if (`${built.getClassName()}.${name}` in MISTOLD) return NOTHING;
  if (name === 'inputShape' || name === 'batchInputShape' || name === 'batchSize') return inputPart(built, name);
  if (built instanceof tf.Sequential && name === 'layers') return built.layers.map(asConfig);
  // What a graph is made of, its own tests hold to what was written.
  if (built instanceof tf.LayersModel && GRAPH.has(name)) return NOTHING;
  const config = built.getConfig() as Options;
  if (name in config) return config[name];
  if (name in built) return (built as unknown as Options)[name];
  if (name in NOT_KEPT) return NOTHING;
  throw new Error(`a ${built.getClassName()} keeps no ${name}, of ${JSON.stringify(given)}`);
}

function initCfgOf(built: object): unknown {
  const state = (built as { readonly [key: symbol]: Options | undefined })[Symbol.for('incipit.tfjs.init-state')];
  return state === undefined ? (built as { readonly initCfg?: unknown }).initCfg : state['initCfg'];
}

/** tfjs puts the three together. */
function inputPart(layer: tf.layers.Layer, name: string): unknown {
  const shape = layer.batchInputShape as readonly unknown[] | undefined;
  if (name === 'batchInputShape') return shape;
  if (shape === undefined) return NOTHING;
  return name === 'inputShape' ? shape.slice(1) : shape[0];
}

function asConfig(layer: tf.layers.Layer): unknown {
  return { className: layer.getClassName(), config: layer.getConfig() };
}

/** The options of an initializer by its name, as tfjs itself tells of them: several names are of one class. */
function initializerOptions(name: string): Options {
  const camel = `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
  type Make = (args: object) => tf.serialization.Serializable;
  const make = (tf.initializers as unknown as Readonly<Record<string, Make>>)[camel];
  return (make?.({}).getConfig() ?? {}) as Options;
}

/** Whether what was kept is what was given, in the fuller form that tfjs has for it. */
function isSame(given: unknown, kept: unknown): boolean {
  if (JSON.stringify(given) === JSON.stringify(kept)) return true;
  if (kept instanceof Module) return (given as Options)['type'] === (kept.constructor as typeof Module).className;
  if (Array.isArray(kept)) {
    // One number for every axis and side; an extent below zero is one that is not known.
    if (!Array.isArray(given)) return kept.every((item) => isSame(given, item));
    return (
      given.length === kept.length &&
      given.every((item, index) => isSame(item, kept[index]) || (item < 0 && kept[index] === null))
    );
  }
  if (typeof kept !== 'object' || kept === null) return false;
  if (!('className' in kept))
    return Object.entries(given as Options).every(([key, value]) => isSame(value, (kept as Options)[key]));
  const { className, config } = kept as { readonly className: string; readonly config: Options };
  if (typeof given === 'string' && given.toLowerCase() === className.toLowerCase()) return true;
  const { type, className: named, config: inner, ...options } = given as Options & { readonly config?: Options };
  const name = typeof type === 'string' ? type.replace(/^.*\./, '') : (named ?? given);
  const isPreset = className === 'VarianceScaling' && name !== className;
  const expected = isPreset ? initializerOptions(String(name)) : { ...inner, ...options };
  const isFit = Object.entries(expected).every(([key, value]) => key === 'seed' || isSame(value, config[key]));
  return isFit && (isPreset || name === className);
}
