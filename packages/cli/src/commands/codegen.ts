import type * as Codegen from '@incipit/codegen';
import { UsageError } from '../errors.js';
import { formatSeconds } from '../format.js';
import type { Terminal } from '../terminal.js';
import type { Command } from './command.js';

export const codegenCommand: Command = {
  name: 'codegen',
  usage: '--project <tsconfig> --out <folder> [--check | --watch] [--json]',
  summary: 'write typed builders, schemas and docs for registered classes',
  description:
    'Reads the sources of a tsconfig, finds every class that is registered, and writes for each registry typed\n' +
    'builders, config types, a JSON Schema, a manifest with explicit imports, and a page of docs. Nothing is run.',
  options: {
    project: { value: '<tsconfig>', text: 'the tsconfig.json of the sources (default tsconfig.json)' },
    out: { value: '<folder>', required: true, text: 'the folder of the generated files, and of nothing else' },
    check: { text: 'write nothing; fail with a diff when something is out of date' },
    watch: { text: 'write again whenever a source changes' },
    json: { text: 'print the result as JSON' },
  },
  async run(line, terminal) {
    if (line.has('check') && line.has('watch')) {
      throw new UsageError('--check and --watch exclude each other', { command: 'codegen' });
    }
    const [stray] = line.positionals;
    if (stray !== undefined) throw new UsageError(`'${stray}' is too much`, { command: 'codegen' });
    const options = { project: line.value('project') ?? 'tsconfig.json', out: line.value('out') ?? '' };
    // TypeScript's compiler takes half a second to load: no other command pays for it.
    const codegen = await import('@incipit/codegen');
    const print = (result: Codegen.GenerateResult, seconds: number): void => {
      terminal.out(line.has('json') ? `${JSON.stringify(result)}\n` : summary(options.out, result, seconds));
    };
    if (line.has('watch')) return watch(codegen, options, { print, terminal });
    const start = performance.now();
    const result = line.has('check') ? await codegen.check(options) : await codegen.generate(options);
    print(result, (performance.now() - start) / 1000);
  },
};

function watch(
  codegen: typeof Codegen,
  options: Codegen.GenerateOptions,
  { print, terminal }: { readonly print: Codegen.WatchListener['done']; readonly terminal: Terminal },
): Promise<void> {
  const failed = (error: unknown): void => {
    if (!(error instanceof codegen.CodegenError)) throw error;
    terminal.err(`${error.name}: ${error.message}\n`);
  };
  return codegen.watch(options, { done: print, failed }, terminal.signal);
}

function summary(out: string, result: Codegen.GenerateResult, seconds: number): string {
  const { files, written, removed, entries } = result;
  const gone = removed.length === 0 ? '' : `, ${removed.length} removed`;
  return `${out}: ${entries} entries, ${files.length} files, ${written.length} written${gone} in ${formatSeconds(seconds)}\n`;
}
