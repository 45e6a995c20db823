import type { MinuteLedger, RecallMinutes } from "../bars/minute_ledger.ts";
import { MarketError } from "../model/errors.ts";
import type { Instrument } from "../model/instrument.ts";
import type { Interval } from "../model/time.ts";
import type { KnownTrades } from "../model/trade_hole.ts";
import { type AlertStore, LateStore } from "./late_store.ts";
import { openStore, openStoreReader } from "./open_store.ts";
import { recallMinutes, storedSpan } from "./recall_minutes.ts";
import { storedTrades } from "./stored_trades.ts";
import type { DataKind, SimulatedMarket, Store } from "./store.ts";
import { type RunNote, type StoreOptions, type StoreTarget, targetName } from "./store_options.ts";
import type { StoredBefore, StoreProgress } from "./store_sink.ts";
import { StoreSink, type StoreSinkOptions } from "./store_sink.ts";
import { TradeResampler } from "./trade_resampler.ts";

/** What a {@link MarketStore} needs. */
export interface MarketStoreOptions
  extends Omit<StoreSinkOptions, "open" | "before" | "resampler" | "name" | "said"> {
  /** Where data of a kind lies. */
  readonly targetOf: (kind: DataKind) => StoreTarget;
  /** Kinds that the market's data may turn out to be, the likeliest first. */
  readonly kinds: readonly DataKind[];
  /** The seed and start of simulated data. */
  readonly market: SimulatedMarket;
  readonly runNote: RunNote;
  /** True for a file that is there. */
  readonly exists: (path: string) => Promise<boolean>;
  /** The stretch of stored minutes that may be wanted, by the end of what is stored. Undefined: none is read. */
  readonly window: ((storedTo: number) => Interval) | undefined;
  /** How a store is opened. @default {@link openStore}, in the thread of the caller */
  readonly openStore?: (options: StoreOptions) => Promise<Store>;
}

/** The store of a market: what it knows before the feeds begin, and the sink that writes what they bring. */
export class MarketStore {
  readonly sink: StoreSink;
  readonly #options: MarketStoreOptions;
  readonly #stores = new Map<DataKind, Promise<Store>>();
  readonly #known = new Map<DataKind, Map<string, StoredBefore>>();
  /** The one that the sink writes to, once a row has been written. */
  #written: Store | undefined;
  /** What alerts write to, until then. */
  #late: LateStore | undefined;
  #opened: (store: Store) => void = () => {};
  /** The store, once it is known what the market's data is; never for a market that brings nothing. */
  readonly whenOpen: Promise<Store> = new Promise((resolve) => this.#opened = resolve);

  private constructor(options: MarketStoreOptions) {
    this.#options = options;
    this.sink = new StoreSink({
      clock: options.clock,
      afterTurn: options.afterTurn,
      log: options.log,
      source: options.source,
      keepsTrades: options.keepsTrades ?? false,
      numbersTrades: options.numbersTrades ?? (() => true),
      venueTime: options.venueTime ?? (() => NaN),
      keepTradesMs: options.keepTradesMs ?? Infinity,
      open: async (kind) => {
        const store = await this.#store(kind);
        // Within the opening: a market that closes now closes its store only after that.
        await this.#late?.open(store);
        this.#written = store;
        this.#opened(store);
        return store;
      },
      resampler: (onDiscrepancy) =>
        new TradeResampler({
          store: this.#written!,
          numbersTrades: options.numbersTrades ?? (() => true),
          onDiscrepancy,
        }),
      before: (instrument, kind) => this.#known.get(kind)?.get(instrument),
    });
  }

  /**
   * Opens the stores that are there, and reads what may be wanted of them. The one of a kind that is sure is made where
   * it is not there.
   *
   * @throws {MarketError} where one cannot be opened, saying why and what next.
   */
  static async open(options: MarketStoreOptions): Promise<MarketStore> {
    const market = new MarketStore(options);
    const [only, ...others] = options.kinds;
    try {
      for (const kind of options.kinds) {
        const isSure = kind === only && others.length === 0;
        if (!isSure && !(await market.#isThere(kind))) continue;
        await market.#read(kind, await market.#store(kind));
      }
    } catch (error) {
      await market.close();
      throw error;
    }
    return market;
  }

  /** What is known of an instrument when its feed begins. */
  recall(instrument: Instrument): RecallMinutes {
    return (isSimulated) => this.#before(instrument.id, isSimulated)?.minutes;
  }

  /** What is stored of an instrument's trades; undefined where nothing is, and where nothing is to be recalled. */
  knownTrades(instrument: string, isSimulated: boolean): KnownTrades | undefined {
    if (this.#options.window === undefined) return undefined;
    return this.#before(instrument, isSimulated)?.trades?.known;
  }

  onLedger(instrument: Instrument, ledger: MinuteLedger): void {
    this.sink.add(instrument, ledger);
  }

  get progress(): StoreProgress {
    return this.sink.progress;
  }

  /** What can be read now: the store that is written, else the likeliest that is there. */
  async reader(): Promise<Store | undefined> {
    if (this.#written !== undefined) return this.#written;
    for (const kind of this.#options.kinds) {
      const store = this.#stores.get(kind);
      if (store !== undefined) return await store;
    }
    return undefined;
  }

  /** The store as alerts use it, from before the first data on. */
  async forAlerts(): Promise<AlertStore> {
    const found = await this.reader();
    return this.#late = new LateStore({ found, isSure: this.#options.kinds.length === 1 });
  }

  /** Closes what is open; the sink has closed its own. */
  async close(): Promise<void> {
    const opening = [...this.#stores.values()];
    this.#stores.clear();
    for (const store of opening) {
      const opened = await store.catch(() => undefined);
      if (opened !== undefined && opened !== this.#written) await opened.close();
    }
  }

  #before(instrument: string, isSimulated: boolean): StoredBefore | undefined {
    const { kinds } = this.#options;
    const kind = isSimulated && kinds.includes("simulated") ? "simulated" : kinds[0]!;
    return this.#known.get(kind)?.get(instrument);
  }

  #store(kind: DataKind): Promise<Store> {
    const known = this.#stores.get(kind);
    if (known !== undefined) return known;
    const { targetOf, clock, runNote, market, openStore: open = openStore } = this.#options;
    const opening = open({
      ...targetOf(kind),
      dataKind: kind,
      clock,
      run: runNote,
      ...(kind === "simulated" ? { market } : {}),
    });
    this.#stores.set(kind, opening);
    // What could not be opened is tried again.
    opening.catch(() => this.#stores.delete(kind));
    return opening;
  }

  /** A store is there, and it holds this kind of data. */
  async #isThere(kind: DataKind): Promise<boolean> {
    const { targetOf, exists, kinds } = this.#options;
    const target = targetOf(kind);
    if (target.kind === "sqlite") {
      if (!(await exists(target.path))) return false;
      const isShared = kinds.some((other) =>
        other !== kind && targetName(targetOf(other)) === target.path
      );
      if (!isShared) return true;
    }
    try {
      await (await openStoreReader({ ...target, dataKind: kind })).close();
      return true;
    } catch (error) {
      if (error instanceof MarketError && error.code === "store-kind") return false;
      if (error instanceof MarketError && error.code === "no-store") return false;
      throw error;
    }
  }

  async #read(kind: DataKind, store: Store): Promise<void> {
    const { window } = this.#options;
    const known = new Map<string, StoredBefore>();
    this.#known.set(kind, known);
    for (const { id } of await store.instruments()) {
      const trades = await storedTrades(store, id);
      const coverage = trades?.coverage ?? [];
      if (coverage.length > 0) await store.write({ coverage });
      const span = await storedSpan(store, id);
      const minutes = window === undefined || span === undefined
        ? undefined
        : await recallMinutes(store, id, window(span.to));
      known.set(id, {
        ...(minutes === undefined ? {} : { minutes }),
        ...(trades === undefined ? {} : { trades }),
      });
    }
  }
}
