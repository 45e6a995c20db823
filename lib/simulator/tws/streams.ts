import { TwsReplyId } from "../../wire/tws_message_ids.ts";
import type { TwsRequest } from "../../wire/tws_request.ts";
import type { SimulatedBar } from "../truth.ts";
import type { Contract } from "./contracts.ts";
import { HistoryQuery, type HistoryRequest, HistoryStream, isShown } from "./history.ts";
import { IndexLine, isListedIndex } from "./index_line.ts";
import { MarketDataLine } from "./market_data.ts";
import { Limits } from "./pacing.ts";
import { RealTimeBarStream } from "./real_time_bars.ts";
import { type Refusal, Refusals } from "./refusals.ts";
import type { Fields } from "./replies.ts";
import { TickByTickStream, tradeKindOf } from "./tick_by_tick.ts";
import { DELAY_MS, isRefusal, type Venue } from "./venue.ts";

type Of<Kind> = Extract<TwsRequest, { kind: Kind }>;

const LIVE = 1;
const DELAYED = 3;
const DELAYED_FROZEN = 4;
/** Made-up name of the exchange's book, and IB's number for "snapshots at the usual price". */
const BOOK_NAME = "9c0001";
const SNAPSHOT_PERMISSIONS = 3;

/** Where one client's messages go, and how many lines and histories all clients have open. */
export interface StreamsOptions {
  readonly venue: Venue;
  send(fields: Fields): void;
  sendData(fields: Fields): void;
  refuse(id: number, refusal: Refusal): void;
  /** Instruments on a market-data line, of all clients. */
  linesInUse(): ReadonlySet<number>;
  /** Histories kept up to date, of all clients. */
  openHistories(): number;
  /** Tick-by-tick streams, of all clients. */
  tickByTicks(): number;
}

/** What one client has asked to be streamed, and its requests for history. */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #venue: Venue;
  readonly #bars = new Map<number, RealTimeBarStream>();
  readonly #lines = new Map<number, MarketDataLine>();
  readonly #indices = new Map<number, IndexLine>();
  readonly #histories = new Map<number, HistoryStream>();
  readonly #ticks = new Map<number, TickByTickStream>();
  /** Answers of history that come late. */
  readonly #late: { readonly due: number; readonly send: () => void }[] = [];
  /** As set by the client; applies to lines requested afterwards. */
  marketDataType = LIVE;

  constructor(options: StreamsOptions) {
    this.#options = options;
    this.#venue = options.venue;
  }

  /** Streams now open. */
  get count(): number {
    return this.#bars.size + this.#lines.size + this.#indices.size + this.#histories.size +
      this.#ticks.size;
  }

  get openHistories(): number {
    return this.#histories.size;
  }

  get tickByTicks(): number {
    return this.#ticks.size;
  }

  /** Instruments that take up a market-data line, by their ids. */
  *lineIds(): Generator<number> {
    for (const { contract } of this.#bars.values()) yield contract.conId;
    for (const { contract } of this.#lines.values()) yield contract.conId;
    for (const { conId } of this.#indices.values()) yield conId;
    for (const { contract } of this.#ticks.values()) yield contract.conId;
  }

  /** Ends every stream without a notice, as the venue does when it loses them. */
  clear(): void {
    this.#bars.clear();
    this.#lines.clear();
    this.#indices.clear();
    this.#histories.clear();
    this.#ticks.clear();
  }

  /** Ends the streams of market data with a notice to each. */
  endAll(refusal: Refusal): void {
    const ids = [
      ...this.#bars.keys(),
      ...this.#lines.keys(),
      ...this.#indices.keys(),
      ...this.#ticks.keys(),
    ];
    this.#bars.clear();
    this.#lines.clear();
    this.#indices.clear();
    this.#ticks.clear();
    for (const id of ids) this.#options.refuse(id, refusal);
  }

  /** Sends what fell due by `now`. */
  advance(now: number): void {
    while (this.#late[0] !== undefined && this.#late[0].due <= now) this.#late.shift()!.send();
    const isSilent = this.#venue.isDisconnected || this.#venue.troubles.isFarmDown(now);
    const send = isSilent ? () => {} : this.#options.sendData;
    for (const stream of this.#bars.values()) {
      for (const message of stream.advance(now)) send(message);
    }
    for (const stream of this.#histories.values()) {
      for (const message of stream.advance(now)) send(message);
    }
    for (const stream of this.#ticks.values()) {
      for (const message of stream.advance(now)) send(message);
    }
    if (isSilent) return;
    for (const line of [...this.#lines.values(), ...this.#indices.values()]) {
      for (const message of line.sample(now)) send(message);
    }
  }

  realTimeBars(request: Of<"realTimeBars">): void {
    const refused = this.#startBars(request);
    if (refused !== undefined) this.#options.refuse(request.id, refused);
  }

  #startBars(request: Of<"realTimeBars">): Refusal | undefined {
    const { id, regularHoursOnly } = request;
    const show = request.whatToShow.toUpperCase();
    if (this.#bars.has(id) || this.#lines.has(id)) return Refusals.repeatedId;
    const contract = this.#venue.resolve(request.contract);
    if (isRefusal(contract)) return contract;
    if (!isShown(show)) return Refusals.invalid(`Invalid data type: ${request.whatToShow}`);
    if (this.#venue.permissionOf(contract) !== "live") return Refusals.barsPermission(contract);
    const now = this.#venue.time.now();
    const taken = this.#venue.troubles.streamRefusal(now);
    if (taken !== undefined) return taken;
    if (!this.#hasLineFor(contract)) return Refusals.noLine;
    if (!this.#venue.pacing.admitRealTimeBars(now)) return this.#venue.paced(Refusals.barsPacing);
    const options = { show, regularHoursOnly, from: now };
    this.#bars.set(id, new RealTimeBarStream(id, contract, this.#venue.tape, options));
    return undefined;
  }

  cancelRealTimeBars(id: number): void {
    if (!this.#bars.delete(id)) this.#options.refuse(id, Refusals.unknownTickerId(id));
  }

  tickByTick(request: Of<"tickByTick">): void {
    const refused = this.#startTicks(request);
    if (refused !== undefined) this.#options.refuse(request.id, refused);
  }

  #startTicks({ id, contract: query, type }: Of<"tickByTick">): Refusal | undefined {
    if (this.#bars.has(id) || this.#lines.has(id) || this.#ticks.has(id)) {
      return Refusals.repeatedId;
    }
    const contract = this.#venue.resolve(query);
    if (isRefusal(contract)) return contract;
    const kind = tradeKindOf(type);
    if (kind === undefined) {
      return Refusals.invalid(`Tick-by-tick type is not served here: ${type}`);
    }
    if (this.#venue.permissionOf(contract) !== "live") {
      return Refusals.tickByTickPermission(contract);
    }
    const now = this.#venue.time.now();
    const taken = this.#venue.troubles.streamRefusal(now);
    if (taken !== undefined) return taken;
    if (!this.#hasLineFor(contract)) return Refusals.noLine;
    if (this.#options.tickByTicks() >= this.#venue.tickByTickLimit) {
      return Refusals.tooManyTickByTick;
    }
    if (!this.#venue.pacing.admitTickByTick(String(contract.conId), now)) {
      return this.#venue.paced(Refusals.tooManyTickByTick);
    }
    this.#ticks.set(id, new TickByTickStream(id, contract, this.#venue.tape, kind, now));
    return undefined;
  }

  cancelTickByTick(id: number): void {
    if (!this.#ticks.delete(id)) this.#options.refuse(id, Refusals.unknownTickerId(id));
  }

  marketData(request: Of<"marketData">): void {
    const refused = this.#startLine(request);
    if (refused !== undefined) this.#options.refuse(request.id, refused);
  }

  #startLine(request: Of<"marketData">): Refusal | undefined {
    const { id, contract: query, snapshot } = request;
    if (request.regulatorySnapshot) return Refusals.regulatorySnapshot;
    if (this.#bars.has(id) || this.#lines.has(id) || this.#indices.has(id)) {
      return Refusals.repeatedId;
    }
    if (query.secType === "IND") return this.#startIndex(request);
    const contract = this.#venue.resolve(query);
    if (isRefusal(contract)) return contract;
    const permission = this.#venue.permissionOf(contract);
    const wantsDelayed = this.marketDataType === DELAYED || this.marketDataType === DELAYED_FROZEN;
    if (permission === "none") return Refusals.notSubscribed;
    if (permission === "delayed" && !wantsDelayed) {
      return Refusals.delayedAvailable(contract);
    }
    const taken = this.#venue.troubles.streamRefusal(this.#venue.time.now());
    if (taken !== undefined) return taken;
    if (!this.#hasLineFor(contract)) return Refusals.noLine;
    const isDelayed = permission === "delayed";
    if (isDelayed) this.#options.refuse(id, Refusals.delayedShown);
    const { tickSize } = contract.listing;
    const parameters = [id, tickSize, BOOK_NAME, SNAPSHOT_PERMISSIONS];
    this.#options.send([TwsReplyId.TickRequestParameters, ...parameters]);
    this.#options.send([TwsReplyId.MarketDataType, 1, id, isDelayed ? DELAYED : LIVE]);
    const delayMs = isDelayed ? DELAY_MS : 0;
    const line = new MarketDataLine(id, contract, this.#venue.tape, {
      delayMs,
      sampleMs: this.#venue.options.sampleMs,
    });
    for (const message of line.sample(this.#venue.time.now())) this.#options.sendData(message);
    if (snapshot) this.#options.send([TwsReplyId.TickSnapshotEnd, 1, id]);
    else this.#lines.set(id, line);
    return undefined;
  }

  /** Starts an index. By default the account has delayed data only, as most accounts do. */
  #startIndex({ id, contract: query, snapshot }: Of<"marketData">): Refusal | undefined {
    if (!isListedIndex(query)) return Refusals.unknownContract;
    const permission = this.#venue.options.permissions?.[query.symbol] ?? "delayed";
    const wantsDelayed = this.marketDataType === DELAYED || this.marketDataType === DELAYED_FROZEN;
    if (permission === "none") return Refusals.notSubscribed;
    if (permission === "delayed" && !wantsDelayed) return Refusals.delayedNotEnabled;
    const taken = this.#venue.troubles.streamRefusal(this.#venue.time.now());
    if (taken !== undefined) return taken;
    const isDelayed = permission === "delayed";
    if (isDelayed) this.#options.refuse(id, Refusals.delayedShown);
    this.#options.send([TwsReplyId.MarketDataType, 1, id, isDelayed ? DELAYED : LIVE]);
    const { truth, time } = this.#venue;
    const line = new IndexLine(id, query.symbol, truth, isDelayed ? DELAY_MS : 0);
    for (const message of line.sample(time.now())) this.#options.sendData(message);
    if (snapshot) this.#options.send([TwsReplyId.TickSnapshotEnd, 1, id]);
    else this.#indices.set(id, line);
    return undefined;
  }

  cancelMarketData(id: number): void {
    if (!this.#lines.delete(id) && !this.#indices.delete(id)) {
      this.#options.refuse(id, Refusals.unknownTickerId(id));
    }
  }

  history(request: HistoryRequest): void {
    const refused = this.#serveHistory(request);
    if (refused !== undefined) this.#options.refuse(request.id, refused);
  }

  #serveHistory(request: HistoryRequest): Refusal | undefined {
    const { id, keepUpToDate, whatToShow } = request;
    if (this.#histories.has(id)) return Refusals.repeatedHistoryId;
    const contract = this.#venue.resolve(request.contract);
    if (isRefusal(contract)) return contract;
    const permission = this.#venue.permissionOf(contract);
    const isDelayed = permission === "delayed";
    if (permission === "none" || (isDelayed && keepUpToDate)) {
      return Refusals.historyPermission(contract);
    }
    const { troubles } = this.#venue;
    const now = this.#venue.time.now();
    if (this.#venue.isDisconnected || troubles.isHistoryDown(now)) {
      return Refusals.historyDisconnected;
    }
    if (troubles.isHistorySilent(now)) return undefined;
    const refusal = troubles.refusalOf("history", now);
    if (refusal !== undefined) return refusal;
    const complaint = troubles.nextComplaint();
    if (complaint === "pacing") return Refusals.historyPacing;
    if (complaint === "error") return Refusals.historyTrouble;
    if (complaint === "no-data") {
      return Refusals.historyNoData(contract, whatToShow);
    }
    const query = HistoryQuery.of(
      this.#venue.tape,
      request,
      contract,
      isDelayed ? now - DELAY_MS : now,
    );
    if (isRefusal(query)) return query;
    const isAdmitted = this.#venue.pacing.admitHistorical({
      key: query.key,
      contract: `${contract.conId}|${whatToShow}`,
      stepMs: query.stepMs,
      isBidAsk: whatToShow === "BID_ASK",
    }, now);
    const isFull = this.#options.openHistories() >= Limits.openHistorical;
    if (!isAdmitted || isFull) return this.#venue.paced(Refusals.historyPacing);
    const bars = query.bars();
    if (bars.length === 0) return Refusals.historyNoData(contract, whatToShow);
    const served = this.#cut(bars);
    this.#venue.onHistory?.({
      symbol: contract.listing.symbol,
      openTimes: served.map(({ openTime }) => openTime),
    });
    this.#answer(query.reply(served), now);
    if (keepUpToDate) {
      this.#histories.set(id, new HistoryStream(query, this.#venue.tape, bars.at(-1)));
    }
    return undefined;
  }

  /** The first half, while answers are to be cut short. */
  #cut(bars: readonly SimulatedBar[]): readonly SimulatedBar[] {
    const { troubles } = this.#venue;
    if (troubles.answersToCut === 0) return bars;
    troubles.answersToCut--;
    return bars.slice(0, Math.ceil(bars.length / 2));
  }

  #answer(fields: Fields, now: number): void {
    const slowMs = this.#venue.troubles.slowBy(now);
    const send = () => this.#options.send(fields);
    if (slowMs === 0) return send();
    this.#late.push({ due: now + slowMs, send });
    this.#late.sort((a, b) => a.due - b.due);
  }

  cancelHistory(id: number): void {
    const isOpen = this.#histories.delete(id);
    const text = isOpen ? Refusals.historyCancelled(id) : Refusals.unknownHistoryId(id);
    this.#options.refuse(id, text);
  }

  #hasLineFor({ conId }: Contract): boolean {
    const inUse = this.#options.linesInUse();
    return inUse.has(conId) || inUse.size < Limits.lines;
  }
}
