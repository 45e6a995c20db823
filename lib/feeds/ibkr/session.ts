import { MarketError } from "../../model/errors.ts";
import { SECOND } from "../../model/time.ts";
import type { Timer } from "../../runtime/clock.ts";
import { twsCode } from "../../wire/tws_codes.ts";
import type { FeedContext } from "../feed.ts";
import type { Pace } from "../pace.ts";
import type { Attempt } from "../supervisor.ts";
import { impossibleTime, jumpedTime } from "../time_faults.ts";
import type { VenueClock } from "../venue_clock.ts";
import type { ClientIds } from "./client_ids.ts";
import { ClockProbe } from "./clock_probe.ts";
import {
  clientIdInUse,
  halfOpen,
  portMoved,
  unreadable,
  upstreamDown,
} from "./connection_failures.ts";
import type { FutureStream } from "./future_stream.ts";
import type { Gateway, GatewayEvent, MarketDataTypeNumber, OpenGateway } from "./gateway.ts";
import { Handshake } from "./handshake.ts";
import { IndexGroup } from "./index_group.ts";
import type { CompetingSession } from "./competing_session.ts";
import type { IndexRecord } from "./index_record.ts";
import type { HistoryBudget } from "./history_budget.ts";
import { isNightlyReset, type UpstreamOutage } from "./nightly_reset.ts";
import { type IbkrOptions, typeNumberOf } from "./options.ts";
import { Requests } from "./requests.ts";
import type { SessionTools } from "./session_tools.ts";
import { StreamGroup } from "./stream_group.ts";
import type { FollowedFuture } from "./followed_future.ts";
import { TroubleWatch } from "./trouble_watch.ts";

/** What outlives a session. */
export interface SessionParts {
  readonly context: FeedContext;
  readonly options: IbkrOptions;
  readonly open: OpenGateway;
  readonly pace: Pace;
  readonly venueClock: VenueClock;
  readonly budget: HistoryBudget;
  readonly competing: CompetingSession;
  readonly clientIds: ClientIds;
  readonly outage: UpstreamOutage;
  readonly freshId: () => number;
  /** What is to be streamed now. */
  readonly followed: () => Iterable<FollowedFuture>;
  readonly followedIndices: () => Iterable<IndexRecord>;
  /** Called with the names of the accounts that the user logged in with. */
  readonly onAccounts: (accounts: readonly string[]) => void;
  /** Called for each message that could not be read. */
  readonly onUnreadable: () => void;
}

/** Request id of notices that concern no request. */
const NO_REQUEST = -1;
const TICK_MS = SECOND;
const TICK_FLOOR_MS = 50;
/** Answers in a row that cannot be a time, which end the connection. */
const MAX_IMPOSSIBLE = 3;

/**
 * One connection to TWS or IB Gateway, from connecting to its end: handshake, venue time, streams, liveness.
 * Nothing is sent before the peer is ready, and nothing of it survives: the next attempt begins afresh.
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #attempt: Attempt;
  readonly #clientId: number;
  readonly #ended = Promise.withResolvers<never>();
  readonly #handshake: Handshake;
  readonly #trouble: TroubleWatch;
  #gateway: Gateway | undefined;
  #requests: Requests | undefined;
  #probe: ClockProbe | undefined;
  #streams: StreamGroup | undefined;
  #indices: IndexGroup | undefined;
  /** As last asked for: what market-data requests rest on. */
  #dataType: MarketDataTypeNumber;
  #timer: Timer | undefined;
  /** Of the venue's clock, as the streams began. */
  #era = 0;
  /** Answers in a row that cannot be a time. */
  #impossible = 0;
  #isOver = false;

  constructor(parts: SessionParts, attempt: Attempt) {
    const { options: { host, port }, context: { clock } } = parts;
    this.#parts = parts;
    this.#attempt = attempt;
    this.#clientId = parts.clientIds.current(clock.monotonic());
    this.#trouble = new TroubleWatch(clock, parts.pace);
    this.#dataType = typeNumberOf(parts.options.marketDataType);
    this.#handshake = new Handshake({
      endpoint: { host, port },
      clock,
      onTimeout: (error) => this.#end(error),
    });
  }

  /** Runs until the connection ends. @throws {MarketError} why; or the signal's reason. */
  async run(): Promise<never> {
    const { options: { host, port }, context: { clock } } = this.#parts;
    const { signal } = this.#attempt;
    const onAbort = () => this.#end(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      if (signal.aborted) throw signal.reason;
      this.#gateway = this.#parts.open(
        { host, port, clientId: this.#clientId, clock },
        (event) => this.#guarded(() => this.#onEvent(event)),
      );
      return await this.#ended.promise;
    } finally {
      this.#isOver = true;
      signal.removeEventListener("abort", onAbort);
      this.#handshake.end();
      this.#timer?.cancel();
      this.#requests?.end();
      await this.#gateway?.close();
    }
  }

  #end(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    const reason = error instanceof MarketError
      ? `the connection ended (${error.code})`
      : "stopped";
    this.#streams?.end(reason);
    this.#indices?.end();
    this.#ended.reject(error);
  }

  /** A defect in handling an event must end the session, not vanish in the socket's callback. */
  #guarded(act: () => void): void {
    if (this.#isOver) return;
    try {
      act();
    } catch (error) {
      this.#end(error);
    }
  }

  #onEvent(event: GatewayEvent): void {
    if (event.kind === "closed") return this.#end(this.#handshake.failure(event.cause));
    this.#probe?.received();
    if (event.kind === "opened") this.#attempt.report({ kind: "opened" });
    if (event.kind === "accounts") this.#parts.onAccounts(event.accounts);
    if (event.kind === "notice") return this.#onNotice(event.id, event.code, event.text);
    if (this.#handshake.stage !== "ready") {
      if (this.#handshake.take(event)) this.#onReady();
      return;
    }
    if (event.kind === "time") return this.#onTime(event.time);
    if (this.#requests?.take(event) || !("id" in event)) return;
    this.#streams?.owner(event.id)?.take(event);
    this.#indices?.owner(event.id)?.take(event);
  }

  #onReady(): void {
    const { context: { clock, log }, options, pace, venueClock, freshId } = this.#parts;
    const gateway = this.#gateway;
    if (gateway === undefined) throw new Error("a gateway must not answer while it is being made");
    this.#attempt.report({ kind: "accepted" });
    log.info("IBKR accepted the connection", {
      clientId: this.#clientId,
      version: this.#handshake.version,
    });
    this.#requests = new Requests({ gateway, clock, freshId });
    this.#probe = new ClockProbe({ clock, pace, venueClock, ask: () => gateway.currentTime() });
    gateway.marketDataType(typeNumberOf(options.marketDataType));
    this.#tick();
  }

  #tick(): void {
    this.#guarded(() => {
      const { context: { clock }, options, pace } = this.#parts;
      const overdueMs = this.#probe?.tick();
      if (overdueMs !== undefined) return this.#end(halfOpen(options, overdueMs));
      this.#checkCutOff();
      this.#streams?.tick();
      if (this.#isOver) return;
      this.#indices?.tick();
      this.#timer = clock.setTimer(() => this.#tick(), pace(TICK_MS, TICK_FLOOR_MS));
    });
  }

  #onTime(time: number): void {
    const { venueClock, context: { clock, emit }, followed } = this.#parts;
    const verdict = this.#probe?.answered(time);
    if (verdict === undefined) return;
    this.#impossible = verdict === "impossible" ? this.#impossible + 1 : 0;
    if (this.#impossible >= MAX_IMPOSSIBLE) return this.#end(impossibleTime("ibkr"));
    if (this.#streams !== undefined && venueClock.era !== this.#era) {
      return this.#end(jumpedTime("ibkr", venueClock.estimate()));
    }
    if (!venueClock.isKnown) return;
    emit({
      kind: "clock",
      venue: "ibkr",
      offsetMs: venueClock.offsetMs(),
      uncertaintyMs: venueClock.uncertaintyMs(),
      receivedAt: clock.now(),
    });
    if (this.#streams !== undefined || !this.#gateway || !this.#requests) return;
    // The answers contradict what was known: the next ones decide.
    if (verdict !== "taken") return;
    this.#era = venueClock.era;
    this.#streams = this.#makeStreams(this.#gateway, this.#requests);
    for (const future of followed()) this.follow(future);
    for (const index of this.#parts.followedIndices()) this.#indices?.add(index);
    this.#streams.tick();
  }

  /** Streams one more future, as soon as the connection is ready for streams. */
  follow(future: FollowedFuture): void {
    const { venueClock, context: { backfillMs } } = this.#parts;
    if (this.#streams === undefined || this.#isOver) return;
    const now = venueClock.atLeast();
    future.record.writer.begin({ from: now - backfillMs, now, era: this.#era });
    this.#streams.add(future);
  }

  /** Leaves nothing of a root's stream on the wire, and nothing that waits for an answer. */
  unfollow(root: string): void {
    if (this.#isOver) return;
    this.#streams?.remove(root);
    this.#indices?.remove(root);
  }

  #makeStreams(gateway: Gateway, requests: Requests): StreamGroup {
    const { options, outage, context, pace, venueClock, budget, competing, freshId } = this.#parts;
    const tools: SessionTools & { readonly requests: Requests } = {
      context,
      pace,
      venueClock,
      budget,
      competing,
      gateway,
      requests,
      freshId,
      guarded: (act) => this.#guarded(act),
      end: (error) => this.#end(error),
    };
    this.#indices = new IndexGroup(tools, () => this.#dataType);
    return new StreamGroup({
      tools: { ...tools, gateway: this.#rememberingType(gateway) },
      options,
      attempt: this.#attempt,
      onDelivers: () => outage.end(),
    });
  }

  /** The gateway, noting which type of market data the streams have asked for. */
  #rememberingType(gateway: Gateway): Gateway {
    return {
      marketDataType: (type) => {
        this.#dataType = type;
        gateway.marketDataType(type);
      },
      currentTime: () => gateway.currentTime(),
      futures: (id, query) => gateway.futures(id, query),
      history: (id, request) => gateway.history(id, request),
      cancelHistory: (id) => gateway.cancelHistory(id),
      bars: (id, future) => gateway.bars(id, future),
      cancelBars: (id) => gateway.cancelBars(id),
      ticks: (id, future) => gateway.ticks(id, future),
      indexTicks: (id, index) => gateway.indexTicks(id, index),
      cancelTicks: (id) => gateway.cancelTicks(id),
      snapshot: (id, of) => gateway.snapshot(id, of),
      trades: (id, future) => gateway.trades(id, future),
      cancelTrades: (id) => gateway.cancelTrades(id),
      close: () => gateway.close(),
    };
  }

  #onNotice(id: number, code: number, text: string): void {
    const { action, explanation } = twsCode(code);
    if (this.#requests?.has(id)) {
      if (action === "note" || action === "ignore") return this.#note(code, text, explanation);
      if (action === "advisory") {
        this.#note(code, text, explanation);
        return this.#requests.advise(id, code, text);
      }
      this.#requests.refuse(id, code, text);
      return;
    }
    const stream = this.#streams?.owner(id);
    if (stream !== undefined) return stream.refused(id, code, text);
    const index = this.#indices?.owner(id);
    if (index !== undefined) return index.refused(code, text);
    // A late notice about a stream given up says nothing about its successor.
    if (id === NO_REQUEST) this.#onSystemNotice(code, text);
    else this.#note(code, text, explanation);
  }

  /** A notice about the connection as a whole. */
  #onSystemNotice(code: number, text: string): void {
    const { options, clientIds, outage, venueClock, context: { clock } } = this.#parts;
    const { action, explanation } = twsCode(code);
    const each = (act: (stream: FutureStream) => void) => this.#streams?.each(act);
    let nextId: number;
    this.#note(code, text, explanation);
    switch (action) {
      case "client-id":
        nextId = clientIds.inUse(this.#clientId, clock.monotonic());
        this.#end(clientIdInUse(options, this.#clientId, nextId));
        break;
      case "port-moved":
        this.#end(portMoved(options, text));
        break;
      case "stale":
        this.#trouble.cutOff();
        outage.begin(venueClock.estimate());
        each((stream) => stream.cutOff(`${explanation} (code ${code})`));
        this.#indices?.doubt();
        break;
      case "suspect":
        each((stream) => stream.suspect(`${explanation} (code ${code})`));
        this.#indices?.doubt();
        break;
      case "verify":
        this.#trouble.restored();
        each((stream) => stream.verify());
        this.#indices?.verify();
        break;
      case "resubscribe":
        this.#trouble.restored();
        each((stream) => stream.resubscribe(`${explanation} (code ${code})`));
        this.#indices?.resubscribe();
        break;
      case "heal":
        each((stream) => stream.heal());
        break;
      case "decode":
        this.#onUnreadable();
        break;
    }
  }

  #onUnreadable(): void {
    this.#parts.onUnreadable();
    const count = this.#trouble.unreadable();
    if (count !== undefined) this.#end(unreadable(count));
  }

  #checkCutOff(): void {
    if (this.#streams?.isCutOff === false) this.#trouble.restored();
    const cutOffMs = this.#trouble.cutOffTooLongMs();
    if (cutOffMs === undefined) return;
    const { outage, venueClock, context: { speed } } = this.#parts;
    const now = venueClock.estimate();
    const downMs = outage.lastsMs(now);
    const isReset = isNightlyReset(now);
    this.#end(upstreamDown(Number.isNaN(downMs) ? cutOffMs * speed : downMs, isReset));
  }

  #note(code: number, text: string, explanation: string): void {
    this.#parts.context.log.info(`IBKR: ${explanation}`, { code, text });
  }
}
