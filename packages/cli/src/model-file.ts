import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isJsonObject } from '@incipit/core';
import { ModelFileError } from './errors.js';

const unzip = promisify(gunzip);

/** One group of a tfjs `weightsManifest`: tensors, and the files that hold them end to end. */
interface WeightGroup {
  readonly paths: readonly string[];
  readonly weights: readonly unknown[];
}

/** A model description as read from disk. */
export interface ModelFile {
  readonly path: string;
  /** `model.json`, `{ modelTopology }` or the bare Keras topology. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Present when the file says where the weights are. */
  readonly manifest?: readonly WeightGroup[];
}

/**
 * Reads a model description, plain or gzipped (told by its first bytes, not by its name).
 *
 * @throws ModelFileError `not-found`, `unreadable` or `malformed`.
 */
export async function readModelFile(path: string): Promise<ModelFile> {
  const json = unwrap(parse(path, await readBytes(path, `model '${path}'`)));
  if (json.format === 'graph-model') {
    throw new ModelFileError({
      code: 'unsupported-model',
      what: `'${path}' is a graph model: its layers were compiled away, so that no rule could match them`,
      expected: 'a layers model (tfjs `model.json`) or a Keras topology (`model.to_json()`)',
      fix: 'convert the Keras model with the output format `tfjs_layers_model`',
    });
  }
  const manifest = json.weightsManifest;
  if (manifest === undefined) return { path, json };
  if (!isManifest(manifest)) throw malformed(path, 'its weightsManifest is not a list of { paths, weights }');
  return { path, json, manifest };
}

/** Tensor specifications and data that a manifest promises, for `tf.io.decodeWeights`. */
export async function readWeights(file: ModelFile): Promise<{ readonly specs: unknown[]; readonly data: ArrayBuffer }> {
  const specs: unknown[] = [];
  const shards: Uint8Array[] = [];
  for (const group of file.manifest ?? []) {
    specs.push(...group.weights);
    for (const shard of group.paths) {
      const place = resolve(dirname(file.path), shard);
      shards.push(await readBytes(place, `weights '${shard}' of model '${file.path}'`, WEIGHTS_FIX));
    }
  }
  const data = new Uint8Array(shards.reduce((sum, shard) => sum + shard.byteLength, 0));
  let at = 0;
  for (const shard of shards) {
    data.set(shard, at);
    at += shard.byteLength;
  }
  return { specs, data: data.buffer };
}

const WEIGHTS_FIX = 'put the file beside the model, or pass --fresh to start from the topology alone';

async function readBytes(path: string, name: string, fix: string = 'check the path'): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const missing = cause.code === 'ENOENT';
    throw new ModelFileError({
      code: missing ? 'not-found' : 'unreadable',
      what: `${name} ${missing ? 'does not exist' : `cannot be read (${cause.code ?? cause.message})`}`,
      fix,
      cause,
    });
  });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return unzip(bytes).catch((cause: Error) => {
    throw malformed(path, `it is a damaged gzip file (${cause.message})`, cause);
  });
}

function parse(path: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw malformed(path, `it is not JSON (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
  if (!isJsonObject(json)) throw malformed(path, 'it is not a JSON object');
  return json;
}

/** Data sets of topologies keep the description beside facts about it, under `topology`. */
function unwrap(json: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const known = 'class_name' in json || 'modelTopology' in json || 'model_config' in json;
  return !known && isJsonObject(json.topology) ? json.topology : json;
}

function isManifest(value: unknown): value is readonly WeightGroup[] {
  return (
    Array.isArray(value) &&
    value.every(
      (group: unknown) =>
        isJsonObject(group) &&
        Array.isArray(group.weights) &&
        Array.isArray(group.paths) &&
        group.paths.every((path) => typeof path === 'string'),
    )
  );
}

function malformed(path: string, what: string, cause?: unknown): ModelFileError {
  return new ModelFileError({
    code: 'malformed',
    what: `'${path}' is not a model description: ${what}`,
    expected: 'a tfjs `model.json`, a `{ modelTopology }` or a Keras topology (`model.to_json()`), plain or gzipped',
    fix: 'check that --model names the right file',
    cause,
  });
}
