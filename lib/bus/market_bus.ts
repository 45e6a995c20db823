import type { KnownMinutes } from "../bars/known_minutes.ts";
import type { MinuteLedger } from "../bars/minute_ledger.ts";
import type { Config } from "../feeds/config.ts";
import type { Instrument, Source } from "../model/instrument.ts";
import { HOUR, SECOND } from "../model/time.ts";
import type { KnownTrades } from "../model/trade_hole.ts";
import type { AfterTurn } from "../runtime/after_turn.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { Market } from "../market/market.ts";
import { readSecret } from "../runtime/secret.ts";
import { triedAgain } from "../runtime/tried_again.ts";
import type { SimulatedMarket } from "../store/store.ts";
import { StoreSink } from "../store/store_sink.ts";
import { BusReporter } from "./bus_reporter.ts";
import { BusTarget } from "./bus_target.ts";
import { NatsClient } from "./nats_client.ts";
import { publishedMinutes } from "./published_minutes.ts";
import { publishedTrades } from "./published_trades.ts";

/** What a {@link MarketBus} needs beside a configuration. */
export interface MarketBusOptions {
  /** The machine's. */
  readonly clock: Clock;
  readonly afterTurn: AfterTurn;
  readonly log: Log;
  /** Folder of the configuration: relative paths of secrets lie there. */
  readonly folder: string;
  readonly instruments: readonly Instrument[];
  /** The seed and start of simulated data. */
  readonly market: SimulatedMarket;
  /** False where a venue numbers no trades. */
  readonly numbersTrades: (instrument: string) => boolean;
  /** What the broker's list of connections shows. */
  readonly name: string;
  /** Id of this run: others may publish the same venues. */
  readonly publisher: string;
  /** The market; undefined before it is there. */
  readonly opened: () => Market | undefined;
  /** False where revisions must not depend on what is published: in a recording and its replay. */
  readonly recalls: boolean;
}

/** What a stream has before the feeds begin. */
interface Published {
  readonly trades: ReadonlyMap<string, KnownTrades>;
  readonly minutes: ReadonlyMap<string, KnownMinutes>;
}

/** A broker behind a market: what it has of the market before the feeds begin, and the sinks that publish. */
export class MarketBus {
  /** Rows. */
  readonly sink: StoreSink;
  /** What is no row. */
  readonly reporter: BusReporter;
  readonly #client: NatsClient;
  readonly #published: Published;
  /** Those that are or were followed. */
  readonly #instruments = new Map<string, Instrument>();

  private constructor(
    client: NatsClient,
    published: Published,
    config: Config,
    options: MarketBusOptions,
  ) {
    this.#client = client;
    this.#published = published;
    const { clock, afterTurn, log, market, numbersTrades, publisher, opened } = options;
    const { speed } = config.clock;
    client.onConnection(() => {
      if (!client.isConnected) return;
      this.sink.tryNow();
      this.reporter.tryNow();
    });
    this.reporter = new BusReporter({ client, clock, log, publisher, speed, market: opened });
    this.sink = new StoreSink({
      name: "bus",
      said: "published",
      clock,
      afterTurn,
      log,
      source: config.source as Source,
      keepsTrades: config.data.trades,
      mostHeld: config.bus.waitingTrades,
      numbersTrades,
      before: (instrument) => {
        const trades = published.trades.get(instrument);
        if (trades === undefined) return undefined;
        const { time } = trades.last;
        return { trades: { to: time, wholeTo: time, known: trades, coverage: [] } };
      },
      open: (dataKind) =>
        BusTarget.open({
          client,
          dataKind,
          ...(dataKind === "simulated" ? { market } : {}),
          instrumentOf: (id) => {
            const instrument = this.#instruments.get(id);
            if (instrument !== undefined) return instrument;
            throw new RangeError(`the bus does not know ${id}`);
          },
        }),
    });
  }

  /**
   * Connects to the configured broker.
   *
   * @throws {MarketError} where it cannot be reached or used, saying why and what next.
   */
  static async open(config: Config, options: MarketBusOptions): Promise<MarketBus> {
    const client = await connectBus(config, options);
    try {
      return new MarketBus(client, await publishedBefore(client, config, options), config, options);
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** What the broker has of an instrument's trades; undefined where it has none. */
  knownTrades(instrument: string): KnownTrades | undefined {
    return this.#published.trades.get(instrument);
  }

  /** What the broker has of an instrument's minutes: their revisions go on from there. */
  recall({ id }: Instrument): KnownMinutes | undefined {
    return this.#published.minutes.get(id);
  }

  onLedger(instrument: Instrument, ledger: MinuteLedger): void {
    this.#instruments.set(instrument.id, instrument);
    this.sink.add(instrument, ledger);
  }

  /** Called once the sinks are closed. */
  async close(): Promise<void> {
    await this.reporter.close();
    await this.#client.close();
  }
}

async function publishedBefore(
  client: NatsClient,
  { data: { trades: keepsTrades, backfillHours } }: Config,
  { instruments, recalls, clock, log }: MarketBusOptions,
): Promise<Published> {
  const again = { clock, log, forMs: CONNECT_MS };
  const trades = new Map<string, KnownTrades>();
  for (const instrument of keepsTrades ? instruments : []) {
    const known = await triedAgain(() => publishedTrades(client, instrument), again);
    if (known !== undefined) trades.set(instrument.id, known);
  }
  if (!recalls) return { trades, minutes: new Map() };
  const read = () => publishedMinutes(client, backfillHours * HOUR);
  return { trades, minutes: await triedAgain(read, again) };
}

/** A broker that starts beside us is given so long, local ms. */
const CONNECT_MS = 20 * SECOND;

/** What {@link connectBus} needs beside a configuration. */
export interface ConnectBusOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** What the broker's list of connections shows. */
  readonly name: string;
  /** Folder of the configuration. */
  readonly folder: string;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Local ms for which a broker that does not answer is tried again. @default 20 s */
  readonly forMs?: number;
}

/** A connection to the configured broker. @throws {MarketError} */
export async function connectBus(
  { bus }: Pick<Config, "bus">,
  { clock, log, name, folder, signal, forMs = CONNECT_MS }: ConnectBusOptions,
): Promise<NatsClient> {
  const url = await readSecret("bus.url", bus.url, { folder });
  const connect = () => NatsClient.connect({ url, stream: bus.stream, name, log });
  return await triedAgain(connect, { clock, log, forMs, signal });
}
