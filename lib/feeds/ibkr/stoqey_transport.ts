import type { Endpoint } from "./connection_failures.ts";
import type { Internals } from "./stoqey_values.ts";

/** What is used of a TCP socket, in the words of Node's. */
export interface TcpClient {
  readonly closed: boolean;
  on(event: "connect" | "close" | "end", listener: () => void): unknown;
  on(event: "data", listener: (bytes: Uint8Array) => void): unknown;
  on(event: "error", listener: (error: Error & { code?: string }) => void): unknown;
  once(event: "close", listener: () => void): unknown;
  write(bytes: Uint8Array): unknown;
  end(): unknown;
  destroy(): unknown;
}

/** Begins to connect and returns at once; never throws for what the outside does. */
export type ConnectTcp = (endpoint: Endpoint) => TcpClient;

/** The package's own number for "connecting". */
const CONNECTING = 2;

/**
 * Makes the package use another way to connect than Node's sockets, which it opens itself and lets nobody
 * replace. Does what its `connect` does for a fresh object. To be called after the callbacks were wrapped.
 */
export function connectOver({ controller }: Internals, connect: ConnectTcp, to: Endpoint): void {
  const { socket } = controller;
  socket.connect = (clientId) => {
    socket._status = CONNECTING;
    socket._clientId = clientId;
    controller.pause();
    const client = connect(to);
    socket.client = client;
    client.on("connect", () => socket.onConnect());
    client.on("data", (bytes) => socket.onData(bytes));
    client.on("close", () => socket.onEnd());
    client.on("end", () => socket.onEnd());
    client.on("error", (error) => socket.onError(error));
  };
}
