import type { TcpConnection } from "../../runtime/tcp_server.ts";
import { encodeFrame, type TwsField, withLength } from "../../wire/tws_frame.ts";
import { TwsReplyId } from "../../wire/tws_message_ids.ts";
import type { Damage, Faults } from "./faults.ts";
import type { Fields } from "./replies.ts";

/** A client that does not read is cut, as TWS does, when this much waits for it. */
const MAX_PENDING = 64 * 1_024 * 1_024;

/** The messages to one client: gathered, held back or damaged where a fault says so, and written at once. */
export class Outbox {
  readonly #connection: TcpConnection;
  readonly #faults: Faults;
  readonly #waiting: { readonly due: number; readonly bytes: Uint8Array }[] = [];

  constructor(connection: TcpConnection, faults: Faults) {
    this.#connection = connection;
    this.#faults = faults;
  }

  /** Any message but a stream of market data. */
  send(fields: Fields, now: number): void {
    this.#queue(encodeFrame(fields), now);
  }

  /** A message of a market-data stream, the only kind that faults damage. */
  sendData(fields: Fields, now: number): void {
    if (this.#faults.isStalled(now)) return;
    const damage = this.#faults.nextDamage();
    this.#queue(damage === undefined ? encodeFrame(fields) : damaged(fields, damage), now);
  }

  /** Writes what is due, in one piece. A delayed message delays all behind it, which keeps the order. */
  flush(now: number): void {
    let count = 0;
    let length = 0;
    while (count < this.#waiting.length && this.#waiting[count]!.due <= now) {
      length += this.#waiting[count++]!.bytes.length;
    }
    if (count === 0) return;
    if (this.#faults.isStalled(now)) {
      this.#waiting.splice(0, count);
      return;
    }
    const all = new Uint8Array(length);
    let at = 0;
    for (const { bytes } of this.#waiting.splice(0, count)) {
      all.set(bytes, at);
      at += bytes.length;
    }
    if (this.#connection.pending > MAX_PENDING) this.#connection.destroy();
    else this.#connection.write(all);
  }

  #queue(bytes: Uint8Array, now: number): void {
    if (this.#faults.isStalled(now)) return;
    this.#waiting.push({ due: now + this.#faults.delayAt(now), bytes });
  }
}

/** Where a message keeps its price, or its high and low. */
const PRICES: Readonly<Record<number, { readonly high: number; readonly low: number }>> = {
  [TwsReplyId.RealTimeBar]: { high: 5, low: 6 },
  [TwsReplyId.HistoricalDataUpdate]: { high: 6, low: 7 },
  [TwsReplyId.TickPrice]: { high: 4, low: 4 },
  [TwsReplyId.TickSize]: { high: 4, low: 4 },
};

function damaged(fields: Fields, damage: Damage): Uint8Array {
  const place = PRICES[Number(fields[0])] ?? { high: fields.length - 1, low: fields.length - 1 };
  if (damage === "truncated") {
    const body = encodeFrame(fields).subarray(4);
    return withLength(body.slice(0, Math.ceil(body.length * 0.6)).map(withoutEndMark));
  }
  const changed: TwsField[] = [...fields];
  if (damage === "not-a-number") changed[place.high] = "?.??";
  else if (place.high === place.low) changed[place.high] = -999;
  else changed[place.high] = Number(fields[place.low]) - 1;
  return encodeFrame(changed);
}

function withoutEndMark(byte: number, index: number, bytes: Uint8Array): number {
  return index === bytes.length - 1 && byte === 0 ? 0x30 : byte;
}
