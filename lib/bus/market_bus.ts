import type { MinuteLedger } from "../bars/minute_ledger.ts";
import type { Config } from "../feeds/config.ts";
import type { Instrument, Source } from "../model/instrument.ts";
import { SECOND } from "../model/time.ts";
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
}

/** A broker behind a market: what it has of the market's trades before the feeds begin, and the sinks that publish. */
export class MarketBus {
  /** Rows. */
  readonly sink: StoreSink;
  /** What is no row. */
  readonly reporter: BusReporter;
  readonly #client: NatsClient;
  readonly #known: ReadonlyMap<string, KnownTrades>;
  /** Those that are or were followed. */
  readonly #instruments = new Map<string, Instrument>();

  private constructor(
    client: NatsClient,
    known: ReadonlyMap<string, KnownTrades>,
    config: Config,
    options: MarketBusOptions,
  ) {
    this.#client = client;
    this.#known = known;
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
        const trades = known.get(instrument);
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
      const known = new Map<string, KnownTrades>();
      for (const instrument of config.data.trades ? options.instruments : []) {
        const trades = await triedAgain(() => publishedTrades(client, instrument), {
          ...options,
          forMs: CONNECT_MS,
        });
        if (trades !== undefined) known.set(instrument.id, trades);
      }
      return new MarketBus(client, known, config, options);
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** What the broker has of an instrument's trades; undefined where it has none. */
  knownTrades(instrument: string): KnownTrades | undefined {
    return this.#known.get(instrument);
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
