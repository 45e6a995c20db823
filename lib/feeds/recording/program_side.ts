import {
  HttpFailure,
  type HttpGet,
  type HttpGetOptions,
  type HttpReply,
} from "../../runtime/http.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { OpenWebSocket, WebSocketEnd, WebSocketHandlers } from "../../runtime/web_socket.ts";
import type { ConnectTcp } from "../../runtime/tcp_socket.ts";
import type { FarSide } from "./far_side.ts";
import type { Input, SocketEnd, Stamp } from "./tape_row.ts";
import { TcpPeer } from "./tcp_peer.ts";

interface Socket {
  readonly handlers: WebSocketHandlers;
  readonly gone: PromiseWithResolvers<void>;
  isWanted: boolean;
}

interface Asked {
  readonly resolve: (reply: HttpReply) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * The ports through which a program sees the outside while it is recorded or replayed. What comes in is delivered as
 * an {@link Input}, one at a time; the clock stands still until the program has done with it. So the same inputs
 * with the same stamps make the program do the same, to the last digit and in the same order.
 */
export class ProgramSide {
  readonly #far: FarSide;
  readonly #idleClock: Pick<Clock, "now" | "monotonic">;
  readonly #timers = new Map<number, () => void>();
  readonly #sockets = new Map<number, Socket>();
  readonly #asked = new Map<number, Asked>();
  readonly #peers = new Map<number, TcpPeer>();
  readonly #lastIds = { timer: 0, socket: 0, http: 0, tcp: 0 };
  /** The time, as long as an input is being worked on. */
  stamp: Stamp | undefined;
  /** What to do at the input `start`. */
  onStart: () => void = () => {};

  /** @param idleClock the time between inputs, for those who look on. */
  constructor(far: FarSide, idleClock: Pick<Clock, "now" | "monotonic">) {
    this.#far = far;
    this.#idleClock = idleClock;
  }

  readonly clock: Clock = {
    now: () => this.stamp?.wall ?? this.#idleClock.now(),
    monotonic: () => this.stamp?.at ?? this.#idleClock.monotonic(),
    setTimer: (callback, delayMs) => {
      const id = ++this.#lastIds.timer;
      this.#timers.set(id, callback);
      this.#far.startTimer(id, delayMs);
      return {
        cancel: () => {
          if (this.#timers.delete(id)) this.#far.stopTimer(id);
        },
      };
    },
  };

  readonly openWebSocket: OpenWebSocket = (url, handlers) => {
    const id = ++this.#lastIds.socket;
    const socket: Socket = { handlers, gone: Promise.withResolvers(), isWanted: true };
    let isClosed = false;
    this.#sockets.set(id, socket);
    this.#far.dialSocket(id, url);
    return {
      send: (text) => {
        if (socket.isWanted) this.#far.sendText(id, text);
      },
      close: () => {
        if (!isClosed) {
          isClosed = true;
          socket.isWanted = false;
          this.#sockets.set(id, socket);
          this.#far.closeSocket(id);
        }
        return socket.gone.promise;
      },
    };
  };

  readonly httpGet: HttpGet = (url: string, options: HttpGetOptions) => {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = ++this.#lastIds.http;
    const { promise, resolve, reject } = Promise.withResolvers<HttpReply>();
    const onAbort = () => {
      this.#asked.delete(id);
      this.#far.abandon(id);
      reject(signal?.reason);
    };
    const settled = () => signal?.removeEventListener("abort", onAbort);
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#asked.set(id, {
      resolve: (reply) => (settled(), resolve(reply)),
      reject: (reason) => (settled(), reject(reason)),
    });
    this.#far.ask(id, url, options);
    return promise;
  };

  readonly connectTcp: ConnectTcp = ({ host, port, mask }) => {
    const id = ++this.#lastIds.tcp;
    const peer = new TcpPeer({
      write: (bytes) => this.#far.sendBytes(id, bytes),
      leave: () => this.#far.closeTcp(id),
    });
    this.#peers.set(id, peer);
    this.#far.dialTcp(id, host, port, mask);
    return peer;
  };

  /** Whether anybody still waits for such an input. */
  wants(input: Input): boolean {
    switch (input.in) {
      case "start":
        return true;
      case "timer":
        return this.#timers.has(input.id);
      case "socket-gone":
        return this.#sockets.has(input.id);
      case "socket-open":
      case "socket-text":
      case "socket-end":
        return this.#sockets.get(input.id)?.isWanted === true;
      case "http-answer":
      case "http-failure":
        return this.#asked.has(input.id);
      default:
        return this.#peers.get(input.id)?.wants(input.in) === true;
    }
  }

  /** Delivers it to the program; nothing happens when nothing waits for it. */
  deliver(input: Input): void {
    if (!this.wants(input)) return;
    switch (input.in) {
      case "start":
        return this.onStart();
      case "timer": {
        const callback = this.#timers.get(input.id);
        this.#timers.delete(input.id);
        return callback?.();
      }
      case "socket-open":
      case "socket-text":
      case "socket-end":
      case "socket-gone":
        return this.#deliverToSocket(input);
      case "http-answer":
      case "http-failure":
        return this.#answer(input);
      default: {
        const peer = this.#peers.get(input.id);
        if (input.in === "tcp-close") this.#peers.delete(input.id);
        return peer?.take(input);
      }
    }
  }

  #deliverToSocket(input: Extract<Input, { in: `socket-${string}` }>): void {
    const { id } = input;
    const socket = this.#sockets.get(id);
    if (socket === undefined) return;
    const { handlers } = socket;
    if (input.in === "socket-open") return handlers.onOpen({ headers: input.headers ?? {} });
    if (input.in === "socket-text") return handlers.onText(input.text);
    this.#sockets.delete(id);
    socket.isWanted = false;
    if (input.in === "socket-gone") return socket.gone.resolve();
    handlers.onEnd(streamEndOf(input.end));
  }

  #answer(input: Extract<Input, { in: `http-${string}` }>): void {
    const asked = this.#asked.get(input.id);
    this.#asked.delete(input.id);
    if (input.in === "http-failure") {
      return asked?.reject(new HttpFailure(input.fault, input.message));
    }
    const { status, headers, text } = input;
    asked?.resolve({ status, headers, text });
  }
}

function streamEndOf(end: SocketEnd): WebSocketEnd {
  switch (end.kind) {
    case "refused-upgrade":
      return { ...end, retryAfterMs: end.retryAfterMs };
    case "broken":
      return { kind: end.kind, fault: end.fault, cause: new Error(end.message) };
    case "closed":
      return end;
  }
}
