import { afterTurn } from "./after_turn.ts";
// The order matters: `ws` reads the environment while it loads.
import "./before_ws.ts";
import ws from "ws";
import "./after_ws.ts";
import { httpDateOf, type NetworkFault, networkFaultOf, retryAfterOf } from "./http.ts";
import { isPermitted } from "./permission.ts";
import { type Proxy, proxyFor } from "./proxy.ts";
import { type ProxyAgent, proxyAgentOf } from "./proxy_agent.ts";

/** How a socket ended. */
export type WebSocketEnd =
  /** The server answered the upgrade with another status. */
  | {
    readonly kind: "refused-upgrade";
    readonly status: number;
    readonly retryAfterMs: number | undefined;
    /** The server's own time by its `Date` header, epoch ms. */
    readonly serverTime?: number;
    /** The beginning of what it wrote, where that is JSON: no page of a proxy is of use. */
    readonly text?: string;
  }
  /** It never opened, or broke. */
  | { readonly kind: "broken"; readonly fault: NetworkFault; readonly cause: unknown }
  /** An open socket was closed by the server, or cut (code 1006). */
  | { readonly kind: "closed"; readonly code: number; readonly reason: string };

/** What the server wrote when it accepted the upgrade. */
export interface WebSocketOpened {
  /** Header names are lowercase. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface WebSocketHandlers {
  onOpen(opened: WebSocketOpened): void;
  onText(text: string): void;
  /** Called once, and not when {@link WebSocketConnection.close} was called before. */
  onEnd(end: WebSocketEnd): void;
}

/** One WebSocket. Pings of the protocol are answered beneath this interface. */
export interface WebSocketConnection {
  /** Sends a control request; does nothing unless open. */
  send(text: string): void;
  /** Cuts the connection; resolves when the socket is gone. No handler is called any more. */
  close(): Promise<void>;
}

/** Begins to connect and returns at once; never throws for what the outside does. */
export type OpenWebSocket = (url: string, handlers: WebSocketHandlers) => WebSocketConnection;

/** Market frames are below 2 kB; a peer that sends far more is broken. */
const MAX_FRAME_BYTES = 4_000_000;

/** What is used of the npm package `ws`, which brings no types. */
interface WsSocket {
  readonly readyState: number;
  send(text: string): void;
  terminate(): void;
  pause(): void;
  resume(): void;
  on(event: "open", listener: () => void): void;
  on(event: "message", listener: (data: { toString(): string }) => void): void;
  on(event: "error", listener: (error: Error) => void): void;
  on(event: "close", listener: (code: number, reason: { toString(): string }) => void): void;
  on(event: "upgrade", listener: (response: UpgradeResponse) => void): void;
  on(
    event: "unexpected-response",
    listener: (request: unknown, response: UpgradeResponse) => void,
  ): void;
}

interface UpgradeResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  on(event: "data", listener: (chunk: { toString(): string }) => void): void;
  on(event: "end" | "error" | "close", listener: () => void): void;
}

/** What a server writes when it refuses an upgrade is read so far, and for so long, local ms. */
const MAX_REFUSAL_CHARS = 1_000;
const REFUSAL_LIMIT_MS = 1_000;

const WebSocketClient = ws as unknown as new (
  url: string,
  options: {
    readonly perMessageDeflate: boolean;
    readonly maxPayload: number;
    readonly allowSynchronousEvents: boolean;
    readonly agent?: ProxyAgent["agent"];
  },
) => WsSocket;
const OPEN = 1;
/** After so many messages in a turn nothing more is read in it; what the read has brought is still taken. */
const MOST_MESSAGES = 64;

/** {@link OpenWebSocket} by the npm package `ws`, through a proxy of the environment as `fetch` goes. */
export const openWebSocket: OpenWebSocket = (url, handlers) => {
  // Without the permission `ws` throws where nobody can catch it.
  if (!isPermitted(url)) return brokenSocket(handlers, "not-permitted");
  const proxy = proxyFor(url);
  return proxy === undefined ? connect(url, handlers) : connectThrough(proxy, url, handlers);
};

function connectThrough(
  proxy: Proxy,
  url: string,
  handlers: WebSocketHandlers,
): WebSocketConnection {
  if (!isPermitted(proxy.url.href)) return brokenSocket(handlers, "proxy");
  let isWanted = true;
  let connection: WebSocketConnection | undefined;
  const begun = proxyAgentOf(proxy).then((way) => {
    if (isWanted) connection = connect(url, handlers, way);
  }, (cause) => {
    if (isWanted) handlers.onEnd({ kind: "broken", fault: "proxy", cause });
  });
  return {
    send: (text) => connection?.send(text),
    async close() {
      isWanted = false;
      await begun;
      await connection?.close();
    },
  };
}

function connect(
  url: string,
  handlers: WebSocketHandlers,
  way?: ProxyAgent,
): WebSocketConnection {
  const socket = new WebSocketClient(url, {
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
    allowSynchronousEvents: true,
    ...(way === undefined ? {} : { agent: way.agent }),
  });
  let isWanted = true;
  let end: WebSocketEnd | undefined;
  const gone = new Promise<void>((resolve) => {
    socket.on("close", (code, reason) => {
      resolve();
      if (!isWanted) return;
      isWanted = false;
      handlers.onEnd(end ?? { kind: "closed", code, reason: reason.toString() });
    });
  });
  let headers: Readonly<Record<string, string>> = {};
  // Comes before `open`.
  socket.on("upgrade", (response) => headers = plainHeaders(response));
  socket.on("open", () => {
    if (isWanted) handlers.onOpen({ headers });
  });
  let messages = 0;
  // One read in two turns: a peer that sends without end leaves timers, other sockets and Ctrl-C their turns, and who
  // takes what was read keeps up.
  const nextTurn = () => {
    const isPaused = messages >= MOST_MESSAGES;
    messages = 0;
    if (isPaused) afterTurn(() => isWanted && socket.resume());
  };
  socket.on("message", (data) => {
    if (++messages === 1) afterTurn(nextTurn);
    if (messages === MOST_MESSAGES && isWanted) socket.pause();
    if (isWanted) handlers.onText(data.toString());
  });
  // `close` always follows and reports the end.
  socket.on("error", (cause) => end ??= { kind: "broken", fault: networkFaultOf(cause), cause });
  // With this handler set, `ws` leaves the clean-up to us: neither error nor close would come.
  socket.on("unexpected-response", (_request, response) => {
    const refusal = way?.refusal();
    if (refusal !== undefined) {
      end = { kind: "broken", fault: "proxy", cause: new Error(`the proxy answered ${refusal}`) };
      return socket.terminate();
    }
    refusalOf(response).then((refusal) => {
      end = refusal;
      socket.terminate();
    });
  });
  return {
    send(text) {
      if (isWanted && socket.readyState === OPEN) socket.send(text);
    },
    close() {
      isWanted = false;
      socket.terminate();
      return gone;
    },
  };
}

/** Reads why an upgrade was refused. Never rejects, and ends whatever the server does. */
async function refusalOf(response: UpgradeResponse): Promise<WebSocketEnd> {
  const text = await beginningOf(response);
  const headers = plainHeaders(response);
  const serverTime = httpDateOf(headers["date"]);
  return {
    kind: "refused-upgrade",
    status: response.statusCode,
    retryAfterMs: retryAfterOf(headers["retry-after"], serverTime ?? Date.now()),
    ...(serverTime === undefined ? {} : { serverTime }),
    ...(text.startsWith("{") ? { text } : {}),
  };
}

function beginningOf(response: UpgradeResponse): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const done = () => {
      clearTimeout(timer);
      resolve(text.slice(0, MAX_REFUSAL_CHARS));
    };
    const timer = setTimeout(done, REFUSAL_LIMIT_MS);
    response.on("data", (chunk) => {
      if (text.length < MAX_REFUSAL_CHARS) text += chunk.toString();
      if (text.length >= MAX_REFUSAL_CHARS) done();
    });
    response.on("end", done);
    response.on("error", done);
    response.on("close", done);
  });
}

function plainHeaders({ headers }: UpgradeResponse): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).map(([name, value]) => [name, `${value}`]);
  return Object.fromEntries(entries);
}

/** One that cannot even be tried. */
function brokenSocket(handlers: WebSocketHandlers, fault: NetworkFault): WebSocketConnection {
  let isWanted = true;
  Promise.resolve().then(() => {
    if (isWanted) handlers.onEnd({ kind: "broken", fault, cause: undefined });
  });
  return {
    send: () => {},
    close: () => {
      isWanted = false;
      return Promise.resolve();
    },
  };
}
