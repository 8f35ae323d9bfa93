import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a server treats one path. */
export interface ServedFile {
  readonly bytes: Uint8Array;
  /** Default true. */
  readonly ranges?: boolean;
  readonly etag?: string;
  /** Closes the connection after so many bytes of the body, once for each number. */
  readonly breaks?: number[];
  /** Sends no length: what is cut off looks whole. */
  readonly chunked?: boolean;
  /** Takes the request and says nothing. */
  readonly silent?: boolean;
  /** Sends headers and a first byte, then nothing. */
  readonly stalls?: boolean;
  readonly redirect?: string;
  /** Without a body, but for 206: that has all of it. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Gives a range of whatever version there is. */
  readonly ignoresIfRange?: boolean;
}

/** What a server was asked. */
export interface Asked {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly token: string | undefined;
}

export interface WeightServer {
  readonly url: string;
  readonly files: Map<string, ServedFile>;
  readonly asked: Asked[];
  /** Bytes of bodies that were handed to connections. */
  sent(): number;
  close(): Promise<void>;
}

/** A server on the loopback address that is as good, or as bad, as a test wants it. */
export async function weightServer(files: Readonly<Record<string, ServedFile>> = {}): Promise<WeightServer> {
  const served = new Map(Object.entries(files));
  const asked: Asked[] = [];
  let sent = 0;
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    asked.push({
      path,
      range: request.headers.range,
      ifRange: request.headers['if-range']?.toString(),
      token: request.headers.authorization,
    });
    const file = served.get(path);
    if (file === undefined) response.writeHead(404).end();
    else sent += answer(file, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files: served,
    asked,
    sent: () => sent,
    close: () => close(server),
  };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** @returns the bytes of the body. */
function answer(file: ServedFile, request: IncomingMessage, response: ServerResponse): number {
  if (file.silent === true) return 0;
  if (file.redirect !== undefined) response.writeHead(302, { location: file.redirect }).end();
  else if (file.status === 206) response.writeHead(206, file.headers).end(file.bytes);
  else if (file.status !== undefined) response.writeHead(file.status, file.headers).end();
  else return answerBytes(file, request, response);
  return 0;
}

function answerBytes(file: ServedFile, request: IncomingMessage, response: ServerResponse): number {
  const { bytes, etag } = file;
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const ifRange = request.headers['if-range'];
  const ranged =
    match !== null &&
    file.ranges !== false &&
    (ifRange === undefined || ifRange === etag || file.ignoresIfRange === true);
  const first = ranged ? Number(match[1]) : 0;
  const last = ranged && match[2] !== '' ? Math.min(Number(match[2]), bytes.byteLength - 1) : bytes.byteLength - 1;
  if (ranged && first >= bytes.byteLength) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.byteLength}` }).end();
    return 0;
  }
  const body = bytes.subarray(first, last + 1);
  response.writeHead(ranged ? 206 : 200, {
    ...(etag === undefined ? {} : { etag }),
    ...(file.chunked === true ? {} : { 'content-length': body.byteLength }),
    ...(ranged ? { 'content-range': `bytes ${first}-${last}/${bytes.byteLength}` } : {}),
  });
  if (file.stalls === true) {
    response.write(body.subarray(0, 1));
    return 1;
  }
  const cut = file.breaks?.shift();
  if (cut === undefined || cut >= body.byteLength) {
    response.end(body);
    return body.byteLength;
  }
  // What was written reaches the client before the connection ends.
  response.write(body.subarray(0, cut), () => setTimeout(() => response.destroy(), 5));
  return cut;
}
