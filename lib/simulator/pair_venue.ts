import { SECOND } from "../model/time.ts";
import { sleep } from "../runtime/clock.ts";
import type { HttpAnswer, HttpRequest } from "../runtime/http_server.ts";
import { COMMON_FAULTS } from "./common_faults.ts";
import type { FaultAction, FaultKind } from "./fault.ts";
import { type PairPush, spoilt } from "./pair_stream.ts";
import { TopicHub } from "./topic_hub.ts";
import { type Halt, TradeBook } from "./trade_book.ts";
import type { TradeView } from "./trade_pages.ts";
import { Troubles } from "./troubles.ts";
import type { VenueSocket } from "./venue_socket.ts";
import { type WebConnection, WebVenue, type WebVenueOptions } from "./web_venue.ts";

/** What can strike every venue of pairs. */
export const PAIR_FAULTS: readonly FaultKind[] = [
  ...COMMON_FAULTS,
  "dead-streams",
  "duplicate",
  "shuffle",
  "silence",
  "mute",
  "lose-trades",
  "rest-error",
  "rest-slow",
  "rest-lag",
  "rest-short",
];

/** What a venue of pairs has seen of its clients. */
export interface PairStats {
  readonly connections: number;
  readonly restCalls: number;
  /** Which limits were broken, in order; the first hundred. */
  readonly violations: readonly string[];
  /** When nothing was let trade, by what has struck the venue. */
  readonly halts: readonly Halt[];
}

/** A request that faults let through. */
export interface PairView extends TradeView {
  readonly book: TradeBook;
  readonly request: HttpRequest;
  /** Venue time; market data may lag behind it. */
  readonly serverTime: number;
}

const MOST_VIOLATIONS = 100;
/** Longest stretch of local time spent on making events, or on an answer, before others may run. */
const PUMP_MS = 50;
const SLICE_MS = 20;

/** The server of a venue that lists pairs of assets: its trades, its streams by topic, and what can go wrong. */
export abstract class PairVenue<
  Connection extends WebConnection & { deliver(event: PairPush): void },
> extends WebVenue<Connection> {
  protected readonly book: TradeBook;
  protected readonly hub: TopicHub<PairPush>;
  protected readonly troubles = new Troubles<PairPush>();
  readonly #options: WebVenueOptions;
  readonly #violations: string[] = [];
  #connections = 0;
  #restCalls = 0;
  #toLose = 0;
  #failure = { status: 500, left: 0, retryAfterSeconds: 0 };

  constructor(venue: string, options: WebVenueOptions) {
    super(options);
    this.#options = options;
    this.book = new TradeBook(options.truth, venue);
    this.hub = new TopicHub((topic, after, upTo) => this.eventsOf(topic, after, upTo));
  }

  stats(): PairStats {
    return {
      connections: this.#connections,
      restCalls: this.#restCalls,
      violations: [...this.#violations],
      halts: [...this.book.halts],
    };
  }

  /** A client has broken a rule of the venue. */
  violated(rule: string): void {
    if (this.#violations.length < MOST_VIOLATIONS) this.#violations.push(rule);
  }

  /** What a topic says in `(after, upTo]`, in order. */
  protected abstract eventsOf(topic: string, after: number, upTo: number): PairPush[];

  /** The answer to a request that is within the limits. */
  protected abstract rest(view: PairView): HttpAnswer | Promise<HttpAnswer>;

  /** The refusal of a request beyond the limits of the venue, or while it serves nobody; undefined when it is within. */
  protected abstract refusal(now: number): HttpAnswer | undefined;

  /** How the venue says that it has trouble of its own. */
  protected abstract failure(status: number): HttpAnswer;

  /** What the topics of trades begin with. */
  protected abstract readonly tradeTopics: string;

  /** Rows of minutes in an answer, some of which are to be left out: half of them. */
  protected cut<Row>(rows: readonly Row[]): readonly Row[] {
    if (this.troubles.answersToCut === 0) return rows;
    this.troubles.answersToCut--;
    return rows.slice(0, Math.floor(rows.length / 2));
  }

  /** Tells whoever looks which minutes an answer had. */
  protected served(symbol: string, openTimes: readonly number[]): void {
    this.#options.onHistory?.({ symbol, openTimes });
  }

  protected countConnection(): void {
    this.#connections++;
  }

  protected override strikeOwn(action: FaultAction, now: number): void {
    const { troubles, hub } = this;
    switch (action.kind) {
      case "dead-streams":
        return hub.forgetAll();
      case "duplicate":
        return troubles.order.repeat(action.count);
      case "shuffle":
        return troubles.order.shuffle(action.count);
      case "silence":
        return troubles.silence(now + action.durationMs);
      case "mute":
        return troubles.mute(hub.firstTopic(this.tradeTopics), now + action.durationMs);
      case "lose-trades":
        this.#toLose += action.count;
        return;
      case "rest-error":
        this.#failure = {
          status: action.status,
          left: action.count,
          retryAfterSeconds: Math.ceil(action.retryAfterMs / SECOND),
        };
        return;
      case "rest-slow":
        return troubles.slowRest(action.delayMs, now + action.durationMs);
      case "rest-lag":
        return troubles.lagRest(action.delayMs, now + action.durationMs);
      case "rest-short":
        troubles.answersToCut = action.count;
        return;
      default:
        throw new RangeError(`a fault of ${this.venue} must be of its kinds, got ${action.kind}`);
    }
  }

  protected async answer(request: HttpRequest): Promise<HttpAnswer> {
    this.#restCalls++;
    const answer = await this.#answerNow(request);
    const slowMs = this.troubles.slowBy(this.time.now());
    if (slowMs > 0) await sleep(this.clock, slowMs / this.time.speed, this.closing);
    return answer;
  }

  protected publish(after: number, upTo: number): number {
    const began = this.clock.monotonic();
    let sentUntil = after;
    for (const event of this.hub.events(after, upTo)) {
      // A long stretch is sent over several ticks; only between two times, so that none is split.
      if (event.time > sentUntil && this.clock.monotonic() - began > PUMP_MS) return sentUntil;
      sentUntil = event.time;
      if (this.troubles.isSilent(event) || this.#isLost(event)) continue;
      const damage = this.link.nextDamage();
      if (damage !== undefined) event.text = spoilt(event.text, damage);
      for (const each of this.troubles.order.pass(event)) this.hub.publish(each);
    }
    return upTo;
  }

  /** Sends what belongs to a time to one client. */
  sendTo(socket: VenueSocket, time: number, text: string): void {
    this.link.send(time, true, () => socket.send(text));
  }

  async #answerNow(request: HttpRequest): Promise<HttpAnswer> {
    const now = this.time.now();
    const refusal = this.refusal(now);
    if (refusal !== undefined) return refusal;
    if (this.#failure.left > 0) {
      this.#failure.left--;
      const { status, retryAfterSeconds } = this.#failure;
      const answer = this.failure(status);
      const headers = { ...answer.headers, "Retry-After": String(retryAfterSeconds) };
      return { ...answer, headers };
    }
    let began = this.clock.monotonic();
    return await this.rest({
      request,
      book: this.book,
      serverTime: now,
      now: now - this.troubles.lagBy(now),
      breathe: () => {
        if (this.clock.monotonic() - began < SLICE_MS) return;
        return sleep(this.clock, 0).then(() => void (began = this.clock.monotonic()));
      },
    });
  }

  #isLost({ isTrade }: PairPush): boolean {
    if (!isTrade || this.#toLose === 0) return false;
    this.#toLose--;
    return true;
  }
}
