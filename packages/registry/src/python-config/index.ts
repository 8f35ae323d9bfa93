export { readPythonConfig } from './read-python.js';
