import { parentPort } from 'node:worker_threads';
import { serve } from './serve.js';

if (parentPort !== null) {
  const port = parentPort;
  serve({
    post: (message, transfer = []) => port.postMessage(message, [...transfer]),
    onMessage: (receive) => void port.on('message', receive),
  });
}
