import type {
  OpenWebSocket,
  WebSocketEnd,
  WebSocketHandlers,
} from "../../lib/runtime/web_socket.ts";
import { HttpFailure, type HttpGet, type HttpReply } from "../../lib/runtime/http.ts";
import type { HttpAnswer } from "../../lib/runtime/http_server.ts";
import type { ListenVenue, StreamUpgrade, VenueSocket } from "../../lib/simulator/venue_socket.ts";
import type { Clock } from "../../lib/runtime/clock.ts";
import { retryAfterOf } from "../../lib/runtime/http.ts";
import { Gate, type Network } from "./network.ts";
import type { OnSocket } from "./tcp_network.ts";

/** Stream host of the futures market: without a route it has public streams only, and no klines. */
export const FUTURES_STREAM_HOST = "fstream.simulated";

type Listening = {
  readonly admits: () => boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly onRequest: Parameters<ListenVenue>[1];
  readonly onUpgrade: Parameters<ListenVenue>[2];
};

/** HTTP and WebSocket in memory: the Binance feed at one end, the simulated venue at the other. */
export class WebNetwork {
  readonly #network: Network;
  readonly #clientClock: Clock;
  readonly #onSocket: OnSocket;
  readonly #open = new Set<{ cut(): void }>();
  #listening: Listening | undefined;

  constructor(network: Network, clientClock: Clock, onSocket: OnSocket) {
    this.#network = network;
    this.#clientClock = clientClock;
    this.#onSocket = onSocket;
  }

  readonly listen: ListenVenue = ({ admits, headers = {} }, onRequest, onUpgrade) => {
    this.#listening = { admits, headers, onRequest, onUpgrade };
    const cutAll = () => {
      for (const each of [...this.#open]) each.cut();
    };
    return Promise.resolve({
      port: 9_443,
      cutAll,
      close: () => {
        this.#listening = undefined;
        cutAll();
        return Promise.resolve();
      },
    });
  };

  readonly httpGet: HttpGet = (url, { timeoutMs, signal, headers = {} }) =>
    new Promise<HttpReply>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const toServer = this.#network.pipe("world");
      const toClient = this.#network.pipe("client");
      const end = (settle: () => void) => {
        timer.cancel();
        signal?.removeEventListener("abort", onAbort);
        this.#open.delete(exchange);
        toServer.cut();
        toClient.cut();
        settle();
      };
      const fail = (fault: HttpFailure["fault"]) =>
        end(() => reject(new HttpFailure(fault, `${fault} in the simulated network`)));
      const onAbort = () => end(() => reject(signal?.reason));
      const timer = this.#clientClock.setTimer(() => fail("timeout"), timeoutMs);
      signal?.addEventListener("abort", onAbort, { once: true });
      const exchange = { cut: () => toClient.cutWith(() => fail("lost")) };
      this.#reach(toServer, toClient, fail, (listening) => {
        this.#open.add(exchange);
        const target = new URL(url);
        const request = { method: "GET", target: target.pathname + target.search, headers };
        listening.onRequest(request).then(
          (answer) => {
            if (answer === undefined) exchange.cut();
            else toClient.carry(() => end(() => resolve(replyOf(answer, listening.headers))));
          },
          () => exchange.cut(),
        );
      });
    });

  readonly openSocket: OpenWebSocket = (url, handlers) => {
    const link = new SocketLink(this.#network, this.#onSocket, handlers);
    this.#reach(link.toServer, link.toClient, (fault) => {
      link.end({ kind: "broken", fault, cause: undefined });
    }, (listening) => {
      const entry = { cut: () => link.reset() };
      this.#open.add(entry);
      link.onServerGone(() => this.#open.delete(entry));
      listening.onUpgrade(link.upgrade(streamTargetOf(new URL(url)), listening.headers));
    });
    return {
      send: (text) => link.sendText(text),
      close: () => link.leave(),
    };
  };

  #reach(
    toServer: ReturnType<Network["pipe"]>,
    toClient: ReturnType<Network["pipe"]>,
    fail: (fault: HttpFailure["fault"]) => void,
    arrive: (listening: Listening) => void,
  ): void {
    const { reach } = this.#network;
    if (reach === "black-hole") return;
    if (reach === "no-such-host") return toClient.carry(() => fail("host-not-found"));
    toServer.carry(() => {
      const listening = this.#listening;
      if (listening === undefined) toClient.carry(() => fail("refused"));
      else if (!listening.admits()) toClient.carry(() => fail("lost"));
      else arrive(listening);
    });
  }
}

/** One WebSocket and both its ends. The client's end answers pings by itself, as `ws` does. */
class SocketLink {
  readonly toServer: ReturnType<Network["pipe"]>;
  readonly toClient: ReturnType<Network["pipe"]>;
  readonly #network: Network;
  readonly #onSocket: OnSocket;
  readonly #id: number;
  readonly #handlers: WebSocketHandlers;
  readonly #gate = new Gate();
  readonly #serverGone: (() => void)[] = [];
  #onText: ((text: string) => void) | undefined;
  #onPong: ((payload: string) => void) | undefined;
  #isOpen = false;
  #isOver = false;
  #isServerOver = false;

  constructor(network: Network, onSocket: OnSocket, handlers: WebSocketHandlers) {
    this.#network = network;
    this.#onSocket = onSocket;
    this.#handlers = handlers;
    this.#id = network.nextId();
    this.toServer = network.pipe("world");
    this.toClient = network.pipe("client");
    onSocket(this.#id, "dial");
  }

  onServerGone(callback: () => void): void {
    this.#serverGone.push(callback);
  }

  /** The client's end is over, and told why. */
  end(end: WebSocketEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onSocket(this.#id, "end");
    this.#handlers.onEnd(end);
  }

  /** The server's end cuts. */
  reset(): void {
    this.#endServer();
    const end: WebSocketEnd = this.#isOpen
      ? { kind: "closed", code: 1006, reason: "" }
      : { kind: "broken", fault: "lost", cause: undefined };
    this.toClient.cutWith(() => this.end(end));
  }

  sendText(text: string): void {
    if (!this.#isOver && this.#isOpen) this.#carry(() => this.#onText?.(text));
  }

  /** The client's end cuts. */
  leave(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    this.#isOver = true;
    this.#onSocket(this.#id, "end");
    this.toClient.cut();
    this.toServer.carry(() => this.#endServer());
    const { clock } = this.#network;
    return new Promise((resolve) => clock.deliver(clock.now, "client", resolve));
  }

  upgrade(target: string, marker: Readonly<Record<string, string>>): StreamUpgrade {
    return {
      ...{ method: "GET", target, headers: {} },
      refuse: ({ status, headers = {} }) => {
        this.#endServer();
        const retryAfterMs = retryAfterOf(headers["Retry-After"]);
        this.toClient.carry(() => this.end({ kind: "refused-upgrade", status, retryAfterMs }));
      },
      accept: (onSocket) => {
        if (this.#isServerOver) return;
        this.toClient.carry(() => {
          this.#isOpen = true;
          this.#onSocket(this.#id, "open");
          this.#handlers.onOpen({ headers: marker });
        });
        onSocket(this.#serverEnd());
      },
    };
  }

  #serverEnd(): VenueSocket {
    return {
      bufferedAmount: 0,
      send: (text) => {
        if (this.#isServerOver) return;
        this.toClient.carry(() => {
          if (!this.#isOver) this.#handlers.onText(text);
        });
      },
      ping: (payload) => {
        if (this.#isServerOver) return;
        this.toClient.carry(() => {
          if (!this.#isOver) this.#carry(() => this.#onPong?.(payload));
        });
      },
      close: (code, reason) => {
        this.toClient.carry(() => {
          this.end({ kind: "closed", code, reason });
          this.toServer.carry(() => this.#endServer());
        });
      },
      terminate: () => this.reset(),
      pause: () => this.#gate.shut(),
      resume: () => this.#gate.open(),
      onText: (callback) => this.#onText = callback,
      onPing: () => {},
      onPong: (callback) => this.#onPong = callback,
      onClose: (callback) => this.onServerGone(callback),
    };
  }

  #carry(arrive: () => void): void {
    this.toServer.carry(() => this.#gate.pass(arrive));
  }

  #endServer(): void {
    if (this.#isServerOver) return;
    this.#isServerOver = true;
    for (const callback of this.#serverGone) callback();
  }
}

/** Source: Binance USD-M futures, "Change Log": unrouted addresses were given up in April 2026. */
function streamTargetOf({ hostname, pathname, search }: URL): string {
  const isUnrouted = hostname === FUTURES_STREAM_HOST && !/^\/(market|public)\//.test(pathname);
  return (isUnrouted ? "/public" : "") + pathname + search;
}

function replyOf(
  { status, headers = {}, text }: HttpAnswer,
  marker: Readonly<Record<string, string>>,
): HttpReply {
  const lower = Object.entries({ ...marker, ...headers }).map((
    [name, value],
  ) => [name.toLowerCase(), value]);
  return { status, headers: Object.fromEntries(lower), text };
}
