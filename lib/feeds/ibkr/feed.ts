import { type Product, productOf } from "../../calendar/products.ts";
import { MarketError } from "../../model/errors.ts";
import type { Instrument } from "../../model/instrument.ts";
import { connectTcp } from "../../runtime/tcp_socket.ts";
import type { AccountKind, Feed, FeedContext, FeedSnapshot } from "../feed.ts";
import { inQueue } from "../backlog.ts";
import { paceOf } from "../pace.ts";
import { Supervisor } from "../supervisor.ts";
import { VenueClock } from "../venue_clock.ts";
import { passingAfterData } from "./connection_failures.ts";
import { ClientIds } from "./client_ids.ts";
import { CompetingSession } from "./competing_session.ts";
import { HistoryBudget } from "./history_budget.ts";
import type { FollowedFuture } from "./followed_future.ts";
import { IndexRecord } from "./index_record.ts";
import { indexInstrument, instrumentOf } from "./instruments.ts";
import { UpstreamOutage } from "./nightly_reset.ts";
import { assertIbkrOptions, type IbkrOptions } from "./options.ts";
import { Session } from "./session.ts";
import { stoqeyGatewayOver } from "./stoqey_gateway.ts";
import { StreamRecord } from "./stream_record.ts";

export type { IbkrOptions } from "./options.ts";

/**
 * Futures from Interactive Brokers, through TWS or IB Gateway: minutes closed from five-second bars, the
 * front month followed over its roll, whatever was lost healed from history.
 *
 * @param context where minutes and events go, and the clock; `ledgers` must hold one ledger a future.
 * @returns the feed, not started.
 * @throws RangeError when an option is wrong.
 */
export function createIbkrFeed(context: FeedContext, options: IbkrOptions): Feed {
  assertIbkrOptions(options);
  return new IbkrFeed(context, options);
}

class IbkrFeed implements Feed {
  readonly venue = "ibkr" as const;
  readonly #context: FeedContext;
  readonly #venueClock: VenueClock;
  readonly #followed = new Map<string, FollowedFuture>();
  readonly #indices = new Map<string, IndexRecord>();
  readonly #isDelayed: boolean;
  readonly #supervisor: Supervisor;
  #account: AccountKind | undefined;
  #rejectedFrames = 0;
  /** The connection of now, or of the last attempt. */
  #session: Session | undefined;

  constructor(context: FeedContext, options: IbkrOptions) {
    const { clock, random, speed } = context;
    const { futures, indices = [], marketDataType } = options;
    const pace = paceOf(speed);
    const venueClock = new VenueClock(clock, speed);
    let lastId = 0;
    this.#context = context;
    this.#venueClock = venueClock;
    this.#isDelayed = marketDataType.startsWith("delayed");
    for (const { symbol } of futures) this.#add(productOf(symbol));
    for (const index of indices) this.#indices.set(index.symbol, new IndexRecord(context, index));
    const parts = {
      context,
      options,
      open: options.openGateway ?? stoqeyGatewayOver(connectTcp),
      pace,
      venueClock,
      budget: new HistoryBudget(),
      competing: new CompetingSession(),
      clientIds: new ClientIds(options.clientId, random),
      outage: new UpstreamOutage(),
      freshId: () => ++lastId,
      followed: () => this.#followed.values(),
      followedIndices: () => this.#indices.values(),
      onAccounts: (names: readonly string[]) => {
        this.#account = accountKind(names);
        if (names.some((name) => name.startsWith(SIMULATED))) context.label?.simulated();
      },
      onUnreadable: () => this.#rejectedFrames++,
    };
    this.#supervisor = new Supervisor({
      venue: "ibkr",
      context,
      venueClock,
      run: async (attempt) => {
        this.#session = new Session(parts, attempt);
        try {
          return await this.#session.run();
        } catch (error) {
          if (error instanceof MarketError && this.#hasHadData()) throw passingAfterData(error);
          throw error;
        }
      },
    });
  }

  get instruments(): readonly Instrument[] {
    return [
      ...[...this.#followed.values()].map(({ product }) => instrumentOf(product)),
      ...[...this.#indices.values()].map(({ query }) => indexInstrument(query)),
    ];
  }

  start(): void {
    this.#supervisor.start();
  }

  snapshot(): FeedSnapshot {
    const now = this.#context.clock.monotonic();
    const records = [...this.#followed.values()].map(({ record }) => record);
    return {
      ...this.#supervisor.snapshot(),
      rejectedFrames: this.#rejectedFrames,
      account: this.#account,
      streams: [
        ...inQueue(records.map((record) => record.snapshot(now))),
        ...[...this.#indices.values()].map((record) => record.snapshot(now)),
      ],
    };
  }

  venueTimeAtLeast(): number {
    return this.#venueClock.atLeast();
  }

  follow({ id, venue }: Instrument): void {
    if (venue !== "ibkr") throw new RangeError(`${id} must be of venue ibkr, got ${venue}`);
    if (this.#followed.has(id)) throw new RangeError(`${id} is followed already`);
    const future = this.#add(productOf(id));
    this.#session?.follow(future);
  }

  unfollow(id: string): void {
    this.#followed.delete(id);
    this.#indices.delete(id);
    this.#session?.unfollow(id);
  }

  stop(): Promise<void> {
    return this.#supervisor.stop();
  }

  close(): Promise<void> {
    return this.#supervisor.close();
  }

  #hasHadData(): boolean {
    const records = [...this.#followed.values()].map(({ record }) => record);
    return [...records, ...this.#indices.values()].some((each) => each.lastEventAt !== undefined);
  }

  #add(product: Product): FollowedFuture {
    const source = this.#isDelayed ? "delayed" : this.#context.source;
    const record = new StreamRecord(this.#context, product.root, source, this.#isDelayed);
    const future = { product, record };
    this.#followed.set(product.root, future);
    return future;
  }
}

/** How the account of our own server begins. IBKR has none that does. */
const SIMULATED = "SIM";

/** IBKR's paper accounts begin with a D: DU1234567; ours trades no money either. Unknown where none was named. */
function accountKind(names: readonly string[]): AccountKind | undefined {
  if (names.length === 0) return undefined;
  return names.every((name) => name.startsWith("D") || name.startsWith(SIMULATED))
    ? "paper"
    : "live";
}
