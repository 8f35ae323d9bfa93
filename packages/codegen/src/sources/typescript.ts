import { Project, ts } from 'ts-morph';

/** TypeScript's own interface. Nothing is checked but what is asked for, so reading stays fast. */
export { ts };

/** Source files that were parsed, kept so that only those that change are parsed again. */
export class SourceProject {
  readonly #project: Project;

  constructor(options: ts.CompilerOptions) {
    this.#project = new Project({
      skipFileDependencyResolution: true,
      compilerOptions: {
        ...options,
        // Globals of a runtime, such as Node's, take longer to parse than a project, and JSON cannot say them anyway.
        types: [],
        noEmit: true,
        skipLibCheck: true,
        composite: false,
        incremental: false,
        declaration: false,
        declarationMap: false,
        isolatedDeclarations: false,
        sourceMap: false,
      },
    });
  }

  /** Makes these the files of the project; those that they import come by themselves. */
  setFiles(files: readonly string[]): void {
    const wanted = new Set(files);
    for (const file of this.#project.getSourceFiles()) {
      if (!wanted.has(file.getFilePath())) this.#project.removeSourceFile(file);
    }
    for (const file of files) this.#project.addSourceFileAtPathIfExists(file);
  }

  /** Reads a file again, if it is known. */
  refresh(file: string): void {
    this.#project.getSourceFile(file)?.refreshFromFileSystemSync();
  }

  program(): ts.Program {
    return this.#project.getProgram().compilerObject;
  }
}
