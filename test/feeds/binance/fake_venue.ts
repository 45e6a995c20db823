import type { OpenWebSocket, WebSocketHandlers } from "../../../lib/runtime/web_socket.ts";
import { floorTo, MINUTE, SECOND } from "../../../lib/model/time.ts";
import { type Clock, sleep, type Timer } from "../../../lib/runtime/clock.ts";
import {
  HttpFailure,
  type HttpGet,
  type HttpReply,
  type NetworkFault,
} from "../../../lib/runtime/http.ts";

/** A minute as the fake venue has it, in venue text. */
export interface FakeMinute {
  readonly openTime: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly quote: string;
  readonly trades: number;
  readonly firstId: number;
}

/** How an upgrade is refused. */
export interface RefusedDial {
  readonly status: number;
  readonly retryAfterMs?: number;
  readonly text?: string;
}

interface Link {
  readonly handlers: WebSocketHandlers;
  readonly names: Set<string>;
  readonly openedAt: number;
  readonly isMuted: boolean;
}

const TRADES_A_MINUTE = 20;
const TRADE_MS = MINUTE / TRADES_A_MINUTE;

/**
 * Binance spot in memory, on a clock moved by hand: a truth that anybody can recompute, REST and streams
 * over it, and switches for what may go wrong. Deterministic.
 */
export class FakeVenue {
  readonly symbols: readonly string[];
  readonly requests: { readonly host: string; readonly path: string; readonly at: number }[] = [];
  /** Hosts of the stream sockets dialled, in order. */
  readonly dialled: string[] = [];
  /** Why a host cannot be reached, while there is a reason. */
  hostFault: (host: string) => NetworkFault | undefined = () => undefined;
  readonly sent: string[] = [];
  /** Sockets opened so far, and open now. */
  dials = 0;
  mostLinks = 0;
  readonly links = new Set<Link>();
  /** Answers instead of the real one, while it gives one. */
  restAnswer: (path: string) => Partial<HttpReply> | undefined = () => undefined;
  /** Instead of opening. */
  dialAnswer: () => "open" | "silent" | number | RefusedDial = () => "open";
  /** What becomes of each frame. */
  mangle: (frame: string) => readonly string[] = (frame) => [frame];
  /** What becomes of a list of klines. */
  mangleRows: (rows: string) => string = (rows) => rows;
  /** Streams that say nothing. */
  readonly muted = new Set<string>();
  /** Sockets dialled from now on hear nothing. */
  mutesNewLinks = false;
  /** Nothing is answered or sent. */
  isStalled = false;
  /** REST knows the market only as it stood this long ago: its newest row is half-made, though over. */
  lagMs = 0;
  /** What REST says that this address has used of its weight. */
  usedWeight: number | undefined;
  /** Id of the oldest trade that REST still has. */
  oldestTrade = 0;
  /** Minutes that the venue does not have. */
  readonly missing = new Set<number>();
  latencyMs = 20;
  readonly #clock: Clock;
  readonly #start: number;
  readonly #speed: number;
  #servedTo: number;
  #timer: Timer | undefined;

  constructor(
    options: { clock: Clock; start: number; speed?: number; symbols: readonly string[] },
  ) {
    this.#clock = options.clock;
    this.#start = this.#servedTo = options.start;
    this.#speed = options.speed ?? 1;
    this.symbols = options.symbols;
    this.#serve();
  }

  now(): number {
    return Math.floor(this.#start + this.#clock.monotonic() * this.#speed);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Cuts every socket. */
  drop(code = 1006): void {
    for (const link of [...this.links]) {
      this.links.delete(link);
      link.handlers.onEnd({ kind: "closed", code, reason: "" });
    }
  }

  broadcast(frame: string): void {
    for (const link of [...this.links]) link.handlers.onText(frame);
  }

  /** The finished minute, or as far as `upTo`; undefined where the venue has none. */
  minute(symbol: string, openTime: number, upTo = Infinity): FakeMinute | undefined {
    if (this.missing.has(openTime)) return undefined;
    const trades = tradesOf(symbol, openTime).filter((trade) => trade.time < upTo);
    const prices = trades.map((trade) => trade.cents);
    const volume = trades.reduce((sum, trade) => sum + trade.size, 0);
    const quote = trades.reduce((sum, trade) => sum + trade.size * trade.cents, 0);
    if (trades.length === 0) return undefined;
    return {
      openTime,
      open: money(prices[0]!),
      high: money(Math.max(...prices)),
      low: money(Math.min(...prices)),
      close: money(prices.at(-1)!),
      volume: (volume / 1e5).toFixed(8),
      quote: (quote / 1e7).toFixed(8),
      trades: trades.length,
      firstId: trades[0]!.id,
    };
  }

  readonly httpGet: HttpGet = async (url, { timeoutMs, signal }) => {
    const { host, pathname, search, searchParams } = new URL(url);
    const path = pathname + search;
    this.requests.push({ host, path, at: this.#clock.monotonic() });
    await sleep(this.#clock, Math.min(this.latencyMs, timeoutMs), signal);
    const fault = this.hostFault(host);
    if (fault !== undefined) throw new HttpFailure(fault, "told by the system");
    if (this.isStalled) {
      await sleep(this.#clock, timeoutMs, signal);
      throw new HttpFailure("timeout", "stalled");
    }
    const instead = this.restAnswer(path);
    if (instead !== undefined) return { status: 200, headers: {}, text: "", ...instead };
    const answer = (value: unknown, status = 200) => ({
      status,
      headers: this.usedWeight === undefined
        ? {} as Record<string, string>
        : { "x-mbx-used-weight-1m": `${this.usedWeight}` },
      text: JSON.stringify(value),
    });
    if (pathname === "/api/v3/time") return answer({ serverTime: this.now() });
    const symbol = searchParams.get("symbol") ?? "";
    if (!this.symbols.includes(symbol)) return answer({ code: -1121, msg: "Invalid symbol." }, 400);
    if (pathname === "/api/v3/historicalTrades") {
      const fromId = Math.max(Number(searchParams.get("fromId")), this.oldestTrade);
      return answer(this.#tradeRows(symbol, fromId, Number(searchParams.get("limit"))));
    }
    const from = Number(searchParams.get("startTime"));
    const rows = answer(this.#rows(symbol, from, Number(searchParams.get("limit"))));
    return { ...rows, text: this.mangleRows(rows.text) };
  };

  readonly openSocket: OpenWebSocket = (url, handlers) => {
    this.dials++;
    const { host } = new URL(url);
    this.dialled.push(host);
    const names = new Set((new URL(url).searchParams.get("streams") ?? "").split("/"));
    const link: Link = { handlers, names, openedAt: this.now(), isMuted: this.mutesNewLinks };
    const answer = this.dialAnswer();
    const timer = this.#clock.setTimer(() => {
      if (answer === "silent" || this.isStalled) return;
      const fault = this.hostFault(host);
      if (fault !== undefined) return handlers.onEnd({ kind: "broken", fault, cause: undefined });
      if (answer !== "open") {
        const refusal = typeof answer === "number" ? { status: answer } : answer;
        return handlers.onEnd({ kind: "refused-upgrade", retryAfterMs: undefined, ...refusal });
      }
      this.links.add(link);
      this.mostLinks = Math.max(this.mostLinks, this.links.size);
      handlers.onOpen({ headers: {} });
    }, this.latencyMs);
    return {
      send: (text) => {
        this.sent.push(text);
        const { method, params, id } = JSON.parse(text);
        for (const name of params) {
          if (method === "SUBSCRIBE") names.add(name);
          else names.delete(name);
        }
        handlers.onText(JSON.stringify({ result: null, id }));
      },
      close: () => {
        timer.cancel();
        this.links.delete(link);
        return Promise.resolve();
      },
    };
  };

  #rows(symbol: string, from: number, limit: number): unknown[] {
    const now = this.now() - this.lagMs;
    const lastOpen = floorTo(now, MINUTE);
    const rows: unknown[] = [];
    for (let time = from; time <= lastOpen && rows.length < limit; time += MINUTE) {
      const bar = this.minute(symbol, time, now);
      if (bar === undefined) continue;
      const { open, high, low, close, volume, quote, trades } = bar;
      const end = time + MINUTE - 1;
      rows.push([time, open, high, low, close, volume, end, quote, trades, "0.0", "0.0", "0"]);
    }
    return rows;
  }

  #tradeRows(symbol: string, fromId: number, limit: number): unknown[] {
    const rows: unknown[] = [];
    const first = Math.floor(fromId / TRADES_A_MINUTE) * MINUTE;
    for (let open = first; open <= this.now() && rows.length < limit; open += MINUTE) {
      for (const { id, time, cents, size } of tradesOf(symbol, open)) {
        if (id < fromId || time > this.now() - this.lagMs || rows.length >= limit) continue;
        const [price, qty] = [money(cents), (size / 1e5).toFixed(8)];
        rows.push({ id, price, qty, quoteQty: "0", time, isBuyerMaker: true, isBestMatch: true });
      }
    }
    return rows;
  }

  /** The trades of a minute, as they are. */
  trades(symbol: string, openTime: number) {
    return tradesOf(symbol, openTime);
  }

  /** Sends what has fallen due: trades as they happen, a kline every two seconds and at each close. */
  #serve(): void {
    const now = this.now();
    const step = 2 * SECOND;
    for (let time = floorTo(this.#servedTo, step) + step; time <= now; time += step) {
      for (const symbol of this.symbols) this.#serveStep(symbol, time, step);
      this.#servedTo = time;
    }
    this.#timer = this.#clock.setTimer(() => this.#serve(), Math.max(1, SECOND / this.#speed));
  }

  #serveStep(symbol: string, time: number, step: number): void {
    const open = floorTo(time - 1, MINUTE);
    const isClosed = time % MINUTE === 0;
    const pair = symbol.toLowerCase();
    for (const trade of tradesOf(symbol, open)) {
      if (trade.time < time - step || trade.time >= time || this.missing.has(open)) continue;
      const { id, cents, size } = trade;
      this.#send(`${pair}@trade`, {
        ...{ e: "trade", E: trade.time + 1, s: symbol, t: id, p: money(cents) },
        ...{ q: (size / 1e5).toFixed(8), T: trade.time, m: true, M: true },
      });
    }
    const bar = this.minute(symbol, open, time);
    if (bar === undefined) return;
    this.#send(`${pair}@kline_1m`, {
      ...{ e: "kline", E: time, s: symbol },
      k: {
        ...{ t: open, T: open + MINUTE - 1, s: symbol, i: "1m" },
        ...{ f: bar.firstId, L: bar.firstId + bar.trades - 1 },
        ...{ o: bar.open, h: bar.high, l: bar.low, c: bar.close },
        ...{ v: bar.volume, q: bar.quote, n: bar.trades, x: isClosed, V: "0", Q: "0", B: "0" },
      },
    });
  }

  #send(stream: string, data: unknown): void {
    if (this.isStalled || this.muted.has(stream)) return;
    for (const frame of this.mangle(JSON.stringify({ stream, data }))) {
      for (const link of [...this.links]) {
        if (link.names.has(stream) && !link.isMuted) link.handlers.onText(frame);
      }
    }
  }
}

const money = (cents: number) => (cents / 100).toFixed(8);

/** Twenty trades a minute whose prices and sizes follow from symbol and time alone. */
function tradesOf(symbol: string, openTime: number) {
  const seed = symbol.charCodeAt(0) * 131 + openTime / MINUTE;
  return Array.from({ length: TRADES_A_MINUTE }, (_, i) => {
    const mix = Math.imul((seed + i * 7_919) | 0, 2_654_435_761) >>> 0;
    return {
      id: (openTime / MINUTE) * TRADES_A_MINUTE + i,
      time: openTime + i * TRADE_MS + 100,
      cents: 5_000_000 + (mix % 20_000),
      size: 1 + (mix >>> 16) % 500,
    };
  });
}
