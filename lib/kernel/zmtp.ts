import { ByteQueue } from "./byte_queue.ts";

/**
 * The client's side of ZMTP 3.0 with the NULL mechanism, the wire protocol below Jupyter's messages: bytes to values
 * and back (https://rfc.zeromq.org/spec/23/). Total: whatever arrives, {@link ZmtpDecoder} answers with values.
 *
 * @module
 */

/** What a client may be: `DEALER` asks and is answered, `SUB` listens. */
export type ZmtpSocketType = "DEALER" | "SUB";

/** What arrives on a connection. */
export type ZmtpEvent =
  /** The peer speaks ZMTP 3 without encryption. Comes first. */
  | { readonly kind: "greeting"; readonly version: string }
  /** `READY`, `ERROR`, `PING`, …; `body` is what follows the name. */
  | { readonly kind: "command"; readonly name: string; readonly body: Uint8Array }
  | { readonly kind: "message"; readonly parts: readonly Uint8Array[] }
  /** No ZMTP, or beyond the bounds. Nothing follows: the connection is of no more use. */
  | { readonly kind: "malformed"; readonly reason: string };

const GREETING_BYTES = 64;
const MECHANISM_AT = 12;
const MECHANISM_BYTES = 20;

/** Flags of a frame. */
const MORE = 1;
const LONG = 2;
const COMMAND = 4;

/** A frame longer than this has a length of eight bytes. */
const SHORT_MAX = 255;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The first 64 bytes a client sends. */
export function zmtpGreeting(): Uint8Array {
  const bytes = new Uint8Array(GREETING_BYTES);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[10] = 3;
  bytes.set(encoder.encode("NULL"), MECHANISM_AT);
  return bytes;
}

/** The `READY` command: what this end is. @param identity for a `DEALER`: the name its peer answers to. */
export function zmtpReady(type: ZmtpSocketType, identity = ""): Uint8Array {
  const property = (name: string, value: string) => {
    const [nameBytes, valueBytes] = [encoder.encode(name), encoder.encode(value)];
    const size = new Uint8Array(4);
    new DataView(size.buffer).setUint32(0, valueBytes.length);
    return [Uint8Array.of(nameBytes.length), nameBytes, size, valueBytes];
  };
  return zmtpCommand(
    "READY",
    joinBytes(property("Socket-Type", type).concat(property("Identity", identity))),
  );
}

/** A command: `READY`, `PONG`. */
export function zmtpCommand(name: string, body: Uint8Array): Uint8Array {
  const nameBytes = encoder.encode(name);
  const whole = joinBytes([Uint8Array.of(nameBytes.length), nameBytes, body]);
  return joinBytes([frameHead(whole.length, COMMAND), whole]);
}

/** What a `SUB` sends to receive every message. */
export function zmtpSubscribeAll(): Uint8Array {
  return zmtpMessage([Uint8Array.of(1)]);
}

/** A message of one or more parts. */
export function zmtpMessage(parts: readonly Uint8Array[]): Uint8Array {
  return joinBytes(parts.flatMap((part, i) => [
    frameHead(part.length, i < parts.length - 1 ? MORE : 0),
    part,
  ]));
}

function frameHead(length: number, flags: number): Uint8Array {
  if (length <= SHORT_MAX) return Uint8Array.of(flags, length);
  const head = new Uint8Array(9);
  head[0] = flags | LONG;
  new DataView(head.buffer).setBigUint64(1, BigInt(length));
  return head;
}

export interface ZmtpLimits {
  /**
   * Most bytes in a message, all parts together.
   * @default 268435456
   */
  readonly maxMessageBytes?: number;
  /**
   * Most parts in a message.
   * @default 1024
   */
  readonly maxParts?: number;
}

/** Reads a connection's bytes, however they are cut. */
export class ZmtpDecoder {
  readonly #bytes = new ByteQueue();
  readonly #maxMessageBytes: number;
  readonly #maxParts: number;
  #isGreeted = false;
  #isOver = false;
  #parts: Uint8Array[] = [];
  #messageBytes = 0;

  constructor({ maxMessageBytes = 2 ** 28, maxParts = 1024 }: ZmtpLimits = {}) {
    this.#maxMessageBytes = maxMessageBytes;
    this.#maxParts = maxParts;
  }

  /** Takes the next bytes and returns what they complete, in order. Nothing after `malformed`. */
  push(bytes: Uint8Array): ZmtpEvent[] {
    if (this.#isOver) return [];
    this.#bytes.push(bytes);
    const events: ZmtpEvent[] = [];
    for (let event = this.#next(); event !== undefined; event = this.#next()) {
      if (event === "part") continue;
      events.push(event);
      if (event.kind === "malformed") {
        this.#isOver = true;
        break;
      }
    }
    return events;
  }

  /** The next event; `"part"` when a message grew; undefined when more bytes are needed. */
  #next(): ZmtpEvent | "part" | undefined {
    return this.#isGreeted ? this.#frame() : this.#greeting();
  }

  #greeting(): ZmtpEvent | undefined {
    const first = this.#bytes.peek(1);
    // Checked at the first byte, not after 64: a peer of another protocol may never send that many.
    if (first !== undefined && first[0] !== 0xff) {
      return malformed("it does not greet as ZMTP does");
    }
    const bytes = this.#bytes.take(GREETING_BYTES);
    if (bytes === undefined) return undefined;
    if (bytes[9] !== 0x7f) return malformed("it does not greet as ZMTP does");
    const version = `${bytes[10]}.${bytes[11]}`;
    if (bytes[10]! < 3) return malformed(`it speaks ZMTP ${version}, and 3.0 is needed`);
    const mechanism = decoder.decode(bytes.subarray(MECHANISM_AT, MECHANISM_AT + MECHANISM_BYTES))
      .split("\0", 1)[0]!;
    if (mechanism !== "NULL") return malformed(`it asks for the security mechanism ${mechanism}`);
    this.#isGreeted = true;
    return { kind: "greeting", version };
  }

  #frame(): ZmtpEvent | "part" | undefined {
    const flags = this.#bytes.peek(1)?.[0];
    if (flags === undefined) return undefined;
    if (flags > (MORE | LONG | COMMAND)) return malformed(`a frame has the flags ${flags}`);
    const isCommand = (flags & COMMAND) !== 0;
    const hasMore = (flags & MORE) !== 0;
    if (isCommand && hasMore) return malformed("a command is cut into frames");
    const headBytes = (flags & LONG) === 0 ? 2 : 9;
    const head = this.#bytes.peek(headBytes);
    if (head === undefined) return undefined;
    const length = (flags & LONG) === 0 ? head[1]! : longLength(head);
    const total = length + (isCommand ? 0 : this.#messageBytes);
    if (total > this.#maxMessageBytes) {
      return malformed(`a message has ${total} bytes; at most ${this.#maxMessageBytes} are taken`);
    }
    if (this.#bytes.length < headBytes + length) return undefined;
    this.#bytes.take(headBytes);
    const body = this.#bytes.take(length)!;
    return isCommand ? command(body) : this.#part(body, hasMore);
  }

  #part(body: Uint8Array, hasMore: boolean): ZmtpEvent | "part" {
    if (this.#parts.length >= this.#maxParts) {
      return malformed(`a message has more than ${this.#maxParts} parts`);
    }
    this.#parts.push(body);
    this.#messageBytes += body.length;
    if (hasMore) return "part";
    const parts = this.#parts;
    this.#parts = [];
    this.#messageBytes = 0;
    return { kind: "message", parts };
  }
}

function command(bytes: Uint8Array): ZmtpEvent {
  const nameBytes = bytes[0];
  if (nameBytes === undefined || nameBytes === 0 || bytes.length < 1 + nameBytes) {
    return malformed("a command has no name");
  }
  const name = decoder.decode(bytes.subarray(1, 1 + nameBytes));
  return { kind: "command", name, body: bytes.subarray(1 + nameBytes) };
}

/** Exact up to 2^53; beyond it any bound has been passed. */
function longLength(head: Uint8Array): number {
  return Number(new DataView(head.buffer, head.byteOffset + 1, 8).getBigUint64(0));
}

function malformed(reason: string): ZmtpEvent {
  return { kind: "malformed", reason };
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
