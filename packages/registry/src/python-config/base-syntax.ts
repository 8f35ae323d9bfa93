import { isStandardModule } from './modules.js';
import type { Expression, ImportStatement, ReadBaseStatement, Statement } from './syntax.js';

/** The name that names the bases. */
export const BASE_KEY = '_base_';

/** The value assigned to `_base_` at the top level. */
export function baseAssignment(statements: readonly Statement[]): Expression | undefined {
  for (const statement of statements) {
    if (statement.kind === 'assign' && statement.targets.some(isBaseName)) return statement.value;
  }
  return undefined;
}

/** How often a file assigns to `_base_`, blocks included. */
export function countBaseTargets(statements: readonly Statement[]): number {
  return withinBlocks(statements).reduce(
    (count, statement) => count + (statement.kind === 'assign' ? statement.targets.filter(isBaseName).length : 0),
    0,
  );
}

/** All `with read_base():` of a file. */
export function readBaseStatements(statements: readonly Statement[]): ReadBaseStatement[] {
  return withinBlocks(statements).filter((statement) => statement.kind === 'read-base');
}

/** Whether a file is of the new style: it imports what is no part of Python, or reads bases by `read_base()`. */
export function isNewStyle(statements: readonly Statement[]): boolean {
  return withinBlocks(statements).some(
    (statement) => statement.kind === 'read-base' || (statement.kind === 'import' && importsOthers(statement)),
  );
}

function importsOthers({ from, names }: ImportStatement): boolean {
  if (from === undefined) return names.some(({ name }) => !isStandardModule(name));
  const config = from === 'mmengine' && names.length === 1 && names[0]?.name === 'Config';
  return !config && !isStandardModule(from);
}

function isBaseName(target: Expression): boolean {
  return target.kind === 'name' && target.name === BASE_KEY;
}

/** Statements with those in their blocks. */
function withinBlocks(statements: readonly Statement[]): readonly Statement[] {
  return statements.flatMap((statement) => {
    if (statement.kind === 'for') return [statement, ...withinBlocks([...statement.body, ...statement.otherwise])];
    if (statement.kind !== 'if') return [statement];
    const blocks = statement.branches.flatMap((branch) => branch.body);
    return [statement, ...withinBlocks([...blocks, ...statement.otherwise])];
  });
}
