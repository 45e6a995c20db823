import type { Signer } from "../runtime/signer.ts";
import type { KernelPorts } from "./kernel_ports.ts";
import { type Content, decodeMessage, encodeRequest, type KernelMessage } from "./message.ts";
import { ZmtpSocket } from "./zmtp_socket.ts";

/** Where a kernel listens and what it signs with: the connection file of Jupyter. */
export interface ConnectionInfo {
  readonly transport: "tcp";
  readonly ip: string;
  readonly key: string;
  readonly signature_scheme: "hmac-sha256";
  readonly kernel_name: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
}

/** Requests go by `shell`, one after the other, or past a running cell by `control`. */
export type RequestChannel = "shell" | "control";

/** A request on its way. */
export interface PendingRequest {
  readonly id: string;
  /** Rejects with the reason given to {@link KernelWire.close} when the answer will not come. */
  readonly reply: Promise<KernelMessage>;
}

/** What an `execute_request` says. @param isSilent no execution count, no history, no stop of what waits behind it */
export function executeContent(code: string, isSilent: boolean): Content {
  return {
    code,
    silent: isSilent,
    store_history: !isSilent,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: !isSilent,
  };
}

type Reply = PromiseWithResolvers<KernelMessage>;

/** The three connections to a kernel: signed requests with their answers, and what it publishes. */
export class KernelWire {
  readonly #ports: Pick<KernelPorts, "clock" | "uniqueId">;
  readonly #signer: Signer;
  readonly #session: string;
  readonly #sockets = new Map<RequestChannel | "iopub", ZmtpSocket>();
  readonly #pending = new Map<string, Reply>();
  #closedWith: Error | undefined;

  private constructor(ports: KernelPorts, info: ConnectionInfo) {
    this.#ports = ports;
    this.#signer = ports.signer(info.key);
    this.#session = ports.uniqueId();
  }

  /**
   * Connects to a kernel that listens.
   *
   * @param options.onMessage what the kernel publishes, in order; unsigned messages are dropped.
   * @param options.onEnd called when a connection ends.
   * @param options.signal closes everything when aborted, with the signal's reason.
   * @throws an error when one of its ports does not answer.
   */
  static async connect(
    info: ConnectionInfo,
    ports: KernelPorts,
    options: {
      readonly onMessage: (message: KernelMessage) => void;
      readonly onEnd: () => void;
      readonly signal: AbortSignal;
    },
  ): Promise<KernelWire> {
    const wire = new KernelWire(ports, info);
    const open = async (name: RequestChannel | "iopub", port: number) => {
      const socket = await ZmtpSocket.connect({
        host: info.ip,
        port,
        type: name === "iopub" ? "SUB" : "DEALER",
        ...(name === "iopub" ? {} : { identity: wire.#session }),
        connect: ports.connect,
        onMessage: (parts) => {
          const message = wire.#read(parts);
          if (message === undefined) return;
          if (name === "iopub") options.onMessage(message);
          else wire.#answer(message);
        },
        onEnd: options.onEnd,
        signal: options.signal,
      });
      wire.#sockets.set(name, socket);
    };
    try {
      // First the one that listens, so that nothing published later is missed.
      await open("iopub", info.iopub_port);
      await open("shell", info.shell_port);
      await open("control", info.control_port);
    } catch (error) {
      wire.close(error as Error);
      throw error;
    }
    const { signal } = options;
    signal.addEventListener("abort", () => wire.close(signal.reason), { once: true });
    if (signal.aborted) wire.close(signal.reason);
    return wire;
  }

  /** Sends a request. */
  request(channel: RequestChannel, type: string, content: Content): PendingRequest {
    const { id, parts } = encodeRequest({
      type,
      content,
      session: this.#session,
      signer: this.#signer,
      uniqueId: this.#ports.uniqueId,
      now: this.#ports.clock.now(),
    });
    const reply: Reply = Promise.withResolvers<KernelMessage>();
    // The caller may have stopped waiting when the kernel ends: avoid an unhandled rejection.
    reply.promise.catch(() => {});
    if (this.#closedWith === undefined) this.#pending.set(id, reply);
    else reply.reject(this.#closedWith);
    this.#sockets.get(channel)?.send(parts);
    return { id, reply: reply.promise };
  }

  /** Ends the connections; answers still awaited reject with `reason`. Safe to call twice. */
  close(reason: Error): void {
    this.#closedWith ??= reason;
    for (const socket of this.#sockets.values()) socket.close();
    for (const { reject } of this.#pending.values()) reject(this.#closedWith);
    this.#pending.clear();
  }

  #read(parts: readonly Uint8Array[]): KernelMessage | undefined {
    const decoded = decodeMessage(parts, this.#signer);
    return decoded.kind === "message" ? decoded.message : undefined;
  }

  #answer(message: KernelMessage): void {
    this.#pending.get(message.parentId)?.resolve(message);
    this.#pending.delete(message.parentId);
  }
}
