import type { MarketDataTypeNumber } from "./gateway.ts";
import type { IndexRecord } from "./index_record.ts";
import { IndexStream } from "./index_stream.ts";
import type { SessionTools } from "./session_tools.ts";

const DELAYED: MarketDataTypeNumber = 3;

/** The indices of one connection. */
export class IndexGroup {
  readonly #streams = new Map<string, IndexStream>();
  readonly #tools: SessionTools;
  readonly #typeNow: () => MarketDataTypeNumber;

  /** @param typeNow the type of market data that other requests rest on. */
  constructor(tools: SessionTools, typeNow: () => MarketDataTypeNumber) {
    this.#tools = tools;
    this.#typeNow = typeNow;
  }

  add(record: IndexRecord): void {
    const { gateway } = this.#tools;
    const { query } = record;
    const ask = (id: number) => {
      // Live data is sent all the same where it is permitted.
      const before = this.#typeNow();
      gateway.marketDataType(DELAYED);
      gateway.indexTicks(id, query);
      gateway.marketDataType(before);
    };
    this.#streams.set(query.symbol, new IndexStream(this.#tools, record, ask));
  }

  /** The stream that a request id belongs to. */
  owner(id: number): IndexStream | undefined {
    return [...this.#streams.values()].find((stream) => stream.owns(id));
  }

  tick(): void {
    for (const stream of this.#streams.values()) stream.tick();
  }

  /** TWS is cut off, or a farm broke. */
  doubt(): void {
    for (const stream of this.#streams.values()) stream.doubt();
  }

  /** Upstream is back. */
  verify(): void {
    for (const stream of this.#streams.values()) stream.verify();
  }

  resubscribe(): void {
    for (const stream of this.#streams.values()) stream.resubscribe();
  }

  /** Ends an index on the wire. */
  remove(symbol: string): void {
    this.#streams.get(symbol)?.resubscribe();
    this.#streams.delete(symbol);
  }

  end(): void {
    for (const stream of this.#streams.values()) stream.end();
  }
}
