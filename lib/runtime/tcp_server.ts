import { type AddressInfo, createServer, type Socket } from "node:net";

/** One accepted connection. Its callbacks are set once, before anything is awaited. */
export interface TcpConnection {
  /** Sends, or does nothing once the connection is over. */
  write(bytes: Uint8Array): void;
  /** Bytes handed to {@link write} that the peer has not taken yet. */
  readonly pending: number;
  onData(callback: (bytes: Uint8Array) => void): void;
  /** Called once, however the connection ends. */
  onClose(callback: () => void): void;
  /** Says goodbye: what was written is sent first. */
  end(): void;
  /** Cuts at once with a reset; the peer may never see what was written last. */
  destroy(): void;
  /** Stops reading; the peer's bytes wait in the system. */
  pause(): void;
  resume(): void;
}

/** A listening socket. */
export interface TcpListener {
  readonly port: number;
  /** Stops listening and cuts every connection; resolves when all are gone. Safe to call twice. */
  close(): Promise<void>;
}

/** Listens for TCP connections: {@link listenTcp}, or a network simulated in memory. */
export type ListenTcp = (
  options: { host: string; port: number },
  onConnection: (connection: TcpConnection) => void,
) => Promise<TcpListener>;

/**
 * Listens for TCP connections.
 *
 * @param options.host address to listen on.
 * @param options.port 0 takes a free one.
 * @throws the system's error when the port cannot be taken.
 */
export function listenTcp(
  options: { host: string; port: number },
  onConnection: (connection: TcpConnection) => void,
): Promise<TcpListener> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: false }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    onConnection(connectionOf(socket));
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, () => {
      server.off("error", reject);
      // What goes wrong with an accepted connection is reported by that connection.
      server.on("error", () => {});
      let closing: Promise<void> | undefined;
      resolve({
        port: (server.address() as AddressInfo).port,
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

function connectionOf(socket: Socket): TcpConnection {
  // A connection that breaks emits "close", which always follows.
  socket.on("error", () => {});
  return {
    write(bytes) {
      if (!socket.destroyed && socket.writable) socket.write(bytes);
    },
    get pending() {
      return socket.writableLength;
    },
    onData: (callback) => void socket.on("data", (bytes: Uint8Array) => callback(bytes)),
    onClose: (callback) => void socket.once("close", () => callback()),
    end: () => void socket.end(),
    destroy: () => void socket.resetAndDestroy(),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
  };
}
