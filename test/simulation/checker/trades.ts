import type { FeedEvent } from "../../../lib/model/feed_event.ts";
import type { TradeCoverage } from "../../../lib/model/trade_coverage.ts";
import { floorTo, MINUTE } from "../../../lib/model/time.ts";
import type { SimulatedTrade, Truth } from "../../../lib/simulator/truth.ts";
import type { Finding } from "./history.ts";

export type ToldTrade = Extract<FeedEvent, { kind: "trade" }>;

/** What one instrument's tape should hold, and what its feed reports as missing. */
export interface Tape {
  readonly instrument: string;
  readonly trades: readonly ToldTrade[];
  readonly coverage: TradeCoverage | undefined;
}

/** Findings of one kind that are listed one by one. */
const MOST = 3;

/**
 * Each trade between the first and the newest that was emitted comes once, in the order of ids and as the venue
 * made it; what is lacking between them is listed as a hole.
 *
 * @param to true venue time of the end: trades of the last minute and a half may still be on their way.
 */
export function checkTrades(tapes: readonly Tape[], truth: Truth, to: number): Finding[] {
  return tapes.flatMap(({ instrument, trades, coverage }) => {
    const found: string[] = [];
    const [first] = trades;
    if (first === undefined || coverage === undefined) return [finding(`${instrument}: no trades`)];
    const { holes } = coverage;
    let expected = first.id;
    let minute = NaN;
    let real = new Map<number, SimulatedTrade>();
    for (const trade of trades) {
      const { id, time, price, size, side } = trade;
      if (id !== expected) {
        const isListed = holes.some(({ fromId, toId }) => fromId === expected && toId === id);
        if (!isListed) found.push(`trade ${id} follows ${expected - 1}`);
      }
      expected = id + 1;
      if (floorTo(time, MINUTE) !== minute) {
        minute = floorTo(time, MINUTE);
        real = new Map(truth.trades(instrument, minute).map((one) => [one.id, one]));
      }
      const one = real.get(id);
      const taker = one?.buyerIsMaker ? "sell" : "buy";
      const isEqual = one !== undefined && one.time === time && one.price === price &&
        one.size === size && side === taker;
      if (!isEqual) found.push(`trade ${id} of ${time} is not the venue's`);
    }
    const last = trades.at(-1)!;
    if (last.time < to - 90_000) found.push(`no trade after ${new Date(last.time).toISOString()}`);
    if (holes.length > 0) found.push(`${holes.length} holes: ${holes[0]!.reason}`);
    return found.slice(0, MOST).map((text) => finding(`${instrument}: ${text}`));
  });
}

function finding(text: string): Finding {
  return { property: "P11", text };
}
