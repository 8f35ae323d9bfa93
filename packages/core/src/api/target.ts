import { AdapterError } from '../errors.js';
import { ADAPTER, type Adaptable, type Adapter } from '../model/adapter.js';
import { Module } from '../model/module.js';
import { ModuleAdapter } from '../model/module-adapter.js';

/** A model: what a plug-in gives, a module of Incipit's own, or a model that brings its adapter along. */
export type Target = Adapter | Module | Adaptable;

/** @throws AdapterError `not-a-model` for anything else, with the likely fix. */
export function adapterOf(target: Target): Adapter {
  if (target instanceof Module) return new ModuleAdapter(target);
  const { tree, read, write, [ADAPTER]: own } = (target ?? {}) as Partial<Adapter & Adaptable>;
  if (typeof own === 'function') return own.call(target as Adaptable);
  if (typeof tree === 'function' && typeof read === 'function' && typeof write === 'function') return target as Adapter;
  throw new AdapterError({
    code: 'not-a-model',
    what: 'what was given is neither an adapter nor a Module',
    expected: 'what a plug-in gives, for instance tfjs(tf, model)',
    fix: "wrap the model: import { tfjs } from '@incipit/plugins/tfjs'",
  });
}
