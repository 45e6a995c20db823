import { redact } from "../model/redact.ts";
import { HttpFailure, type HttpGet } from "../runtime/http.ts";
import type { ByteMask, ConnectTcp, TcpSocket } from "../runtime/tcp_socket.ts";
import type { OpenWebSocket, WebSocketEnd } from "../runtime/web_socket.ts";
import type { Outside } from "./outside.ts";

/** Ports through which a venue's text comes in. */
type Network = Pick<Outside, "httpGet" | "openWebSocket" | "connectTcp">;

/**
 * The same outside, with the secrets taken out of everything that a venue says: answers, messages, the reasons with
 * which sockets end, errors of the system that quote an address. This is the one place where text comes in, so that
 * what is made of it (states, coverage, events, logs, tables, pages, recordings) holds none. What is sent is untouched.
 */
export function maskedOutside(outside: Outside): Outside {
  return {
    ...maskedNetwork(outside),
    clock: outside.clock,
    random: outside.random,
    begin: (make) => outside.begin(make),
  };
}

/** {@link maskedOutside} for the network alone. */
export function maskedNetwork({ httpGet, openWebSocket, connectTcp }: Network): Network {
  return {
    httpGet: maskedGet(httpGet),
    openWebSocket: maskedWebSocket(openWebSocket),
    connectTcp: maskedTcp(connectTcp),
  };
}

/** {@link maskedOutside} for HTTP. */
export function maskedGet(httpGet: HttpGet): HttpGet {
  return async (url, options) => {
    try {
      const reply = await httpGet(url, options);
      return { status: reply.status, headers: reply.headers, text: redact(reply.text) };
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      const message = redact(error.message);
      throw message === error.message ? error : new HttpFailure(error.fault, message);
    }
  };
}

/** {@link maskedOutside} for WebSocket. */
export function maskedWebSocket(openWebSocket: OpenWebSocket): OpenWebSocket {
  return (url, handlers) =>
    openWebSocket(url, {
      onOpen: (opened) => handlers.onOpen(opened),
      onText: (text) => handlers.onText(redact(text)),
      onEnd: (end) => handlers.onEnd(maskedEnd(end)),
    });
}

function maskedEnd(end: WebSocketEnd): WebSocketEnd {
  switch (end.kind) {
    case "refused-upgrade":
      return end;
    case "closed":
      return { kind: end.kind, code: end.code, reason: redact(end.reason) };
    case "broken":
      return { kind: end.kind, fault: end.fault, cause: maskedError(end.cause) };
  }
}

function maskedError(error: unknown): unknown {
  if (!(error instanceof Error)) return error === undefined ? error : redact(String(error));
  const message = redact(error.message);
  if (message === error.message) return error;
  const { code } = error as { code?: unknown };
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

/** {@link maskedOutside} for TCP: the bytes pass through the mask of the connection, where it has one. */
export function maskedTcp(connectTcp: ConnectTcp): ConnectTcp {
  return (to) => {
    const peer = connectTcp(to);
    return to.mask === undefined ? peer : new MaskedPeer(peer, to.mask());
  };
}

/** A socket whose listeners are given masked bytes. */
class MaskedPeer implements TcpSocket {
  readonly #peer: TcpSocket;
  readonly #onData: ((bytes: Uint8Array) => void)[] = [];
  readonly #onEnd: (() => void)[] = [];

  constructor(peer: TcpSocket, mask: ByteMask) {
    this.#peer = peer;
    const pass = (whole: readonly Uint8Array[]) => {
      for (const bytes of whole) for (const listener of this.#onData) listener(bytes);
    };
    peer.on("data", (bytes) => pass(mask.push(bytes)));
    peer.on("end", () => {
      pass(mask.flush());
      for (const listener of this.#onEnd) listener();
    });
  }

  get closed(): boolean {
    return this.#peer.closed;
  }

  // The listeners of each event take what TcpSocket says of it.
  // deno-lint-ignore no-explicit-any
  on(event: string, listener: (value: any) => void): void {
    if (event === "data") this.#onData.push(listener);
    else if (event === "end") this.#onEnd.push(listener as () => void);
    else if (event === "error") this.#peer.on("error", (error) => listener(maskedError(error)));
    else this.#peer.on(event as "close", listener as () => void);
  }

  once(event: "close", listener: () => void): void {
    this.#peer.once(event, listener);
  }

  write(bytes: Uint8Array): void {
    this.#peer.write(bytes);
  }

  end(): void {
    this.#peer.end();
  }

  destroy(): void {
    this.#peer.destroy();
  }
}
