import { isActiveMonth, lastTradeTime, rollTime } from "../calendar/contract_dates.ts";
import { listedContracts } from "../calendar/listed_contracts.ts";
import type { Product } from "../calendar/products.ts";
import { DAY } from "../model/time.ts";
import type { Listing } from "./truth.ts";

/** A listed contract month, with the times that its life turns on. */
export interface ListedMonth extends Listing {
  /** When its volume passes to the next active month, epoch ms UTC. */
  readonly rollsAt: number;
  /** When it stops trading, epoch ms UTC. */
  readonly expiresAt: number;
}

/** The listing over an interval. */
interface Span {
  from: number;
  readonly to: number;
  readonly listed: readonly ListedMonth[];
  readonly bySymbol: ReadonlyMap<string, ListedMonth>;
  /** The two nearest active months, which hold nearly all of the volume. */
  readonly leading: readonly ListedMonth[];
}

/** Contract months listed of an index future: enough for a roll. */
const INDEX_MONTHS = 2;
/** How often the listing is looked up again: a month may be added between two expiries. */
const LOOK_EVERY = 5 * DAY;

/** The contract months of a future at the simulated venue, by rule. Cached, because it is asked every minute. */
export class ContractMonths {
  readonly product: Product;
  readonly #spans: Span[] = [];
  #recent: Span | undefined;

  constructor(product: Product) {
    this.product = product;
  }

  /** Those that still trade at `at`, nearest first. */
  at(at: number): readonly ListedMonth[] {
    return this.#span(at).listed;
  }

  /** The two nearest active months that still trade: the front month, or what was it, and the next one. */
  leading(at: number): readonly ListedMonth[] {
    return this.#span(at).leading;
  }

  /** The listed month of that symbol; undefined when it is not listed at `at`. */
  find(symbol: string, at: number): ListedMonth | undefined {
    if (!symbol.startsWith(this.product.root)) return undefined;
    return this.#span(at).bySymbol.get(symbol);
  }

  #span(at: number): Span {
    const recent = this.#recent;
    if (recent !== undefined && at >= recent.from && at < recent.to) return recent;
    let span = this.#spans.find(({ from, to }) => at >= from && at < to);
    if (span === undefined) {
      span = this.#make(at);
      this.#spans.push(span);
    }
    this.#recent = span;
    return span;
  }

  #make(at: number): Span {
    const { root, tick, multiplier, lastTrade } = this.product;
    const contracts = listedContracts(this.product, at);
    const count = lastTrade === "third-friday" ? INDEX_MONTHS : contracts.length;
    const listed = contracts.slice(0, count).map((contract): ListedMonth => ({
      ...contract,
      root,
      tickSize: tick,
      multiplier,
      kind: "future",
      sizeStep: 1,
      rollsAt: rollTime(this.product, contract),
      expiresAt: lastTradeTime(this.product, contract.lastTradeDate),
    }));
    const active = listed.filter(({ contractMonth }) =>
      contractMonth !== undefined && isActiveMonth(this.product, contractMonth)
    );
    const from = Math.floor(at / LOOK_EVERY) * LOOK_EVERY;
    return {
      from: at,
      to: Math.min(from + LOOK_EVERY, listed[0]!.expiresAt),
      listed,
      bySymbol: new Map(listed.map((month) => [month.symbol, month])),
      leading: active.slice(0, 2),
    };
  }
}

/** What the venue says of a contract month. */
export function toListing(
  { rollsAt: _rolls, expiresAt: _expires, ...listing }: ListedMonth,
): Listing {
  return listing;
}
