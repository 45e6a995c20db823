import { MINUTE } from "../model/time.ts";
import type { AlertRule } from "../model/alert.ts";
import type { StoreReader, TradeColumns } from "../store/store.ts";
import type { JudgedTrade } from "./judge.ts";
import type { Rehearsal, RehearsedInstrument, RehearseOptions } from "./rehearsal.ts";
import { RehearsalRun } from "./rehearsal_run.ts";

/** Trades that are read at once. */
const PAGE = 20_000;

/**
 * `rehearse`, with the trades that rules of ticks need read from a store, page by page: memory does not grow with
 * them. An instrument without stored trades gives none.
 *
 * @throws {RangeError} for more columns or alerts than can be held.
 */
export async function rehearseStored(
  rules: readonly AlertRule[],
  history: readonly RehearsedInstrument[],
  reader: Pick<StoreReader, "trades">,
  options: RehearseOptions = {},
): Promise<Rehearsal> {
  const run = new RehearsalRun(rules, history, options);
  const tapes = run.ticking.map((id) => new StoredTape(reader, id, run.next));
  while (!run.isOver) {
    const end = run.next + MINUTE;
    const trades: JudgedTrade[] = [];
    for (const tape of tapes) await tape.takeTo(end, trades);
    run.trades(trades);
    run.minute();
  }
  return run.finish();
}

/** The stored trades of one instrument, oldest first. */
class StoredTape {
  readonly #reader: Pick<StoreReader, "trades">;
  readonly #instrument: string;
  #page: TradeColumns | undefined;
  #row = 0;
  #from: number;

  constructor(reader: Pick<StoreReader, "trades">, instrument: string, from: number) {
    this.#reader = reader;
    this.#instrument = instrument;
    this.#from = from;
  }

  /** Adds those before a time that have not been taken. */
  async takeTo(end: number, into: JudgedTrade[]): Promise<void> {
    for (;;) {
      const page = this.#page ??= await this.#read(undefined);
      const { time, price, id } = page;
      for (; this.#row < time.length && time[this.#row]! < end; this.#row++) {
        const row = this.#row;
        into.push({ instrument: this.#instrument, time: time[row]!, price: price[row]! });
      }
      if (this.#row < time.length || time.length < PAGE) return;
      this.#from = time.at(-1)!;
      this.#page = await this.#read(id.at(-1)!);
    }
  }

  #read(afterId: number | undefined): Promise<TradeColumns> {
    this.#row = 0;
    return this.#reader.trades({
      instrument: this.#instrument,
      from: this.#from,
      to: Infinity,
      limit: PAGE,
      ...(afterId === undefined ? {} : { afterId }),
    });
  }
}
