// Checked by the compiler alone: what does not compile here must not, and what compiles must.
import type { LoadedConfig } from '@incipit/registry/config';
import type { Module } from '../model/module.js';
import { initialize, plan } from './initialize.js';

declare const model: Module;
declare const loaded: LoadedConfig<unknown>;
declare const name: string;

void initialize(model, { type: 'Kaiming', layer: 'Conv2d', mode: 'fan_in' });
void initialize(model, [{ type: 'Constant', val: 1, override: { name: 'head', type: 'Normal', std: 0.1 } }]);
void initialize(model, { init_cfg: [{ type: 'Xavier', layer: ['Linear', 'Conv2d'], gain: 2 }] });
void initialize(model, loaded);

// A type, an option and a value that are not there.
// @ts-expect-error
void initialize(model, { type: 'Kaimng', layer: 'Conv2d' });
// @ts-expect-error
void initialize(model, [{ type: 'Kaiming', layr: 'Conv2d' }]);
// @ts-expect-error
void initialize(model, { type: 'Constant', val: 1, layr: 'Conv2d' });
// @ts-expect-error
void initialize(model, [{ type: 'Kaiming' }, { type: 'Constant', val: 1, layr: 'a' }]);
// @ts-expect-error
void initialize(model, { type: 'Kaiming', layer: 'Conv2d', mode: 'fan_inn' });
// @ts-expect-error
void initialize(model, { init_cfg: { type: 'Constant', layer: 'Conv2d' } });
// @ts-expect-error
plan(model, [{ type: 'Kaiming' }, { type: 'Constnt', val: 1 }]);
// @ts-expect-error
plan(model, { type: 'Normal', override: { name: 'head', type: 'Nrmal' } });
// @ts-expect-error
plan(model, { type: 'Normal', override: { name: 'head', type: 'Normal', sdt: 1 } });
// @ts-expect-error
plan(model, [{ type: 'Normal', override: [{ name: 'head', sdt: 1 }] }]);

// Data that only says `string`, as an imported JSON file does, waits for `initialize` to check it.
const rule = { type: 'Kaiming', layer: 'Conv2d' };
const rules = [rule, { type: 'Constant', layer: ['BatchNorm2d'], val: 1 }];
void initialize(model, rule);
void initialize(model, rules, { seed: 1 });
void initialize(model, { init_cfg: rules });
void initialize(model, { type: name, layer: 'Conv2d' });
plan(model, [rule, { type: 'Constant', val: 1 }]);
// @ts-expect-error
plan(model, [rule, { type: 'Constnt', val: 1 }]);
// @ts-expect-error
plan(model, [rule, { type: 'Constant', val: 1, layr: 'Conv2d' }]);
// @ts-expect-error
plan(model, 3);
