import { type OptionsSchema, type OptionType, Registry } from '@incipit/registry';
import type { Initializer } from './initializer.js';

const OVERRIDE: OptionType = { type: 'config', registry: 'weight initializer', named: true };

/** What a rule may have beside the options of its initializer. @public Codegen finds it by its name below. */
export const RULE_OPTIONS: OptionsSchema = {
  override: {
    type: 'union',
    of: [OVERRIDE, { type: 'array', items: OVERRIDE }],
    nullable: true,
    description: 'Rules for parts that are named, instead of this one.',
  },
};

/**
 * Initializers by the name that a config calls them by.
 *
 * @builders init
 * @nodeOptions RULE_OPTIONS
 * @example
 * @WEIGHT_INITIALIZERS.register('Lecun')
 * class LecunInit extends BaseInit { … }
 */
export const WEIGHT_INITIALIZERS: Registry<Initializer> = new Registry<Initializer>('weight initializer', {
  scope: 'incipit',
});
