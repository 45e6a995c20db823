import type { TradeCoverage, TradeRange } from "../../model/trade_coverage.ts";

/** Stretches remembered; older ones are forgotten, their trades stay counted. */
const MAX_RANGES = 200;

/**
 * The single trades of one future as they were received. IBKR numbers none, so they are numbered as they come, over
 * all connections of the run; what was not received is not known, and nothing is healed.
 */
export class ReceivedTrades {
  /** Why none come now; undefined while they do, or may. */
  refusal: string | undefined;
  #nextId = 1;
  #ranges: TradeRange[] = [];
  #isBroken = true;

  /** Numbers a trade. @param time epoch ms UTC. @returns its id. */
  take(time: number): number {
    const id = this.#nextId++;
    const last = this.#ranges.at(-1);
    if (last === undefined || this.#isBroken) {
      this.#ranges.push({ fromId: id, toId: id + 1, from: time, to: time });
      if (this.#ranges.length > MAX_RANGES) this.#ranges.shift();
    } else {
      const to = Math.max(last.to, time);
      this.#ranges[this.#ranges.length - 1] = {
        fromId: last.fromId,
        toId: id + 1,
        from: last.from,
        to,
      };
    }
    this.#isBroken = false;
    return id;
  }

  /** The stream was interrupted: what follows does not join what was before. */
  interrupt(): void {
    this.#isBroken = true;
  }

  coverage(): TradeCoverage {
    const coverage: TradeCoverage = {
      ranges: [...this.#ranges],
      holes: [],
      trades: this.#nextId - 1,
      healed: 0,
      repeats: 0,
      numbering: "received",
    };
    return this.refusal === undefined ? coverage : { ...coverage, refusal: this.refusal };
  }
}
