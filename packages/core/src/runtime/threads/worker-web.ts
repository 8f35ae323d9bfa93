import { serve } from './serve.js';

/** What a dedicated worker has; the DOM's types know the page only. */
interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: 'message', listen: (event: MessageEvent) => void): void;
}

const scope = globalThis as unknown as WorkerScope;

serve({
  post: (message, transfer = []) => scope.postMessage(message, [...transfer]),
  onMessage: (receive) => scope.addEventListener('message', (event) => receive(event.data)),
});
