import type { Instrument } from "../../model/instrument.ts";
import { connectTcp } from "../../runtime/tcp_socket.ts";
import type { AccountKind, Feed, FeedContext, FeedSnapshot } from "../feed.ts";
import { inQueue } from "../backlog.ts";
import { paceOf } from "../pace.ts";
import { Supervisor } from "../supervisor.ts";
import { VenueClock } from "../venue_clock.ts";
import { ClientIds } from "./client_ids.ts";
import { HistoryBudget } from "./history_budget.ts";
import { ibkrInstruments } from "./instruments.ts";
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
  readonly instruments: readonly Instrument[];
  readonly #context: FeedContext;
  readonly #venueClock: VenueClock;
  readonly #records: readonly StreamRecord[];
  readonly #supervisor: Supervisor;
  #account: AccountKind | undefined;
  #rejectedFrames = 0;

  constructor(context: FeedContext, options: IbkrOptions) {
    const { clock, random, log, speed, emit } = context;
    const { futures, marketDataType } = options;
    const pace = paceOf(speed);
    const venueClock = new VenueClock(clock, speed);
    const isDelayed = marketDataType.startsWith("delayed");
    const source = isDelayed ? "delayed" : context.source;
    let lastId = 0;
    this.#context = context;
    this.#venueClock = venueClock;
    this.instruments = ibkrInstruments(options);
    this.#records = futures.map(({ symbol }) =>
      new StreamRecord(context, symbol, source, isDelayed)
    );
    const parts = {
      context,
      options,
      open: options.openGateway ?? stoqeyGatewayOver(connectTcp),
      pace,
      venueClock,
      budget: new HistoryBudget(),
      clientIds: new ClientIds(options.clientId, random),
      outage: new UpstreamOutage(),
      freshId: () => ++lastId,
      records: this.#records,
      onAccounts: (names: readonly string[]) => {
        this.#account = accountKind(names);
        if (names.some((name) => name.startsWith(SIMULATED))) context.label?.simulated();
      },
      onUnreadable: () => this.#rejectedFrames++,
    };
    this.#supervisor = new Supervisor({
      venue: "ibkr",
      clock,
      random,
      log,
      speed,
      pace,
      emit,
      venueTime: () => venueClock.estimate(),
      run: (attempt) => new Session(parts, attempt).run(),
    });
  }

  start(): void {
    this.#supervisor.start();
  }

  snapshot(): FeedSnapshot {
    const now = this.#context.clock.monotonic();
    return {
      ...this.#supervisor.snapshot(),
      rejectedFrames: this.#rejectedFrames,
      clockOffsetMs: this.#venueClock.offsetMs(),
      clockUncertaintyMs: this.#venueClock.uncertaintyMs(),
      account: this.#account,
      streams: inQueue(this.#records.map((record) => record.snapshot(now))),
    };
  }

  venueTimeAtLeast(): number {
    return this.#venueClock.atLeast();
  }

  follow({ id }: Instrument): void {
    throw new RangeError(
      `${id} cannot be followed while the IBKR feed is open: name it in the configuration`,
    );
  }

  unfollow(id: string): void {
    throw new RangeError(`${id} cannot be left while the IBKR feed is open`);
  }

  close(): Promise<void> {
    return this.#supervisor.close();
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
