// Checked by the compiler alone: a type that is wrong does not build.
import { Config } from './config.js';
import type { ConfigMapping, ConfigValue } from './value.js';

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function expectType<_ extends true>(): void {}

interface Detector {
  readonly model: {
    readonly type: string;
    readonly depth: number;
    readonly stages: readonly { readonly out: number }[];
  };
  readonly seed?: number;
}

declare const config: Config<Detector>;

// Attributes and data have the shape that was given.
expectType<Equals<typeof config.attributes, Detector>>();
expectType<Equals<typeof config.attributes.model.depth, number>>();
expectType<Equals<typeof config.value, Detector>>();
expectType<Equals<ReturnType<typeof config.copy>, Config<Detector>>>();
expectType<Equals<(typeof config.attributes.model.stages)[0]['out'], number>>();

// @ts-expect-error a key that the shape lacks is a mistake that the compiler finds
config.attributes.model.detph;

// @ts-expect-error of the wrong type
config.attributes.model.depth satisfies string;

// The shape of data that is given is inferred.
const inferred = new Config({ lr: 0.1, layers: ['a'] });
expectType<Equals<typeof inferred, Config<{ lr: number; layers: string[] }>>>();
expectType<Equals<typeof inferred.attributes.layers, string[]>>();

// Without a shape, it is any config.
const loaded = Config.fromFile('a.yaml');
expectType<Equals<Awaited<typeof loaded>, Config<ConfigMapping>>>();
expectType<Equals<Awaited<typeof loaded>['value'][string], ConfigValue>>();
const shaped = Config.fromFile<Detector>('a.yaml');
expectType<Equals<Awaited<typeof shaped>, Config<Detector>>>();

// @ts-expect-error a list is no config
Config.fromFile<number>('a.yaml');
