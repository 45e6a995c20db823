import type { ConnectTcp, TcpSocket } from "../../lib/runtime/tcp_socket.ts";
import type { ListenTcp, TcpConnection } from "../../lib/runtime/tcp_server.ts";
import { Gate, type Network, type Pipe } from "./network.ts";

/** Told when a client's socket opens and ends. */
export type OnSocket = (id: number, what: "dial" | "open" | "end") => void;

type Handler = (value?: unknown) => void;

interface Listening {
  readonly accept: (connection: TcpConnection) => void;
  readonly open: Set<Link>;
}

/** TCP in memory: IB's client at one end, the simulated TWS at the other. */
export class TcpNetwork {
  readonly #network: Network;
  readonly #onSocket: OnSocket;
  readonly #ports = new Map<number, Listening>();
  #lastPort = 4_000;

  constructor(network: Network, onSocket: OnSocket) {
    this.#network = network;
    this.#onSocket = onSocket;
  }

  readonly listen: ListenTcp = ({ port: wanted }, accept) => {
    const port = wanted === 0 ? ++this.#lastPort : wanted;
    if (this.#ports.has(port)) return Promise.reject(new Error(`port ${port} is taken`));
    const open = new Set<Link>();
    this.#ports.set(port, { accept, open });
    return Promise.resolve({
      port,
      close: () => {
        this.#ports.delete(port);
        for (const link of [...open]) link.reset();
        return Promise.resolve();
      },
    });
  };

  readonly connect: ConnectTcp = ({ port }) => {
    const link = new Link(this.#network, this.#onSocket);
    link.dial(() => this.#ports.get(port));
    return link.client;
  };
}

/** One connection and both its ends. */
class Link {
  readonly #network: Network;
  readonly #id: number;
  readonly #onSocket: OnSocket;
  readonly #toServer: Pipe;
  readonly #toClient: Pipe;
  readonly #gate = new Gate();
  readonly #handlers = new Map<string, Handler[]>();
  #listening: Listening | undefined;
  #onServerData: ((bytes: Uint8Array) => void) | undefined;
  #onServerClose: (() => void) | undefined;
  #isClientGone = false;
  #isClosed = false;
  #isServerGone = false;

  constructor(network: Network, onSocket: OnSocket) {
    this.#network = network;
    this.#id = network.nextId();
    this.#onSocket = onSocket;
    this.#toServer = network.pipe("world");
    this.#toClient = network.pipe("client");
  }

  dial(find: () => Listening | undefined): void {
    this.#onSocket(this.#id, "dial");
    const { reach } = this.#network;
    if (reach === "black-hole") return;
    if (reach === "no-such-host") {
      return this.#toClient.carry(() => this.#fail("ENOTFOUND", "no such host"));
    }
    this.#toServer.carry(() => {
      const listening = find();
      if (listening === undefined) {
        return this.#toClient.carry(() => this.#fail("ECONNREFUSED", "connection refused"));
      }
      this.#listening = listening;
      listening.open.add(this);
      this.#toClient.carry(() => {
        this.#onSocket(this.#id, "open");
        this.#emit("connect");
      });
      listening.accept(this.#serverEnd());
    });
  }

  /** The server's end cuts. */
  reset(): void {
    this.#serverGone();
    this.#toClient.cutWith(() => this.#fail("ECONNRESET", "connection reset"));
  }

  get client(): TcpSocket {
    const isClosed = () => this.#isClosed;
    const on = (event: string, handler: Handler) => {
      const known = this.#handlers.get(event);
      if (known === undefined) this.#handlers.set(event, [handler]);
      else known.push(handler);
    };
    const leave = () => this.#leave();
    return {
      get closed() {
        return isClosed();
      },
      on: on as TcpSocket["on"],
      once: on as TcpSocket["once"],
      write: (bytes) => this.#write(bytes),
      end: leave,
      destroy: leave,
    };
  }

  #write(bytes: Uint8Array): void {
    if (this.#isClientGone) return;
    for (const piece of this.#network.pieces(bytes)) {
      this.#toServer.carry(() => this.#gate.pass(() => this.#onServerData?.(piece)));
    }
  }

  /** The client's end says goodbye; what it had written still arrives. */
  #leave(): void {
    if (this.#isClientGone) return;
    this.#isClientGone = true;
    this.#onSocket(this.#id, "end");
    this.#toClient.cut();
    this.#toServer.carry(() => this.#serverGone());
    // Node tells the close in a later turn.
    this.#network.clock.deliver(this.#network.clock.now, "client", () => this.#close());
  }

  #fail(code: string, text: string): void {
    if (this.#isClientGone) return;
    this.#isClientGone = true;
    this.#onSocket(this.#id, "end");
    this.#emit("error", Object.assign(new Error(text), { code }));
    this.#close();
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#emit("close");
  }

  #serverGone(): void {
    if (this.#isServerGone) return;
    this.#isServerGone = true;
    this.#toServer.cut();
    this.#listening?.open.delete(this);
    this.#onServerClose?.();
  }

  #serverEnd(): TcpConnection {
    return {
      pending: 0,
      write: (bytes) => {
        if (this.#isServerGone) return;
        for (const piece of this.#network.pieces(bytes.slice())) {
          this.#toClient.carry(() => this.#emit("data", piece));
        }
      },
      onData: (callback) => this.#onServerData = callback,
      onClose: (callback) => this.#onServerClose = callback,
      end: () => {
        if (this.#isServerGone) return;
        this.#toClient.carry(() => {
          if (this.#isClientGone) return;
          this.#isClientGone = true;
          this.#onSocket(this.#id, "end");
          this.#emit("end");
          this.#close();
        });
        this.#serverGone();
      },
      destroy: () => this.reset(),
      pause: () => this.#gate.shut(),
      resume: () => this.#gate.open(),
    };
  }

  #emit(event: string, value?: unknown): void {
    for (const handler of this.#handlers.get(event) ?? []) handler(value);
  }
}
