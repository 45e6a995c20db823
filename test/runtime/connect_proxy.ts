import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** A proxy of HTTP on loopback, and what it was asked for. */
export interface ConnectProxy {
  readonly port: number;
  /** `CONNECT api.test:443` or `GET http://api.test/`, in order. */
  readonly asked: string[];
  /** What was sent as `Proxy-Authorization`. */
  readonly credentials: (string | undefined)[];
  close(): Promise<void>;
}

/**
 * Starts one.
 *
 * @param target port on loopback to which every connection leads, whatever host is asked for; left out, the proxy
 * refuses all with 407.
 */
export function startConnectProxy(target?: number): Promise<ConnectProxy> {
  const asked: string[] = [];
  const credentials: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const note = (request: IncomingMessage) => {
    asked.push(`${request.method} ${request.url}`);
    credentials.push(request.headers["proxy-authorization"]);
  };
  const server = createServer((request, response) => {
    note(request);
    response.writeHead(target === undefined ? 407 : 200);
    response.end("by proxy");
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.on("connect", (request: IncomingMessage, socket: Socket, head: Uint8Array) => {
    note(request);
    if (target === undefined) {
      return socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    }
    const other = connect({ host: "127.0.0.1", port: target }, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      other.write(head);
      other.pipe(socket);
      socket.pipe(other);
    });
    sockets.add(other);
    other.on("error", () => socket.destroy());
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        asked,
        credentials,
        close() {
          for (const socket of sockets) socket.destroy();
          return new Promise((done) => server.close(() => done()));
        },
      });
    });
  });
}
