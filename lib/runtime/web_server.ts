/** A WebSocket of a listening server. Its callbacks are set once, in the turn in which it is given. */
export interface ServerSocket {
  /** Bytes that were sent and not yet taken by the peer. */
  readonly buffered: number;
  /** Does nothing unless the socket is open. */
  send(text: string): void;
  /** Does nothing once the socket is closed. @param code of RFC 6455: 1000, 1013, … */
  close(code: number, reason: string): void;
  /** Called once, as soon as it may be sent to. */
  onOpen(callback: () => void): void;
  /** Text messages. A binary one ends the socket with 1003. */
  onText(callback: (text: string) => void): void;
  /** Called once, however it ends. */
  onClose(callback: () => void): void;
}

/** Makes a WebSocket of a request that asks for one. The response is the answer to the request. */
export type UpgradeToSocket = (
  request: Request,
) => { readonly socket: ServerSocket; readonly response: Response };

/** A listening web server. */
export interface WebListener {
  readonly port: number;
  /** Lets requests under way end for so long, then cuts them; resolves when it listens no more. Safe to call twice. */
  close(graceMs?: number): Promise<void>;
}

export interface WebListenOptions {
  /** Address to listen on. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Answers a request. @param from the peer's address */
export type WebHandler = (request: Request, from: string) => Response | Promise<Response>;

/**
 * Listens for HTTP/1.1 and HTTP/2, and for WebSockets by {@link upgradeToSocket}.
 *
 * @throws the system's error when the port cannot be taken.
 */
export function listenWeb(
  { host, port }: WebListenOptions,
  handle: WebHandler,
): Promise<WebListener> {
  const ending = new AbortController();
  return new Promise((resolve, reject) => {
    try {
      const server = Deno.serve({
        hostname: host,
        port,
        signal: ending.signal,
        onListen: ({ port: taken }) =>
          queueMicrotask(() => {
            let closing: Promise<void> | undefined;
            const close = async (graceMs: number) => {
              const timer = setTimeout(() => ending.abort(), graceMs);
              await Promise.race([server.shutdown(), server.finished]);
              clearTimeout(timer);
            };
            resolve({ port: taken, close: (graceMs = 1_000) => closing ??= close(graceMs) });
          }),
      }, (request, { remoteAddr }) => handle(request, (remoteAddr as Deno.NetAddr).hostname));
    } catch (error) {
      reject(error);
    }
  });
}

/** {@link UpgradeToSocket} by Deno. @throws {TypeError} for a request that asks for no WebSocket */
export const upgradeToSocket: UpgradeToSocket = (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request);
  return {
    response,
    socket: {
      get buffered() {
        return socket.bufferedAmount;
      },
      send(text) {
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      },
      close(code, reason) {
        if (socket.readyState <= WebSocket.OPEN) socket.close(code, reason);
      },
      onOpen: (callback) => socket.addEventListener("open", callback, { once: true }),
      onText: (callback) =>
        socket.addEventListener("message", ({ data }) => {
          if (typeof data === "string") callback(data);
          else socket.close(1003, "only text is read");
        }),
      onClose: (callback) => socket.addEventListener("close", callback, { once: true }),
    },
  };
};
