import { LeastRecent } from "./least_recent.ts";

/** More symbols than are ever listed at once; expired ones make room. */
const MOST_SYMBOLS = 128;

/**
 * What was worked out for a time of a symbol, most often a minute: of each symbol the `capacity` most recently
 * used. Times stay numbers, for a key glued together from both is slow to look up.
 */
export class RecentMinutes<Value> {
  readonly #capacity: number;
  readonly #bySymbol = new Map<string, LeastRecent<number, Value>>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The kept value, or the one that `make` makes now. */
  get(symbol: string, time: number, make: () => Value): Value {
    let recent = this.#bySymbol.get(symbol);
    if (recent === undefined) {
      if (this.#bySymbol.size >= MOST_SYMBOLS) this.#forgetFirst();
      recent = new LeastRecent(this.#capacity);
      this.#bySymbol.set(symbol, recent);
    }
    return recent.get(time, make);
  }

  #forgetFirst(): void {
    for (const symbol of this.#bySymbol.keys()) {
      this.#bySymbol.delete(symbol);
      return;
    }
  }
}
