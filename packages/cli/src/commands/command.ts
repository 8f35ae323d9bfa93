import type { OptionTable, ParsedLine } from '../command-line.js';
import type { Terminal } from '../terminal.js';

/** One command: what it is called, what it takes, what it does. */
export interface Command {
  readonly name: string;
  /** What follows the name in the usage line. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What the help says below the usage line. */
  readonly description: string;
  readonly options: OptionTable;
  run(line: ParsedLine, terminal: Terminal): Promise<void>;
}
