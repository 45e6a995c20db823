import type {
  DataKind,
  RangeQuery,
  SimulatedMarket,
  SqlOptions,
  Store,
  StoreBatch,
  StoreChange,
} from "../store.ts";
import type { TableReader } from "./table_reader.ts";

/** The one writer of a database, which reads by another connection; how it writes is each database's own. */
export abstract class TableStore implements Store {
  protected readonly reader: TableReader;

  constructor(reader: TableReader) {
    this.reader = reader;
  }

  /** Writes a batch in a transaction of its own. */
  protected abstract writeOne(batch: StoreBatch): Promise<StoreChange>;
  abstract dropTrades(before: number): Promise<number>;
  abstract flush(): Promise<void>;
  abstract close(): Promise<void>;

  get dataKind(): DataKind {
    return this.reader.dataKind;
  }

  get market(): SimulatedMarket | undefined {
    return this.reader.market;
  }

  get place(): string {
    return this.reader.place;
  }

  async write(...batches: readonly StoreBatch[]): Promise<StoreChange> {
    let bars = 0, revisions = 0, trades = 0;
    for (const batch of batches) {
      const change = await this.writeOne(batch);
      bars += change.bars;
      revisions += change.revisions;
      trades += change.trades;
    }
    return { bars, revisions, trades };
  }

  instruments() {
    return this.reader.instruments();
  }

  bars(query: RangeQuery & { readonly stepMs: number }) {
    return this.reader.bars(query);
  }

  contracts(instrument: string) {
    return this.reader.contracts(instrument);
  }

  trades(query: RangeQuery & { readonly afterId?: number }) {
    return this.reader.trades(query);
  }

  tradeBars(query: RangeQuery & { readonly stepMs: number }) {
    return this.reader.tradeBars(query);
  }

  fundings(query: RangeQuery) {
    return this.reader.fundings(query);
  }

  coverage(query: RangeQuery & { readonly stepMs: number }) {
    return this.reader.coverage(query);
  }

  alerts(query?: { readonly from?: number; readonly to?: number }) {
    return this.reader.alerts(query);
  }

  deliveries() {
    return this.reader.deliveries();
  }

  runs() {
    return this.reader.runs();
  }

  note(name: string) {
    return this.reader.note(name);
  }

  info() {
    return this.reader.info();
  }

  check(onProgress?: (share: number) => void) {
    return this.reader.check(onProgress);
  }

  sql(statement: string, options?: SqlOptions) {
    return this.reader.sql(statement, options);
  }
}
