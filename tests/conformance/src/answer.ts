import { CONFIG_OPERATIONS, isAnswered } from './config-ops.js';
import { kindOf } from './error-kinds.js';
import { FORMULAS } from './formulas.js';
import { type InitialiseInput, initFunction, initialize, initializerObject, initWeights } from './initialise.js';
import { decode, encode, type Request, type Response } from './protocol.js';
import { answerRegistry, REGISTRY_OPERATIONS, registryErrorKind } from './registry-ops.js';

/** What an operation gives: the value, and the tags of its warnings. */
interface Outcome {
  readonly ok: unknown;
  readonly warnings?: readonly string[];
}

type Operation = (input: Readonly<Record<string, unknown>>, folder: string) => Outcome | Promise<Outcome>;

const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['init.initialize', (input, folder) => initialize(asCase(input), folder)],
  ['init.init_weights', (input, folder) => initWeights(asCase(input), folder)],
  ['init.function', (input, folder) => initFunction(asCase(input), folder)],
  ['init.initializer', (input) => ({ ok: initializerObject(input['cfg']) })],
  ...CONFIG_OPERATIONS,
  ...[...FORMULAS].map(([name, formula]): [string, Operation] => [
    `formula.${name}`,
    (input) => ({ ok: formula(input) }),
  ]),
  ...REGISTRY_OPERATIONS.map((op): [string, Operation] => [`registry.${op}`, (input) => answerRegistry(op, input)]),
]);

/** Answers one case; an operation that does not exist yet is skipped. */
export async function answer(request: Request): Promise<Response> {
  const { id, op, dir } = request;
  const operation = OPERATIONS.get(op);
  if (operation === undefined || !isAnswered(request.input)) return { id, skip: true };
  try {
    const outcome = await operation(decode(request.input) as Readonly<Record<string, unknown>>, dir);
    return { id, ok: encode(outcome.ok), ...(outcome.warnings === undefined ? {} : { warnings: outcome.warnings }) };
  } catch (error) {
    const kind = op.startsWith('registry.')
      ? registryErrorKind(error, request.input)
      : kindOf(error, op === 'init.init_weights');
    return { id, error: { kind, message: error instanceof Error ? error.message : String(error) } };
  }
}

/** The driver is trusted to send what the schema says. */
function asCase(input: Readonly<Record<string, unknown>>): InitialiseInput {
  return input as unknown as InitialiseInput;
}
