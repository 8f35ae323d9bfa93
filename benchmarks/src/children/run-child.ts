import { spawn } from 'node:child_process';

/** A program that failed, and what it said before. */
export class ChildError extends Error {
  override readonly name = 'ChildError';
  readonly printed: string;

  constructor(what: string, printed: string) {
    super(what);
    this.printed = printed.trim();
  }
}

/** Runs a program to its end. @returns what it printed. @throws ChildError when it fails. */
export function runChild(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    let complaints = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(printed);
      else
        reject(
          new ChildError(`${program} ${args.join(' ')} ended with ${signal ?? code}: ${complaints.trim()}`, printed),
        );
    });
  });
}
