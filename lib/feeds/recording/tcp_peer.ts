import type { TcpSocket } from "../../runtime/tcp_socket.ts";
import { bytesOfText } from "../../model/binary_text.ts";
import type { Input } from "./tape_row.ts";

type Listener = (...values: never[]) => void;
type TcpInput = Extract<Input, { in: `tcp-${string}` }>;

/** A TCP socket with Node's interface, driven by {@link Input}s. */
export class TcpPeer implements TcpSocket {
  readonly #far: { write(bytes: Uint8Array): void; leave(): void };
  readonly #listeners = new Map<string, Listener[]>();
  #isLeft = false;
  #isClosed = false;

  constructor(far: { write(bytes: Uint8Array): void; leave(): void }) {
    this.#far = far;
  }

  get closed(): boolean {
    return this.#isClosed;
  }

  on(event: string, listener: Listener): void {
    const known = this.#listeners.get(event);
    if (known === undefined) this.#listeners.set(event, [listener]);
    else known.push(listener);
  }

  /** As {@link on}: the only event waited for once is the last one. */
  once(event: "close", listener: () => void): void {
    this.on(event, listener);
  }

  write(bytes: Uint8Array): void {
    if (!this.#isLeft) this.#far.write(bytes);
  }

  end(): void {
    this.destroy();
  }

  destroy(): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    if (!this.#isClosed) this.#far.leave();
  }

  /** After leaving, only the close is still delivered. */
  wants(kind: TcpInput["in"]): boolean {
    return !this.#isClosed && (!this.#isLeft || kind === "tcp-close");
  }

  take(input: TcpInput): void {
    switch (input.in) {
      case "tcp-open":
        return this.#emit("connect");
      case "tcp-data":
        return this.#emit("data", bytesOfText(input.bytes));
      case "tcp-end":
        return this.#emit("end");
      case "tcp-error": {
        const error = new Error(input.message);
        const { code } = input;
        return this.#emit("error", code === null ? error : Object.assign(error, { code }));
      }
      case "tcp-close":
        this.#isClosed = true;
        return this.#emit("close");
    }
  }

  #emit(event: string, ...values: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(...values as never[]);
  }
}
