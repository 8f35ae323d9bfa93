export { ConfigError, formatOrigin, IncipitError, RegistryError } from './errors.js';
export type { ConfigOrigin, ErrorDetails } from './errors.js';
