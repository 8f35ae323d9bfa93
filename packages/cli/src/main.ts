import { asQuestion, IncipitError, nearestNames } from '@incipit/registry';
import { formatOptions, parseCommandLine } from './command-line.js';
import { codegenCommand } from './commands/codegen.js';
import type { Command } from './commands/command.js';
import { configCommand } from './commands/config.js';
import { initCommand } from './commands/init.js';
import { inspectCommand } from './commands/inspect.js';
import { planCommand } from './commands/plan.js';
import { UsageError } from './errors.js';
import type { Terminal } from './terminal.js';
import { version } from './version.js';

const COMMANDS: readonly Command[] = [initCommand, planCommand, inspectCommand, configCommand, codegenCommand];

/** Exit codes, a promise to scripts. */
const DONE = 0;
const FAILED = 1;
const USAGE = 2;

/**
 * Runs the command line `incipit …argv`.
 *
 * @returns 0 done, 1 refused or failed, 2 usage.
 */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await run(argv, terminal);
    return DONE;
  } catch (error) {
    const stopped = terminal.signal.aborted && error === terminal.signal.reason;
    terminal.err(`${stopped && error instanceof Error ? error.message : describe(error)}\n`);
    return error instanceof UsageError ? USAGE : FAILED;
  }
}

async function run(argv: readonly string[], terminal: Terminal): Promise<void> {
  const [name, ...rest] = argv;
  if (name === undefined) throw new UsageError('no command was given');
  if (name === '--version' || name === '-v') return terminal.out(`${version()}\n`);
  if (name === '--help' || name === '-h') return terminal.out(`${overview()}\n`);
  if (name === 'help') return terminal.out(`${rest[0] === undefined ? overview() : help(find(rest[0]))}\n`);
  const command = find(name);
  const line = parseCommandLine(command.name, command.options, rest);
  if (line.has('help')) return terminal.out(`${help(command)}\n`);
  await command.run(line, terminal);
}

function find(name: string): Command {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const names = COMMANDS.map((candidate) => candidate.name);
  const near = asQuestion(nearestNames(name, names));
  throw new UsageError(`'${name}' is not a command${near}`, { fix: `use one of ${names.join(', ')}` });
}

function overview(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
  return [
    'incipit: initialise the weights of a neural network from a config',
    '',
    'Usage: incipit <command> [options]',
    '',
    ...COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    '',
    "'incipit help <command>' tells more. '--version' prints the version.",
    'Exit codes: 0 done, 1 refused or failed, 2 wrong usage.',
  ].join('\n');
}

function help(command: Command): string {
  return [
    `Usage: incipit ${command.name} ${command.usage}`,
    '',
    command.description,
    '',
    'Options:',
    formatOptions(command.options),
  ].join('\n');
}

/** What was meant to be said is said; what was not is a defect, and keeps its stack. */
function describe(error: unknown): string {
  if (error instanceof UsageError) {
    const hint = error.command === undefined ? 'incipit --help' : `incipit help ${error.command}`;
    return `${error.message}\nSee '${hint}'.`;
  }
  if (error instanceof IncipitError) return `${error.name}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
