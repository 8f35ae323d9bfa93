export type { ConfigPath, OriginLookup } from '../schema/origin.js';
export { formatKey } from '../schema/origin.js';
export type { ConfigRule } from './init-config.js';
export { readRules } from './init-config.js';
export type { ConfigFormat, LoadConfigOptions } from './load.js';
export { loadConfig } from './load.js';
export { loadConfigFile } from './load-file.js';
export type { LoadedConfig } from './loaded-config.js';
export { configOfValue } from './loaded-config.js';
