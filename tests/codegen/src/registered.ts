import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { MODELS, WEIGHT_INITIALIZERS } from '@incipit/core';
import { models as coreModels, init } from '@incipit/core/builders';
import { registerTfjs } from '@incipit/plugins/tfjs';
import { models as tfjsModels } from '@incipit/plugins/tfjs/builders';
import type { OptionsSchema, Registry } from '@incipit/registry';
import * as tf from '@tensorflow/tfjs';

export type Builder = (options?: object) => Readonly<Record<string, unknown>>;

/** An entry as codegen knows it, its builder, and the live registry that makes it. */
export interface Registered {
  /** `init.kaiming`. */
  readonly builderName: string;
  readonly builder: Builder;
  readonly name: string;
  /** With those that every node of the registry may have. */
  readonly options: OptionsSchema;
  readonly registry: Registry<object>;
  /** Where the schema of the registry's configs is among the definitions. */
  readonly schema: RegistrySchema;
}

/** A JSON Schema file, and the definition in it that one config is held to. */
export type RegistrySchema = Readonly<Record<string, unknown>>;

interface CatalogFile {
  readonly registries: readonly {
    readonly id: string;
    readonly builders: string;
    readonly entries: readonly { readonly name: string; readonly options?: OptionsSchema }[];
  }[];
}

registerTfjs(tf);

const LIVE: Readonly<Record<string, Registry<object>>> = {
  init: WEIGHT_INITIALIZERS as unknown as Registry<object>,
  models: MODELS,
  // `children` has the scope, since the line above registered it.
  'models.tfjs': MODELS.children.get('tfjs') ?? MODELS,
};

const BUILDERS: Readonly<Record<string, object>> = { init, models: coreModels, 'models.tfjs': tfjsModels.tfjs };

/** Every entry of the packages that ship builders. */
export async function allRegistered(): Promise<readonly Registered[]> {
  const files = await Promise.all([
    readPackage('@incipit/core/catalog.json', ['init', 'models']),
    readPackage('@incipit/plugins/catalog.json', ['models.tfjs']),
  ]);
  return files.flat();
}

async function readPackage(specifier: string, names: readonly string[]): Promise<readonly Registered[]> {
  const file = new URL(import.meta.resolve(specifier));
  const catalog = JSON.parse(await readFile(file, 'utf8')) as CatalogFile;
  const found = await Promise.all(
    names.map(async (builders) => {
      const schema = JSON.parse(await readFile(fileURLToPath(new URL(`schema/${builders}.schema.json`, file)), 'utf8'));
      const registry = catalog.registries.find((candidate) => candidate.builders === builders);
      if (registry === undefined) throw new Error(`${specifier} has no registry with the builders ${builders}`);
      return registry.entries.map(({ name, options = {} }) => registered(builders, { name, options }, schema));
    }),
  );
  return found.flat();
}

function registered(
  builders: string,
  { name, options }: { readonly name: string; readonly options: OptionsSchema },
  schema: RegistrySchema,
): Registered {
  const registry = LIVE[builders];
  const namespace = (BUILDERS[builders] ?? {}) as Readonly<Record<string, Builder>>;
  const type = registry?.parent === undefined ? name : `${registry.scope}.${name}`;
  const match = Object.entries(namespace).find(
    ([, build]) => typeof build === 'function' && build({})['type'] === type,
  );
  if (registry === undefined || match === undefined) throw new Error(`there is no builder in ${builders} for ${name}`);
  return { builderName: `${builders}.${match[0]}`, builder: match[1], name, options, registry, schema };
}
