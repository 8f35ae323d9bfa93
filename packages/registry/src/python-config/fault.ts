import { ConfigError } from '../errors.js';

/** What is wrong with a Python config, before its place is known: the interpreter adds file and line. */
export class PythonFault extends Error {
  readonly code: string;
  readonly expected: string | undefined;
  readonly fix: string | undefined;

  constructor(what: string, details: FaultDetails = {}) {
    super(what, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code ?? 'python-error';
    this.expected = details.expected;
    this.fix = details.fix;
  }

  /** The error that users see. */
  at(file: string | undefined, line: number): ConfigError {
    return new ConfigError({
      code: this.code,
      what: this.message,
      ...(this.expected === undefined ? {} : { expected: this.expected }),
      ...(this.fix === undefined ? {} : { fix: this.fix }),
      origin: { ...(file === undefined ? {} : { file }), line },
      ...(this.cause === undefined ? {} : { cause: this.cause }),
    });
  }
}

interface FaultDetails {
  readonly code?: string;
  readonly expected?: string;
  readonly fix?: string;
  readonly cause?: unknown;
}

/** The refusal of Python that is no data. */
export function outsideSubset(construct: string): PythonFault {
  return new PythonFault(`${construct} is outside the Python that a config may use`, {
    code: 'unsupported-python',
    fix: 'write the value out; a config is read as data and never run',
  });
}

/** The refusal of what would take too much time or memory. */
export function overLimit(what: string): PythonFault {
  return new PythonFault(what, { code: 'python-limit', fix: 'make the config smaller' });
}
