import type { OpenTcpStream, TcpStream } from "../runtime/tcp_stream.ts";
import {
  zmtpCommand,
  ZmtpDecoder,
  type ZmtpEvent,
  zmtpGreeting,
  zmtpMessage,
  zmtpReady,
  type ZmtpSocketType,
  zmtpSubscribeAll,
} from "./zmtp.ts";

export interface ZmtpSocketOptions {
  readonly host: string;
  readonly port: number;
  readonly type: ZmtpSocketType;
  /** The name a `DEALER` is answered under. @default none: the peer chooses one */
  readonly identity?: string;
  readonly connect: OpenTcpStream;
  /** Called for each message, in order. */
  readonly onMessage: (parts: readonly Uint8Array[]) => void;
  /** Called once when the connection is over, whoever ended it. */
  readonly onEnd: () => void;
  /** Ends the connection when aborted. */
  readonly signal?: AbortSignal;
}

/** Time to live, before the context that a `PING` wants back. */
const PING_TTL_BYTES = 2;

/** One ZMTP connection of a client. */
export class ZmtpSocket {
  readonly #stream: TcpStream;
  readonly #options: ZmtpSocketOptions;
  readonly #decoder = new ZmtpDecoder();
  /** Resolves when both ends are ready, rejects when the connection ends before. */
  readonly #ready = Promise.withResolvers<void>();
  #writing: Promise<void> = Promise.resolve();
  #endReason: string | undefined;

  private constructor(stream: TcpStream, options: ZmtpSocketOptions) {
    this.#stream = stream;
    this.#options = options;
  }

  /**
   * Connects and greets.
   *
   * @throws the system's error when nobody listens, an Error with a reason when the peer does not speak ZMTP.
   */
  static async connect(options: ZmtpSocketOptions): Promise<ZmtpSocket> {
    const { host, port } = options;
    const socket = new ZmtpSocket(await options.connect({ host, port }), options);
    const { signal } = options;
    signal?.addEventListener("abort", () => socket.#end("it was given up"), { once: true });
    if (signal?.aborted) socket.#end("it was given up");
    void socket.#listen();
    socket.#write(zmtpGreeting());
    await socket.#ready.promise;
    return socket;
  }

  /** Sends a message; does nothing once the connection is over. */
  send(parts: readonly Uint8Array[]): void {
    this.#write(zmtpMessage(parts));
  }

  /** Ends the connection. Safe to call twice. */
  close(): void {
    this.#end("it was closed here");
  }

  async #listen(): Promise<void> {
    while (this.#endReason === undefined) {
      const bytes = await this.#stream.read();
      if (bytes === undefined) return this.#end("the other end closed it");
      for (const event of this.#decoder.push(bytes)) this.#take(event);
    }
  }

  #take(event: ZmtpEvent): void {
    if (this.#endReason !== undefined) return;
    if (event.kind === "message") this.#options.onMessage(event.parts);
    else if (event.kind === "malformed") this.#end(event.reason);
    else if (event.kind === "greeting") {
      this.#write(zmtpReady(this.#options.type, this.#options.identity));
    } else if (event.name === "READY") {
      if (this.#options.type === "SUB") this.#write(zmtpSubscribeAll());
      this.#ready.resolve();
    } else if (event.name === "PING") {
      this.#write(zmtpCommand("PONG", event.body.subarray(PING_TTL_BYTES)));
    } else if (event.name === "ERROR") {
      this.#end(`it refused us: ${new TextDecoder().decode(event.body.subarray(1))}`);
    }
  }

  /** Writes are sequential; a failed write ends the connection. */
  #write(bytes: Uint8Array): void {
    this.#writing = this.#writing.then(() => this.#stream.write(bytes)).catch(() => {
      this.#end("it does not take what we send");
    });
  }

  #end(reason: string): void {
    if (this.#endReason !== undefined) return;
    this.#endReason = reason;
    this.#stream.close();
    // The caller may have stopped waiting: avoid an unhandled rejection.
    this.#ready.promise.catch(() => {});
    this.#ready.reject(new Error(`port ${this.#options.port}: ${reason}`));
    this.#options.onEnd();
  }
}
