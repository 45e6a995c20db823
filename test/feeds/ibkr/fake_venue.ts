import { MinuteLedger } from "../../../lib/bars/minute_ledger.ts";
import type { Feed, FeedContext } from "../../../lib/feeds/feed.ts";
import { createIbkrFeed, type IbkrOptions } from "../../../lib/feeds/ibkr/feed.ts";
import type {
  CloseCause,
  Gateway,
  GatewayEvent,
  GatewayOptions,
  HistoryRequest,
  IndexQuery,
  ListedFuture,
  VenueBar,
} from "../../../lib/feeds/ibkr/gateway.ts";
import type { Bar } from "../../../lib/model/bar.ts";
import type { FeedEvent } from "../../../lib/model/feed_event.ts";
import { DAY, floorTo, HOUR, MINUTE, SECOND } from "../../../lib/model/time.ts";

import type { Timer } from "../../../lib/runtime/clock.ts";
import { ManualClock } from "../../support/manual_clock.ts";

export const START = Date.UTC(2025, 11, 3, 14, 30, 20);
const STEP = 5 * SECOND;
/** Local ms until an answer. */
const REPLY_MS = 5;

/** Quarters listed, with the hours of any day. */
export const QUARTERS: readonly ListedFuture[] = [
  ["Z5", "20251219", "202512", 1],
  ["H6", "20260320", "202603", 2],
  ["M6", "20260618", "202606", 3],
].flatMap(([suffix, lastTradeDate, contractMonth, n]) =>
  ["ES", "NQ"].map((symbol) => ({
    contractId: (symbol === "ES" ? 100 : 200) + Number(n),
    symbol,
    tradingClass: `${symbol}`,
    localSymbol: `${symbol}${suffix}`,
    lastTradeDate: `${lastTradeDate}`,
    contractMonth: `${contractMonth}`,
    exchange: "CME",
    currency: "USD",
    multiplier: symbol === "ES" ? 50 : 20,
    timeZone: "US/Central",
    tradingHours: "",
  }))
);

/** A venue in memory: the same five seconds always trade the same, whoever asks and when. */
export class FakeVenue {
  readonly clock: ManualClock;
  readonly speed: number;
  readonly opened: GatewayOptions[] = [];
  readonly gateways: FakeGateway[] = [];
  /** Minutes without any trade. */
  readonly quietMinutes = new Set<number>();
  /** Hours it publishes with each contract. */
  tradingHours = "";
  /** Contracts it lists. */
  quarters: readonly ListedFuture[] = QUARTERS;
  /** When it trades. */
  isOpen: (time: number) => boolean = isOpen;
  /** Refuses connections while set. */
  refusal: CloseCause | undefined;
  /** Answers nothing at all while true, on every connection. */
  isStalled = false;
  /** Sends no five-second bars while true, though history goes on. */
  isStreamDead = false;
  /** Leaves history requests unanswered while true. */
  isHistoryDead = false;
  /** Local ms after which a history request is served and answered, as a busy service does. */
  historyAfterMs = REPLY_MS;
  /** Changes an answer of history before it is sent. */
  spoilHistory: ((bars: VenueBar[]) => VenueBar[]) | undefined;
  /** Changes the answer to the question for the time. */
  spoilTime: (time: number) => number = (time) => time;
  /** Changes or suppresses a five-second bar before it is sent. */
  spoilBar: ((bar: VenueBar) => VenueBar | undefined) | undefined;
  /** What a contract traded on a day (midnight UTC of its date), for history in daily bars. */
  dayVolume: (localSymbol: string, day: number) => number = () => 1_000;
  /** Answers requests of this kind with an error. */
  readonly refusals = new Map<string, { code: number; text: string }>();
  /** What a snapshot of each symbol brings. @default nothing */
  readonly snapshots = new Map<
    string,
    readonly (
      | { readonly kind: "data-type"; readonly type: number }
      | { readonly kind: "tick"; readonly field: number; readonly value: number }
      | { readonly kind: "notice"; readonly code: number; readonly text: string }
    )[]
  >();
  readonly #start: number;

  constructor(options: { start?: number; speed?: number } = {}) {
    this.#start = options.start ?? START;
    this.speed = options.speed ?? 1;
    this.clock = new ManualClock(this.#start + 1_234);
  }

  now(): number {
    return this.#start + this.clock.monotonic() * this.speed;
  }

  get gateway(): FakeGateway {
    return this.gateways.at(-1)!;
  }

  open = (options: GatewayOptions, onEvent: (event: GatewayEvent) => void): Gateway => {
    this.opened.push(options);
    const gateway = new FakeGateway(this, onEvent);
    this.gateways.push(gateway);
    return gateway;
  };

  fiveSeconds(contractId: number, time: number): VenueBar {
    const base = 6_000 + contractId + ((time / STEP) * 7919 % 97) * 0.25;
    const volume = this.quietMinutes.has(floorTo(time, MINUTE)) ? 0 : 1 + (time / STEP) % 11;
    const range = volume === 0 ? 0 : 0.5;
    return {
      time,
      open: base,
      high: base + range,
      low: base - range,
      close: base + range / 2,
      volume,
      trades: volume,
      vwap: base,
    };
  }

  minute(contractId: number, openTime: number, upTo = Infinity): VenueBar | undefined {
    if (this.quietMinutes.has(openTime)) return undefined;
    const parts: VenueBar[] = [];
    for (let i = 0; i < 12; i++) {
      if (openTime + i * STEP >= upTo) break;
      parts.push(this.fiveSeconds(contractId, openTime + i * STEP));
    }
    if (parts.length === 0) return undefined;
    const volume = parts.reduce((sum, part) => sum + part.volume, 0);
    return {
      time: openTime,
      open: parts[0]!.open,
      high: Math.max(...parts.map((part) => part.high)),
      low: Math.min(...parts.map((part) => part.low)),
      close: parts.at(-1)!.close,
      volume,
      trades: volume,
      vwap: parts.reduce((sum, part) => sum + part.vwap! * part.volume, 0) / volume,
    };
  }

  /** What history says at venue time `now`: closed minutes and the forming one. */
  history({ future, end, duration, barSize }: HistoryRequest): VenueBar[] {
    const now = this.now();
    if (barSize === "day") return this.#days(future, Number(duration.split(" ")[0]));
    const to = end === "" ? now : Math.min(now, parseEnd(end));
    const [amount, unit] = duration.split(" ");
    const from = to - Number(amount) * (unit === "D" ? DAY : SECOND);
    const bars: VenueBar[] = [];
    for (let time = floorTo(from, MINUTE); time < to; time += MINUTE) {
      const bar = this.isOpen(time) ? this.minute(future.contractId, time, now) : undefined;
      if (bar !== undefined) bars.push(bar);
    }
    return this.spoilHistory?.(bars) ?? bars;
  }

  /** Days of trading up to the one that runs now, which ends at 22:00 UTC. */
  #days(future: ListedFuture, count: number): VenueBar[] {
    const days: VenueBar[] = [];
    for (let day = floorTo(this.now() + 2 * HOUR, DAY); days.length < count; day -= DAY) {
      if ([0, 6].includes(new Date(day).getUTCDay())) continue;
      const volume = this.dayVolume(future.localSymbol, day);
      days.unshift({ ...this.fiveSeconds(future.contractId, day), volume });
    }
    return days;
  }
}

const HISTORY_OF = { minute: "history", day: "days" } as const;

function parseEnd(text: string): number {
  const [, y, m, d, clock] = /^(\d{4})(\d\d)(\d\d)-(.*)$/.exec(text)!;
  return Date.parse(`${y}-${m}-${d}T${clock}Z`);
}

/** CME Globex in winter: closed 22:00 to 23:00 UTC, and from Friday 22:00 to Sunday 23:00. */
export function isOpen(time: number): boolean {
  const day = new Date(time).getUTCDay();
  const hour = new Date(time).getUTCHours();
  if (day === 6) return false;
  if (day === 0) return hour >= 23;
  return hour !== 22 && !(day === 5 && hour >= 22);
}

/** One connection to the {@link FakeVenue}; every request is remembered in `sent`. */
export class FakeGateway implements Gateway {
  readonly sent: string[] = [];
  readonly streams = new Map<number, ListedFuture>();
  /** Streams of single trades. */
  readonly tapes = new Map<number, ListedFuture>();
  /** Indices that are streamed, by request. */
  readonly indices = new Map<number, string>();
  readonly #venue: FakeVenue;
  readonly #onEvent: (event: GatewayEvent) => void;
  readonly #timers = new Set<Timer>();
  #isOver = false;

  constructor(venue: FakeVenue, onEvent: (event: GatewayEvent) => void) {
    this.#venue = venue;
    this.#onEvent = onEvent;
    const { refusal } = venue;
    if (refusal !== undefined) return this.#later(0, () => this.lose(refusal)), this;
    this.#reply(
      { kind: "opened" },
      { kind: "version", version: 193 },
      { kind: "accounts", accounts: ["DU1"] },
      { kind: "next-id", id: 1 },
    );
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  currentTime(): void {
    this.sent.push("time");
    this.#reply(() => {
      const { spoilTime } = this.#venue;
      return { kind: "time", time: spoilTime(floorTo(this.#venue.now(), SECOND)) };
    });
  }

  marketDataType(type: number): void {
    this.sent.push(`type ${type}`);
  }

  futures(id: number, { symbol }: { symbol: string }): void {
    this.sent.push(`futures ${symbol}`);
    if (this.#refuses("futures", symbol, id)) return;
    const { tradingHours, quarters } = this.#venue;
    const listed = quarters.filter((future) =>
      future.symbol === symbol && expiryTime(future) > this.#venue.now()
    );
    this.#reply(
      ...listed.map((future) =>
        ({ kind: "future", id, future: { ...future, tradingHours } }) as const
      ),
      { kind: "futures-end", id },
    );
  }

  history(id: number, request: HistoryRequest): void {
    const { localSymbol, symbol } = request.future;
    const { barSize = "minute" } = request;
    this.sent.push(`${HISTORY_OF[barSize]} ${localSymbol} ${request.end} ${request.duration}`);
    if (this.#venue.isHistoryDead || this.#refuses(HISTORY_OF[barSize], symbol, id)) return;
    const answer = () => ({ kind: "history", id, bars: this.#venue.history(request) }) as const;
    this.#replyAfter(this.#venue.historyAfterMs, answer);
  }

  cancelHistory(id: number): void {
    this.sent.push(`cancel history ${id}`);
  }

  bars(id: number, future: ListedFuture): void {
    this.sent.push(`bars ${future.localSymbol}`);
    if (this.#refuses("bars", future.symbol, id)) return;
    this.streams.set(id, future);
    this.#stream(id, floorTo(this.#venue.now(), STEP) + STEP);
  }

  cancelBars(id: number): void {
    this.sent.push(`cancel bars ${this.streams.get(id)?.localSymbol}`);
    this.streams.delete(id);
  }

  ticks(id: number, future: ListedFuture): void {
    this.sent.push(`ticks ${future.localSymbol}`);
    if (this.#refuses("ticks", future.symbol, id)) return;
    this.streams.set(id, future);
  }

  indexTicks(id: number, { symbol }: IndexQuery): void {
    this.sent.push(`index ticks ${symbol}`);
    if (this.#refuses("ticks", symbol, id)) return;
    this.indices.set(id, symbol);
  }

  cancelTicks(id: number): void {
    this.sent.push(`cancel ticks ${id}`);
    this.streams.delete(id);
    this.indices.delete(id);
  }

  snapshot(id: number, of: ListedFuture | IndexQuery): void {
    this.sent.push(`snapshot ${"localSymbol" in of ? of.localSymbol : of.symbol}`);
    if (this.#refuses("snapshot", of.symbol, id)) return;
    const events = this.#venue.snapshots.get(of.symbol) ?? [];
    this.#reply(...events.map((event) => ({ ...event, id })));
  }

  trades(id: number, future: ListedFuture): void {
    this.sent.push(`trades ${future.localSymbol}`);
    if (this.#refuses("trades", future.symbol, id)) return;
    this.tapes.set(id, future);
  }

  cancelTrades(id: number): void {
    this.sent.push(`cancel trades ${this.tapes.get(id)?.localSymbol}`);
    this.tapes.delete(id);
  }

  /** A single trade of every contract whose trades are streamed. */
  trade(price: number, size: number): void {
    const time = floorTo(this.#venue.now(), SECOND);
    for (const id of this.tapes.keys()) {
      this.tell({ kind: "trade", id, trade: { time, price, size } });
    }
  }

  close(): Promise<void> {
    this.#isOver = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    return Promise.resolve();
  }

  /** Sends an event at once. */
  tell(event: GatewayEvent): void {
    if (!this.#isOver) this.#onEvent(event);
  }

  notice(code: number, text = `text of ${code}`, id = -1): void {
    this.tell({ kind: "notice", id, code, text });
  }

  /** The id of the stream of a root. */
  streamOf(symbol: string): number {
    return [...this.streams].find(([, future]) => future.symbol === symbol)![0];
  }

  lose(cause: CloseCause = { kind: "lost", systemCode: "ECONNRESET", text: "reset" }): void {
    this.tell({ kind: "closed", cause });
    this.#isOver = true;
  }

  /** Five-second bars, each when it ends. */
  #stream(id: number, openTime: number): void {
    const venue = this.#venue;
    this.#later((openTime + STEP - venue.now()) / venue.speed, () => {
      const future = this.streams.get(id);
      if (future === undefined) return;
      if (venue.isOpen(openTime) && !venue.isStreamDead && !venue.isStalled) {
        const real = venue.fiveSeconds(future.contractId, openTime);
        const bar = venue.spoilBar === undefined ? real : venue.spoilBar(real);
        if (bar !== undefined) this.tell({ kind: "bar", id, bar });
      }
      this.#stream(id, openTime + STEP);
    });
  }

  #refuses(request: string, symbol: string, id: number): boolean {
    const refusal = this.#venue.refusals.get(request) ??
      this.#venue.refusals.get(`${request} ${symbol}`);
    if (refusal !== undefined) this.#reply({ kind: "notice", id, ...refusal });
    return refusal !== undefined;
  }

  #reply(...events: (GatewayEvent | (() => GatewayEvent))[]): void {
    this.#replyAfter(REPLY_MS, ...events);
  }

  #replyAfter(delayMs: number, ...events: (GatewayEvent | (() => GatewayEvent))[]): void {
    this.#later(delayMs, () => {
      for (const event of events) {
        if (!this.#venue.isStalled) this.tell(typeof event === "function" ? event() : event);
      }
    });
  }

  #later(delayMs: number, act: () => void): void {
    const timer = this.#venue.clock.setTimer(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs);
    this.#timers.add(timer);
  }
}

function expiryTime({ lastTradeDate: d }: ListedFuture): number {
  return Date.parse(`${d.slice(0, 4)}-${d.slice(4, 6)}-${d.slice(6)}T14:30:00Z`);
}

export const OPTIONS: IbkrOptions = {
  host: "127.0.0.1",
  port: 4002,
  clientId: 17,
  futures: [{ symbol: "ES", exchange: "CME" }, { symbol: "NQ", exchange: "CME" }],
  manualExpiry: null,
  marketDataType: "live",
};

/** A feed on a {@link FakeVenue}, with everything it told. */
export interface Rig {
  readonly feed: Feed;
  readonly events: FeedEvent[];
  readonly ledgers: ReadonlyMap<string, MinuteLedger>;
  readonly context: FeedContext;
  /** Events of one kind, narrowed. */
  of<K extends FeedEvent["kind"]>(kind: K): Extract<FeedEvent, { kind: K }>[];
  /** `idle→connecting→…`: the states entered, in order. */
  states(): string;
  /** Minutes that differ from the venue's truth, as text; empty when all are equal. */
  differences(symbol: string, contractIdAt?: (time: number) => number): string[];
}

export function rigOn(
  venue: FakeVenue,
  options: Partial<IbkrOptions> = {},
  overrides: Partial<FeedContext> = {},
): Rig {
  const events: FeedEvent[] = [];
  const merged = { ...OPTIONS, openGateway: venue.open, ...options };
  const ledgers = new Map(
    merged.futures.map(({ symbol }) => [symbol, new MinuteLedger(symbol, isOpen)]),
  );
  for (const { symbol } of merged.indices ?? []) {
    ledgers.set(symbol, new MinuteLedger(symbol, () => false, { hasVolume: false }));
  }
  const context: FeedContext = {
    clock: venue.clock,
    random: () => 0.5,
    log: SILENT,
    speed: venue.speed,
    source: "simulated",
    backfillMs: 2 * HOUR,
    ledgers,
    emit: (event) => events.push(event),
    ...overrides,
  };
  const feed = createIbkrFeed(context, merged);
  const of = <K extends FeedEvent["kind"]>(kind: K) =>
    events.filter((event): event is Extract<FeedEvent, { kind: K }> => event.kind === kind);
  return {
    feed,
    events,
    ledgers,
    context,
    of,
    states: () => of("transition").map((event) => event.to).join(" "),
    differences: (symbol, contractIdAt = () => symbol === "ES" ? 101 : 201) =>
      differences(venue, ledgers.get(symbol)!, contractIdAt),
  };
}

function differences(
  venue: FakeVenue,
  ledger: MinuteLedger,
  contractIdAt: (time: number) => number,
): string[] {
  const found: string[] = [];
  for (let time = ledger.from; time + 8 * SECOND + MINUTE <= venue.now(); time += MINUTE) {
    const truth = venue.isOpen(time) ? venue.minute(contractIdAt(time), time) : undefined;
    const have = ledger.at(time);
    if (describe(truth) !== describe(have)) {
      found.push(`${new Date(time).toISOString()}: ${describe(truth)} ≠ ${describe(have)}`);
    }
  }
  return found;
}

function describe(bar: VenueBar | Bar | undefined): string {
  if (bar === undefined) return "none";
  return [bar.open, bar.high, bar.low, bar.close, bar.volume].join(" ");
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
