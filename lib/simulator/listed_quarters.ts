import { lastTradeTime, quarterlyContracts, rollTime } from "../calendar/contract_month.ts";
import type { Listing } from "./truth.ts";

/** A listed quarter of an index future, with the times that its life turns on. */
export interface Quarter extends Listing {
  /** When its volume passes to the next quarter, epoch ms UTC. */
  readonly rollsAt: number;
  /** When it stops trading, epoch ms UTC. */
  readonly expiresAt: number;
}

/** Quarters listed at one time. */
const LISTED = 2;

/** The two nearest quarters of an index future by rule, remembered: cheap enough for every minute. */
export class ListedQuarters {
  readonly #details: Pick<Listing, "root" | "tickSize" | "multiplier">;
  readonly #spans: { from: number; to: number; quarters: readonly Quarter[] }[] = [];

  constructor(details: Pick<Listing, "root" | "tickSize" | "multiplier">) {
    this.#details = details;
  }

  /** Those that still trade at `at`, nearest first. */
  at(at: number): readonly Quarter[] {
    const known = this.#spans.find(({ from, to }) => at >= from && at < to);
    if (known !== undefined) return known.quarters;
    const quarters = quarterlyContracts(this.#details.root, at, LISTED).map((contract) => ({
      ...this.#details,
      ...contract,
      venue: "ibkr" as const,
      sizeStep: 1,
      rollsAt: rollTime(contract.lastTradeDate),
      expiresAt: lastTradeTime(contract.lastTradeDate),
    }));
    const to = quarters[0]!.expiresAt;
    const same = this.#spans.find((span) => span.to === to);
    if (same !== undefined) {
      same.from = at;
      return same.quarters;
    }
    this.#spans.push({ from: at, to, quarters });
    return quarters;
  }

  /** The listed quarter of that symbol; undefined when it is not listed at `at`. */
  find(symbol: string, at: number): Quarter | undefined {
    if (!symbol.startsWith(this.#details.root)) return undefined;
    return this.at(at).find((quarter) => quarter.symbol === symbol);
  }
}

/** What the venue tells of a quarter. */
export function toListing({ rollsAt: _rolls, expiresAt: _expires, ...listing }: Quarter): Listing {
  return listing;
}
