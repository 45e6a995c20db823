import type { MarketError } from "../../model/errors.ts";
import { floorTo, MINUTE, SECOND } from "../../model/time.ts";
import type { StreamState } from "../feed.ts";
import { BarIntake } from "./bar_intake.ts";
import { ContractFollower, type ContractRule } from "./contract_follower.ts";
import type { FrontContract } from "./contracts.ts";
import type { FollowedFuture } from "./followed_future.ts";
import type { GatewayEvent } from "./gateway.ts";
import { Healer } from "./healer.ts";
import { HoursWatch, mayBeClosed } from "./hours_watch.ts";
import { Liveness } from "./liveness.ts";
import { NextMonth } from "./next_month.ts";
import { RefusalJudge } from "./refusal_judge.ts";
import type { Requests, RequestScope } from "./requests.ts";
import type { SessionTools } from "./session_tools.ts";
import type { StreamRecord } from "./stream_record.ts";
import { StreamRefusals } from "./stream_refusals.ts";
import { Subscription } from "./subscription.ts";
import { TickIntake } from "./tick_intake.ts";
import { TradeStream } from "./trade_stream.ts";

/** After its end a minute is given this long to close by itself before history is asked. */
const GRACE_MS = 5 * SECOND;
const GRACE_FLOOR_MS = 200;
export interface FutureStreamOptions {
  readonly tools: SessionTools & { readonly requests: Pick<Requests, "scope"> };
  readonly future: FollowedFuture;
  readonly rule: ContractRule;
  readonly isDelayed: boolean;
  /** Delayed data takes the place of live data that is not permitted. @default false */
  readonly acceptsDelayed?: boolean;
  /** Its state may have changed. */
  readonly onChange: () => void;
  /** It failed for good. */
  readonly onFailed: (error: MarketError) => void;
}

/**
 * One future on one connection: streams five-second bars of the contract in front, has lost minutes healed,
 * notices when the stream dies, and moves on at the roll. Driven by {@link tick}. A future that fails for
 * good says so and leaves the others alone.
 */
export class FutureStream {
  readonly record: StreamRecord;
  readonly #options: FutureStreamOptions;
  readonly #tools: SessionTools;
  readonly #requests: RequestScope;
  readonly #follower: ContractFollower;
  readonly #healer: Healer;
  readonly #liveness: Liveness;
  readonly #hours: HoursWatch;
  readonly #refusals: StreamRefusals;
  #subscription: Subscription;
  readonly #ticks: TickIntake;
  readonly #next: NextMonth;
  /** Undefined where single trades are not wanted, and in delayed mode. */
  readonly #trades: TradeStream | undefined;
  #front: FrontContract | undefined;
  #bars: BarIntake | undefined;
  #hasData = false;
  #isCutOff = false;
  #lastBar: number | undefined;

  constructor(options: FutureStreamOptions) {
    const { future: { product, record }, rule, isDelayed } = options;
    const { exchange } = product;
    const requests = options.tools.requests.scope();
    const tools = { ...options.tools, requests };
    this.record = record;
    record.rest();
    this.#options = options;
    this.#requests = requests;
    this.#tools = tools;
    const onFailure = (error: MarketError) => this.fail(error);
    const judge = new RefusalJudge(tools, record, exchange, {
      acceptsDelayed: options.acceptsDelayed ?? false,
    });
    this.#follower = new ContractFollower({
      tools,
      record,
      judge,
      product,
      rule,
      onListed: () => this.tick(),
      onRefused: (error) => {
        if (!this.isSubscribed) this.#becomeStale(error.message);
      },
      onFailure,
    });
    this.#healer = new Healer({ tools, record, judge, isDelayed, onFailure });
    this.#hours = new HoursWatch({ tools, record, setState: (state) => this.#setState(state) });
    this.#liveness = new Liveness({
      tools,
      instrument: record.instrument,
      isDelayed,
      healer: this.#healer,
      onSilent: (since, silentMs) => this.#silent(since, silentMs),
      onUnknown: (silentMs) => this.#hours.silent(silentMs),
    });
    this.#subscription = new Subscription(tools, isDelayed);
    this.#refusals = new StreamRefusals({
      tools,
      judge,
      book: record.refusals,
      isDelayed,
      subscription: () => this.#subscription,
      onEnded: (reason) => this.resubscribe(reason),
      onDoubt: (reason) => this.suspect(reason),
      onRefused: (reason) => this.#becomeStale(reason),
      onFailed: (error) => this.fail(error),
    });
    this.#ticks = new TickIntake(tools, record);
    this.#next = new NextMonth(tools, product.root);
    if (record.trades !== undefined && isDelayed) {
      record.trades.refusal = "five-second bars only: delayed data has no single trades";
    } else if (record.trades !== undefined) {
      this.#trades = new TradeStream(tools, product.root, record.trades);
    }
    record.next = undefined;
  }

  get isFailed(): boolean {
    return this.record.state === "failed";
  }

  get isSubscribed(): boolean {
    return this.#subscription.id !== undefined;
  }

  /** True while TWS is known to be cut off from IBKR and no bar has proved otherwise. */
  get isCutOff(): boolean {
    return this.#isCutOff;
  }

  /** True when it delivers and what had been missed is backfilled, or when its market may be closed. */
  get isReady(): boolean {
    const delivers = this.#hasData || this.#options.isDelayed;
    return this.#healer.isBackfilled && (delivers || mayBeClosed(this.record.state));
  }

  /** True for the request ids of its streams. */
  owns(id: number): boolean {
    return this.#subscription.id === id || this.#next.owns(id) || this.#trades?.owns(id) === true;
  }

  /** Does whatever is due. */
  tick(): void {
    if (this.isFailed) return;
    const { knownHours } = this.#options.future.product;
    this.#refusals.tick(this.#follower.schedule?.calendar ?? knownHours, this.#isCutOff);
    if (this.isFailed || this.#isCutOff) return;
    const front = this.#follower.tick();
    if (front === undefined || this.isFailed) return;
    if (front.future.contractId !== this.#front?.future.contractId) this.#switchTo(front);
    this.#subscribe(front);
    this.#followNext(front);
    this.#trades?.follow(front.future);
    this.#hours.tick(this.#follower.schedule?.calendar, this.isSubscribed, this.#liveness);
    this.#heal();
  }

  /** Takes an event of its stream. */
  take(event: GatewayEvent): void {
    if (this.isFailed) return;
    if ("id" in event && this.#next.owns(event.id)) {
      this.#next.take(event);
      this.record.next = this.#next.newest;
      return;
    }
    if (event.kind === "bar" && this.#bars?.take(event.bar)) {
      this.#refusals.flowed();
      this.#received(event.bar.time);
      this.#next.tookFront(event.bar.time, event.bar.volume);
      this.#trades?.barTraded(event.bar.volume);
    }
    if (event.kind === "trade") this.#trades?.take(event.trade);
    if (event.kind === "tick") {
      this.#refusals.flowed();
      this.#received(this.#tools.venueClock.estimate());
      this.#ticks.tick(event.field, event.value);
    }
    if (event.kind === "data-type") this.#ticks.dataType(event.type);
  }

  /** Takes an error about its stream. */
  refused(id: number, code: number, text: string): void {
    if (this.#next.owns(id)) return this.#next.refused(code, text);
    if (this.#trades?.owns(id)) return this.#trades.refused(code, text);
    this.#refusals.refused(code, text);
  }

  /** TWS is cut off from IBKR: nothing can come, and nothing is to be asked. */
  cutOff(reason: string): void {
    this.#isCutOff = true;
    this.#refusals.pause();
    this.#becomeStale(reason);
  }

  /** Upstream is back; the stream must prove itself. */
  verify(): void {
    this.#isCutOff = false;
    const isOpen = this.#follower.schedule?.calendar.isOpen(this.#tools.venueClock.estimate());
    // A closed market proves nothing, and a stream found dead at the open has lost the first minute.
    if (isOpen === false) return this.resubscribe("upstream is back, and the market is closed");
    this.#liveness.verify();
    this.#healer.hurry();
  }

  /** Something upstream broke, perhaps not ours; a bar clears it. */
  suspect(reason: string): void {
    this.#becomeStale(reason);
    this.#liveness.verify();
  }

  /** Asks for the stream anew, with a fresh id, and heals. */
  resubscribe(reason: string): void {
    this.#isCutOff = false;
    if (this.isFailed || this.#front === undefined) return;
    this.#becomeStale(reason);
    this.#subscription.close();
    this.record.resubscribes++;
    this.#next.reopen();
    this.#trades?.reopen();
    this.#liveness.askedAgain();
    this.#subscribe(this.#front);
    this.#healer.hurry();
  }

  /** Asks history for what is missing without further waiting. */
  heal(): void {
    this.#healer.hurry();
  }

  /** Gives the instrument up until the next connection. */
  fail(error: MarketError): void {
    if (this.isFailed) return;
    this.#subscription.close();
    this.#next.close();
    this.#trades?.close();
    this.#healer.stop();
    this.record.next = undefined;
    this.record.error = error;
    this.record.state = "failed";
    this.#options.onFailed(error);
  }

  /** Nobody wants it any more: takes back on the wire what was asked for. */
  close(): void {
    this.#subscription.close();
    this.#next.close();
    this.#trades?.close();
    this.#requests.end();
  }

  /** The connection is over. @param reason why, for the gap that follows. */
  end(reason: string): void {
    this.record.trouble = reason;
    if (!this.isFailed) this.record.rest();
  }

  #setState(state: StreamState): void {
    if (this.record.state === state) return;
    this.record.state = state;
    if (state === "live") this.record.error = undefined;
    this.#options.onChange();
  }

  #becomeStale(reason: string): void {
    if (this.isFailed) return;
    this.record.trouble = reason;
    this.#setState("stale");
  }

  #switchTo(front: FrontContract): void {
    const { record } = this;
    this.#subscription.close();
    const streaming = this.#next.handOver(front);
    if (streaming !== undefined) this.#subscription = streaming;
    this.#refusals.asked({ flows: streaming !== undefined });
    // It stood by for days, perhaps over a weekend: it has to prove that it lives.
    if (streaming !== undefined) this.#liveness.verify();
    this.#front = front;
    record.contract = front.future.localSymbol;
    this.#ticks.reset();
    this.#bars = new BarIntake({ tools: this.#tools, record, front });
  }

  /** The next month is live or nothing: beside delayed data there is none. */
  #followNext(front: FrontContract): void {
    const { schedule } = this.#follower;
    if (schedule === undefined) return;
    if (this.record.isDelayed) this.#next.close();
    else this.#next.follow(schedule, front);
    this.record.next = this.#next.newest;
  }

  #subscribe({ future }: FrontContract): void {
    if (!this.#subscription.open(future)) return;
    this.#refusals.asked({ flows: false });
    this.#liveness.pause();
    this.#options.onChange();
  }

  #received(time: number): void {
    this.record.lastEventAt = this.#tools.context.clock.monotonic();
    this.#liveness.received();
    this.#isCutOff = false;
    this.#hasData = true;
    if (!this.#options.isDelayed) this.record.writer.expectAfter(time);
    this.#setState("live");
  }

  #silent(since: number, silentMs: number): void {
    if (!this.#options.isDelayed) this.record.writer.expectAfter(since);
    this.resubscribe(`no bars for ${Math.round(silentMs / SECOND)} s in an open market`);
  }

  #heal(): void {
    const { record } = this;
    const { schedule } = this.#follower;
    const { venueClock, pace, context } = this.#tools;
    if (schedule === undefined) return;
    const passed = venueClock.atLeast();
    const until = floorTo(passed - pace(GRACE_MS, GRACE_FLOOR_MS) * context.speed, MINUTE);
    const { writer } = this.record;
    writer.ledger.advance(passed);
    this.record.expect(schedule.published);
    // What is missing while nobody knows whether the market trades is reported once it is known to have traded.
    if (this.record.state !== "unknown") this.record.reportGaps(until, schedule.calendar);
    this.#healer.tick(schedule, until);
    record.wanted = this.#healer.wanted;
    // In delayed mode the minutes come from history, and show that the venue delivers.
    if (this.#options.isDelayed && writer.lastBar !== this.#lastBar) {
      record.refusals.delivered("history");
      this.#received(passed);
    }
    this.#lastBar = writer.lastBar;
    this.#options.onChange();
  }
}
