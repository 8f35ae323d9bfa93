import { existsSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { CodegenError } from '../errors.js';
import { type PackageInfo, Packages } from './packages.js';
import { Problems } from './problems.js';
import { SourceProject, ts } from './typescript.js';

/** Tests register what no one else should see. */
const TEST_FILE = /\.(test|spec|test-d|spec-d)\.[cm]?[jt]sx?$/;

/** Settings that are no concern here, or newer than the compiler inside: wrong or unknown ones change no option's type. */
const IGNORED_ERRORS: ReadonlySet<number> = new Set([5023, 5024, 5025, 5101, 5102, 5107, 6046]);

const NO_INPUTS: ReadonlySet<number> = new Set([18002, 18003]);

/** One reading of a project: its files, parsed, and what types they have. */
export interface Sources {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly problems: Problems;
  readonly packages: Packages;
  readonly own: PackageInfo;
  /** Source files of the package itself, by path. */
  readonly files: readonly ts.SourceFile[];
}

/** The files of a tsconfig.json, across changes. */
export class SourceReader {
  readonly #tsconfig: string;
  readonly #exclude: readonly string[];
  #project: SourceProject | undefined;
  #changed = new Set<string>();

  constructor(tsconfig: string, exclude: readonly string[]) {
    this.#tsconfig = resolve(tsconfig);
    this.#exclude = exclude.map((path) => resolve(path));
  }

  change(files: readonly string[]): void {
    for (const file of files) this.#changed.add(resolve(file));
  }

  /** @throws CodegenError for a project that cannot be read, or whose files cannot be parsed. */
  read(): Sources {
    const config = readConfig(this.#tsconfig);
    this.#project ??= new SourceProject(config.options);
    const project = this.#project;
    project.setFiles(config.fileNames.filter((file) => this.#isRead(file)));
    for (const file of this.#changed) project.refresh(file);
    this.#changed = new Set();
    const problems = new Problems(dirname(this.#tsconfig));
    const packages = new Packages();
    const own = packages.of(this.#tsconfig) ?? noPackage(this.#tsconfig);
    const program = project.program();
    const files = program
      .getSourceFiles()
      .filter((file) => !file.isDeclarationFile && this.#isRead(file.fileName))
      .filter((file) => !file.fileName.includes('/node_modules/'))
      .filter((file) => packages.of(file.fileName)?.folder === own.folder)
      .sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
    for (const file of files) reportSyntax(program, file, problems);
    problems.check();
    return { program, checker: program.getTypeChecker(), problems, packages, own, files };
  }

  #isRead(file: string): boolean {
    if (TEST_FILE.test(basename(file))) return false;
    const path = resolve(file);
    return !this.#exclude.some((excluded) => path === excluded || path.startsWith(`${excluded}${sep}`));
  }
}

function readConfig(tsconfig: string): ts.ParsedCommandLine {
  const name = basename(tsconfig);
  if (!existsSync(tsconfig)) {
    throw new CodegenError({
      code: 'missing-tsconfig',
      what: `There is no ${relative(process.cwd(), tsconfig).split(sep).join('/')}`,
      fix: 'name the tsconfig.json of the project with --project',
    });
  }
  const fatal: ts.Diagnostic[] = [];
  const onUnRecoverableConfigFileDiagnostic = (found: ts.Diagnostic): number => fatal.push(found);
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic };
  const config = ts.getParsedCommandLineOfConfigFile(tsconfig, {}, host);
  // What is no JSON is read as far as it goes, and told nowhere else.
  const parsed = (config?.options['configFile'] as { readonly parseDiagnostics?: ts.Diagnostic[] } | undefined)
    ?.parseDiagnostics;
  const errors = [...fatal, ...(parsed ?? []), ...(config?.errors ?? [])].filter(
    ({ code }) => !IGNORED_ERRORS.has(code),
  );
  const problems = new Problems(dirname(tsconfig));
  for (const error of errors) {
    if (NO_INPUTS.has(error.code)) continue;
    const what = plainText(error, dirname(tsconfig));
    problems.add({ code: 'bad-tsconfig', subject: name, what, fix: 'correct it', origin: { file: name } });
  }
  problems.check();
  if (config === undefined || config.fileNames.length === 0) {
    throw new CodegenError({
      code: 'no-sources',
      what: `${name} names no TypeScript files`,
      fix: 'name a tsconfig.json whose files or include are the sources',
    });
  }
  return config;
}

function noPackage(tsconfig: string): never {
  throw new CodegenError({
    code: 'no-package',
    what: `No package.json with a name lies beside ${basename(tsconfig)} or above it`,
    fix: 'give the project a package.json with a name',
  });
}

function reportSyntax(program: ts.Program, file: ts.SourceFile, problems: Problems): void {
  for (const error of program.getSyntacticDiagnostics(file)) {
    const { line } = file.getLineAndCharacterOfPosition(error.start);
    const path = problems.pathOf(file.fileName);
    problems.add({
      code: 'syntax-error',
      subject: path,
      what: plainText(error, dirname(file.fileName)),
      fix: 'correct the source',
      origin: { file: path, line: line + 1 },
    });
  }
}

/** TypeScript's message in one line, without the folder. */
function plainText(error: ts.Diagnostic, folder: string): string {
  const text = ts.flattenDiagnosticMessageText(error.messageText, ' ').replaceAll(`${folder}/`, '');
  return text.replace(/\.$/, '');
}
