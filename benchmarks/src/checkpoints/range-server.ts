import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on the loopback address that gives byte ranges of one file. */
export interface RangeServer {
  readonly url: string;
  /** Bytes that were asked for, and requests, since the last time. */
  taken(): { readonly bytes: number; readonly requests: number };
  close(): void;
}

/** @param name the end of its address. */
export async function rangeServer(path: string, name: string): Promise<RangeServer> {
  const { size } = await stat(path);
  let taken = { bytes: 0, requests: 0 };
  const server = createServer((request, response) => {
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const last = Math.min(to === '' ? size - 1 : Number(to), size - 1);
    const length = last - Number(from) + 1;
    taken = { bytes: taken.bytes + length, requests: taken.requests + 1 };
    response.writeHead(206, {
      'content-length': length,
      'content-range': `bytes ${from}-${last}/${size}`,
      etag: '"1"',
    });
    createReadStream(path, { start: Number(from), end: last }).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`,
    taken() {
      const before = taken;
      taken = { bytes: 0, requests: 0 };
      return before;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
