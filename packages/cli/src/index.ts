/**
 * The command `incipit`, callable from code.
 *
 * @module
 */
export { main } from './main.js';
export type { Terminal } from './terminal.js';
