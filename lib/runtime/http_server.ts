import type { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A request without its body: market-data servers are only asked. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query as sent: `/api/v3/klines?symbol=BTCUSDT`. */
  readonly target: string;
  /** Names are lowercase; a header sent twice is joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A request with its body. */
export interface HttpMessage extends HttpRequest {
  /** As UTF-8; empty where `maxBodyBytes` is 0. */
  readonly body: string;
  /** Local wall clock, epoch ms. */
  readonly receivedAt: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A request to go over to WebSocket. Exactly one of its ways out must be taken, at any time. */
export interface HttpUpgrade extends HttpRequest {
  /** What `WebSocketServer.handleUpgrade` of `ws` wants, in its order. */
  readonly parts: readonly [request: IncomingMessage, socket: Socket, head: Buffer];
  /** Answers with a status instead and hangs up. */
  refuse(answer: HttpAnswer): void;
}

export interface HttpListenOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Asked for each new connection; false cuts it at once. @default every connection is let in */
  readonly admits?: () => boolean;
  /** Longer bodies are answered 413. @default 0: bodies are not read, market-data servers are only asked */
  readonly maxBodyBytes?: number;
}

/** A listening HTTP server. */
export interface HttpListener {
  readonly port: number;
  /** Cuts every open connection with a reset; goes on listening. */
  cutAll(): void;
  /** Stops listening and cuts every connection; resolves when all are gone. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Listens for HTTP/1.1 and for upgrades on one port.
 *
 * @param onRequest gives the answer; undefined, or a rejection, leaves the request without one and cuts it.
 * @throws the system's error when the port cannot be taken.
 */
export function listenHttp(
  { host, port, admits = () => true, maxBodyBytes = 0 }: HttpListenOptions,
  onRequest: (request: HttpMessage) => Promise<HttpAnswer | undefined>,
  onUpgrade: (upgrade: HttpUpgrade) => void,
): Promise<HttpListener> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    bodyOf(request, maxBodyBytes).then((body) =>
      body === undefined
        ? TOO_LARGE
        : onRequest({ ...requestOf(request), body, receivedAt: Date.now() })
    ).then(
      (answer) => answer === undefined ? response.destroy() : send(response, answer),
      () => response.destroy(),
    );
  });
  server.on("connection", (socket: Socket) => {
    // A connection that breaks emits "close", which always follows.
    socket.on("error", () => {});
    if (!admits()) return void socket.resetAndDestroy();
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("upgrade", (request, socket, head) => {
    onUpgrade({
      ...requestOf(request),
      parts: [request, socket as Socket, head],
      refuse: (answer) => void socket.end(textOf(answer)),
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      server.on("error", () => {});
      let closing: Promise<void> | undefined;
      resolve({
        port: (server.address() as AddressInfo).port,
        cutAll() {
          for (const socket of sockets) socket.resetAndDestroy();
        },
        close() {
          closing ??= new Promise((resolve) => {
            server.close(() => resolve());
            for (const socket of sockets) socket.destroy();
          });
          return closing;
        },
      });
    });
  });
}

const TOO_LARGE: HttpAnswer = { status: 413, headers: { Connection: "close" }, text: "" };

/** @returns undefined for one that is too long; the rest of it is let go of. */
function bodyOf(request: IncomingMessage, most: number): Promise<string | undefined> {
  if (most === 0) {
    request.resume();
    return Promise.resolve("");
  }
  return new Promise((resolve, reject) => {
    const decoder = new TextDecoder();
    let [text, bytes] = ["", 0];
    request.on("data", (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes > most) return resolve(undefined);
      text += decoder.decode(chunk, { stream: true });
    });
    request.on("end", () => resolve(text + decoder.decode()));
    request.on("error", reject);
    request.on("close", () => reject(new Error("the connection broke amid the request")));
  });
}

function requestOf(request: IncomingMessage): HttpRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return { method: request.method ?? "GET", target: request.url ?? "/", headers };
}

function send(response: ServerResponse, { status, headers = {}, text }: HttpAnswer): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers });
  response.end(text);
}

/** An answer as it goes over the wire, for a connection that has left the HTTP server's hands. */
function textOf({ status, headers = {}, text }: HttpAnswer): string {
  const lines = Object.entries({
    ...headers,
    "Content-Length": String(new TextEncoder().encode(text).length),
    "Connection": "close",
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Refused\r\n${lines.join("")}\r\n${text}`;
}
