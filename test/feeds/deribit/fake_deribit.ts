import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import { createDeribitFeed } from "../../../lib/feeds/deribit/feed.ts";
import type { DeribitCurrency } from "../../../lib/feeds/deribit/instruments.ts";
import type { Feed } from "../../../lib/feeds/feed.ts";
import type { FeedEvent } from "../../../lib/model/feed_event.ts";
import { floorTo, HOUR, MINUTE } from "../../../lib/model/time.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import type { WebSocketEnd, WebSocketHandlers } from "../../../lib/runtime/web_socket.ts";
import { VirtualClock } from "../../simulation/virtual_clock.ts";

/** Venue time at the start: a minute's beginning. */
export const START = Date.UTC(2025, 11, 3, 14, 0);
export const BTC = "deribit_volatility_index.btc_usd";

type Parameters = Readonly<Record<string, unknown>>;
/** What a call comes to: its result, an error, or no answer. */
export type Reply =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string } }
  | undefined;

/** A Deribit whose every answer can be set, and the feed that follows it, on a virtual clock. */
export class FakeDeribit {
  readonly clock = new VirtualClock(Date.UTC(2031, 0, 1));
  readonly events: FeedEvent[] = [];
  readonly warnings: string[] = [];
  readonly ledgers = new Map<string, MinuteLedger>();
  /** Calls so far, with their venue time. */
  readonly calls: { readonly at: number; readonly method: string; readonly params: Parameters }[] =
    [];
  /** Answers by method, in place of the usual ones; undefined in turn leaves a call unanswered. */
  readonly answers = new Map<string, (params: Parameters) => Reply>();
  /** Minutes that history does not have. */
  readonly absent = new Set<number>();
  /** Values of a minute in place of the usual ones. */
  readonly values = new Map<number, readonly number[]>();
  /** Values are pushed every second to whoever has the channel. */
  sendsValues = true;
  dials = 0;
  /** How the next dials end. */
  readonly refusals: WebSocketEnd[] = [];
  readonly feed: Feed;
  readonly #channels = new Set<string>();
  #handlers: WebSocketHandlers | undefined;

  constructor(
    { indices = ["BTC"] }: { readonly indices?: readonly DeribitCurrency[] } = {},
  ) {
    for (const id of ["DVOL", "DVOL-ETH"]) {
      this.ledgers.set(id, new MinuteLedger(id, () => true, { hasVolume: false }));
    }
    this.feed = createDeribitFeed({
      clock: this.clock.of("client"),
      random: () => 0.5,
      log: { ...silentLog, warn: (message) => void this.warnings.push(message) },
      speed: 1,
      source: "live",
      backfillMs: HOUR,
      ledgers: this.ledgers,
      emit: (event) => void this.events.push(event),
    }, {
      url: "wss://deribit.test/ws/api/v2",
      indices,
      openWebSocket: (_url, handlers) => this.#open(handlers),
    });
  }

  get now(): number {
    return START + this.clock.now;
  }

  get ledger(): MinuteLedger {
    return this.ledgers.get("DVOL")!;
  }

  /** Runs for so long, pushing a value each second. */
  async run(ms: number): Promise<void> {
    const until = this.clock.now + ms;
    while (this.clock.now < until) {
      await this.clock.run(Math.min(until, this.clock.now + 1_000));
      if (this.sendsValues && this.#channels.has(BTC)) this.value(41);
    }
  }

  value(volatility: number, timestamp = this.now): void {
    this.push("subscription", {
      channel: BTC,
      data: { timestamp, volatility, index_name: "btc_usd" },
    });
  }

  push(method: string, params: unknown): void {
    this.send(JSON.stringify({ jsonrpc: "2.0", method, params }));
  }

  send(text: string): void {
    const handlers = this.#handlers;
    this.clock.deliver(this.clock.now, "client", () => {
      if (handlers === this.#handlers) handlers?.onText(text);
    });
  }

  /** Ends the connection. */
  cut(end: WebSocketEnd = { kind: "closed", code: 1006, reason: "" }): void {
    const handlers = this.#handlers;
    this.#handlers = undefined;
    this.#channels.clear();
    this.clock.deliver(this.clock.now, "client", () => handlers?.onEnd(end));
  }

  countOf(method: string): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  codes(): string[] {
    return this.events.flatMap((event) => event.kind === "failure" ? [event.error.code] : []);
  }

  async close(): Promise<void> {
    await this.clock.during(this.feed.close(), MINUTE);
  }

  #open(handlers: WebSocketHandlers) {
    this.dials++;
    this.#handlers = handlers;
    const refusal = this.refusals.shift();
    this.clock.deliver(this.clock.now + 5, "client", () => {
      if (this.#handlers !== handlers) return;
      if (refusal === undefined) handlers.onOpen({ headers: {} });
      else this.cut(refusal);
    });
    return {
      send: (text: string) => this.#answer(text),
      close: () => {
        if (this.#handlers === handlers) this.#handlers = undefined;
        this.#channels.clear();
        return Promise.resolve();
      },
    };
  }

  #answer(text: string): void {
    const { id, method, params } = JSON.parse(text);
    this.calls.push({ at: this.now, method, params });
    const own = this.answers.get(method);
    const reply = own === undefined ? this.#usual(method, params) : own(params);
    if (reply !== undefined) this.send(JSON.stringify({ jsonrpc: "2.0", id, ...reply }));
  }

  #usual(method: string, params: Parameters): Reply {
    switch (method) {
      case "public/get_time":
        return { result: this.now };
      case "public/status":
        return { result: { locked: "false", locked_indices: [] } };
      case "public/subscribe": {
        const channels = params.channels as string[];
        for (const channel of channels) this.#channels.add(channel);
        return { result: channels };
      }
      case "public/unsubscribe": {
        const channels = params.channels as string[];
        return { result: channels.filter((channel) => this.#channels.delete(channel)) };
      }
      case "public/get_volatility_index_data":
        return { result: { data: this.rows(params), continuation: null } };
      default:
        return { result: "ok" };
    }
  }

  /** Rows of what was asked for, the forming one included. */
  rows({ start_timestamp: from, end_timestamp: to }: Parameters): number[][] {
    const rows: number[][] = [];
    for (let time = floorTo(from as number, MINUTE); time <= (to as number); time += MINUTE) {
      if (time < (from as number) || this.absent.has(time)) continue;
      rows.push([time, ...(this.values.get(time) ?? [41, 41.5, 40.5, 41.25])]);
    }
    return rows;
  }
}
