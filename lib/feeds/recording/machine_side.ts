import type { Timer } from "../../runtime/clock.ts";
import { HttpFailure, type HttpGetOptions } from "../../runtime/http.ts";
import type { ByteMask, TcpSocket } from "../../runtime/tcp_socket.ts";
import type { WebSocketConnection, WebSocketEnd } from "../../runtime/web_socket.ts";
import type { Outside } from "../outside.ts";
import type { FarSide } from "./far_side.ts";
import { writtenUrl } from "./written.ts";
import { textOfBytes } from "../../model/binary_text.ts";
import type { Input, Output, SocketEnd } from "./tape_row.ts";

/** The ports of this machine, which mask what comes in: see `maskedOutside`. */
export type Machine = Omit<Outside, "begin">;

/** The outside while recording: the machine's ports, with everything reported as inputs and outputs. */
export class MachineSide implements FarSide {
  readonly #machine: Machine;
  readonly #take: (input: Input) => void;
  readonly #did: (output: Output) => void;
  readonly #timers = new Map<number, Timer>();
  readonly #sockets = new Map<number, WebSocketConnection>();
  readonly #asked = new Map<number, AbortController>();
  readonly #peers = new Map<number, TcpSocket>();
  readonly #pending = new Set<Promise<void>>();

  /** @param take is given inputs as they come; @param did is given outputs. */
  constructor(machine: Machine, take: (input: Input) => void, did: (output: Output) => void) {
    this.#machine = machine;
    this.#take = take;
    this.#did = did;
  }

  /** Resolves when no request is under way any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  random(): number {
    const value = this.#machine.random();
    this.#did({ out: "random", value });
    return value;
  }

  startTimer(id: number, delayMs: number): void {
    const ring = () => {
      this.#timers.delete(id);
      this.#take({ in: "timer", id, delayMs });
    };
    this.#timers.set(id, this.#machine.clock.setTimer(ring, delayMs));
  }

  stopTimer(id: number): void {
    this.#timers.get(id)?.cancel();
    this.#timers.delete(id);
  }

  dialSocket(id: number, url: string): void {
    this.#did({ out: "socket-dial", id, url: writtenUrl(url) });
    const socket = this.#machine.openWebSocket(url, {
      onOpen: ({ headers }) => {
        const read = kept(headers);
        const isEmpty = Object.keys(read).length === 0;
        this.#take({ in: "socket-open", id, ...(isEmpty ? {} : { headers: read }) });
      },
      onText: (text) => this.#take({ in: "socket-text", id, text }),
      onEnd: (end) => this.#take({ in: "socket-end", id, end: socketEndOf(end) }),
    });
    this.#sockets.set(id, socket);
  }

  sendText(id: number, text: string): void {
    this.#did({ out: "socket-send", id, text });
    this.#sockets.get(id)?.send(text);
  }

  closeSocket(id: number): void {
    this.#did({ out: "socket-close", id });
    const gone = this.#sockets.get(id)?.close() ?? Promise.resolve();
    this.#sockets.delete(id);
    this.#follow(gone.then(() => this.#take({ in: "socket-gone", id })));
  }

  ask(id: number, url: string, options: HttpGetOptions): void {
    this.#did({ out: "http-ask", id, url: writtenUrl(url), limitMs: options.timeoutMs });
    const ending = new AbortController();
    this.#asked.set(id, ending);
    this.#follow(this.#answer(id, url, { ...options, signal: ending.signal }));
  }

  abandon(id: number): void {
    this.#did({ out: "http-abandon", id });
    this.#asked.get(id)?.abort(new Error("the request was given up"));
    this.#asked.delete(id);
  }

  dialTcp(id: number, host: string, port: number, mask?: () => ByteMask): void {
    this.#did({ out: "tcp-dial", id, host, port });
    const to = { host, port };
    const peer = this.#machine.connectTcp(mask === undefined ? to : { ...to, mask });
    peer.on("connect", () => this.#take({ in: "tcp-open", id }));
    peer.on("data", (bytes) => this.#take({ in: "tcp-data", id, bytes: textOfBytes(bytes) }));
    peer.on("end", () => this.#take({ in: "tcp-end", id }));
    peer.on("error", (error) => {
      const code = error.code ?? codeWithin(error) ?? null;
      this.#take({ in: "tcp-error", id, code, message: error.message });
    });
    peer.on("close", () => {
      this.#peers.delete(id);
      this.#take({ in: "tcp-close", id });
    });
    this.#peers.set(id, peer);
  }

  sendBytes(id: number, bytes: Uint8Array): void {
    this.#did({ out: "tcp-send", id, bytes: textOfBytes(bytes) });
    this.#peers.get(id)?.write(bytes);
  }

  closeTcp(id: number): void {
    this.#did({ out: "tcp-close", id });
    const peer = this.#peers.get(id);
    peer?.end();
    peer?.destroy();
  }

  async #answer(id: number, url: string, options: HttpGetOptions): Promise<void> {
    try {
      const { status, headers, text } = await this.#machine.httpGet(url, options);
      this.#take({ in: "http-answer", id, status, headers: kept(headers), text });
    } catch (error) {
      if (options.signal?.aborted) return;
      const isKnown = error instanceof HttpFailure;
      const fault = isKnown ? error.fault : "lost";
      this.#take({ in: "http-failure", id, fault, message: String((error as Error).message) });
    } finally {
      this.#asked.delete(id);
    }
  }

  #follow(promise: Promise<void>): void {
    this.#pending.add(promise);
    promise.finally(() => this.#pending.delete(promise));
  }
}

/** Only the headers that a feed reads: cookies and the like must not reach a recording. */
const HEADERS = [
  "retry-after",
  "date",
  "content-type",
  "x-mbx-used-weight-1m",
  "x-comove-simulated",
];

function kept(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => HEADERS.includes(name)));
}

function socketEndOf(end: WebSocketEnd): SocketEnd {
  switch (end.kind) {
    case "closed":
      return end;
    case "broken": {
      const message = end.cause instanceof Error ? end.cause.message : String(end.cause);
      return { kind: end.kind, fault: end.fault, message };
    }
    case "refused-upgrade": {
      const { kind, status, retryAfterMs, serverTime, text } = end;
      return {
        kind,
        status,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        ...(serverTime === undefined ? {} : { serverTime }),
        ...(text === undefined ? {} : { text }),
      };
    }
  }
}

/** `localhost` may stand for several addresses, tried in turn; their errors come bundled. */
function codeWithin(error: Error): string | undefined {
  const { errors } = error as { errors?: readonly { code?: string }[] };
  return errors?.[0]?.code;
}
