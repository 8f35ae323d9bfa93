import { spawn } from 'node:child_process';

/** How a program ended, with what it wrote. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, without a shell and without standard input. */
export function runProgram(file: string, args: readonly string[], cwd: string): Promise<ProgramEnd> {
  const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8');
    child[name].on('data', (chunk: string) => {
      text[name] += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...text }));
  });
}

/** Runs npm, the one that runs us where there is one. */
export function runNpm(args: readonly string[], cwd: string): Promise<ProgramEnd> {
  const script = process.env['npm_execpath'];
  return script?.endsWith('.js') ? runProgram(process.execPath, [script, ...args], cwd) : runProgram('npm', args, cwd);
}
