import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node.js';
import { TSC } from './typed-project.js';

/** How long an editor waits for a list of completions. */
export interface CompletionTimes {
  /** Of the first request after the file was opened: the project is read and its types are made. */
  readonly firstSeconds: number;
  /** Of a request after a keystroke. */
  readonly nextSeconds: number;
  /** Names in the list. */
  readonly labels: readonly string[];
}

/** Marks where the cursor is. */
export const CURSOR = '/*|*/';

const ROUNDS = 5;

interface CompletionList {
  readonly items: readonly { readonly label: string }[];
}

/** Asks TypeScript's own language server for completions at the cursor of a file. */
export async function completionTimes(folder: string, file: string): Promise<CompletionTimes> {
  const server = spawn(process.execPath, [TSC, '--lsp', '--stdio'], { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] });
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  // The server asks its client for settings, of which there are none.
  connection.onRequest(() => null);
  connection.listen();
  try {
    const marked = readFileSync(join(folder, file), 'utf8');
    const uri = pathToFileURL(join(folder, file)).href;
    const before = marked.slice(0, marked.indexOf(CURSOR)).split('\n');
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    const text = marked.replace(CURSOR, '');
    await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(folder).href,
      capabilities: { textDocument: { completion: { completionItem: { snippetSupport: false } } } },
    });
    await connection.sendNotification('initialized', {});
    await connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'typescript', version: 1, text },
    });
    const ask = async (): Promise<{ readonly seconds: number; readonly labels: readonly string[] }> => {
      const start = performance.now();
      const list = await connection.sendRequest<CompletionList | CompletionList['items'] | null>(
        'textDocument/completion',
        {
          textDocument: { uri },
          position,
        },
      );
      const items = list === null ? [] : 'items' in list ? list.items : list;
      return { seconds: (performance.now() - start) / 1000, labels: items.map(({ label }) => label) };
    };
    const first = await ask();
    const next: number[] = [];
    for (let version = 2; version < 2 + ROUNDS; version++) {
      // Any keystroke makes the server check the file again.
      await connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ text: `${text}// ${version}\n` }],
      });
      next.push((await ask()).seconds);
    }
    next.sort((a, b) => a - b);
    return {
      firstSeconds: first.seconds,
      nextSeconds: next[Math.floor(ROUNDS / 2)] ?? Number.NaN,
      labels: first.labels,
    };
  } finally {
    connection.dispose();
    server.kill();
  }
}
