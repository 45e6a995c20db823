import type { AlertRule, UnknownReason } from "../model/alert.ts";
import { MINUTE } from "../model/time.ts";
import { idsOf } from "./rule.ts";
import { Judge } from "./judge.ts";
import { JudgedMinute } from "./judged_minute.ts";
import type { RuleMarket } from "./rule_market.ts";

/** What a rule's metric was at the end of each minute: columns of equal length, oldest first. */
export interface ValueColumns {
  /** End of the first minute, epoch ms UTC; the others follow by a minute each. NaN without any. */
  readonly start: number;
  /** NaN where unknown. */
  readonly value: Float64Array;
  /** Why it is unknown; undefined where it is known. */
  readonly reason: readonly (UnknownReason | undefined)[];
}

/**
 * The values that a rule would have been judged by, of every minute that a market holds. Made once, and then minute by
 * minute as the market goes on: a minute that is healed later counts as it was when it was judged.
 */
export class RehearsedValues {
  readonly rule: AlertRule;
  readonly #market: RuleMarket;
  #judge: Judge;
  #from = NaN;
  #value: number[] = [];
  #reason: (UnknownReason | undefined)[] = [];

  constructor(market: RuleMarket, rule: AlertRule) {
    this.rule = rule;
    this.#market = market;
    this.#judge = this.#newJudge();
  }

  /** @param to end of the newest minute that is settled, epoch ms UTC. @param most newest minutes to give. */
  columns(to: number, most: number): ValueColumns {
    this.#goOn(to);
    const value = Float64Array.from(this.#value.slice(-most));
    const skipped = this.#value.length - value.length;
    return {
      start: value.length === 0 ? NaN : this.#from + (skipped + 1) * MINUTE,
      value,
      reason: this.#reason.slice(-most),
    };
  }

  #goOn(to: number): void {
    const grids = idsOf(this.rule).map((id) => this.#market.minuteGrid(id))
      .filter(({ length }) => length > 0);
    if (grids.length === 0 || Number.isNaN(to)) return;
    const from = Math.min(...grids.map(({ start }) => start));
    // More history has come in.
    if (from < this.#from || Number.isNaN(this.#from)) this.#begin(from);
    const next = this.#from + this.#value.length * MINUTE;
    for (let openTime = next; openTime + MINUTE <= to; openTime += MINUTE) {
      this.#judge.minute(new JudgedMinute(this.#market, openTime, { judgedSince: this.#from }));
    }
  }

  #begin(from: number): void {
    this.#from = from;
    this.#value = [];
    this.#reason = [];
    this.#judge = this.#newJudge();
  }

  #newJudge(): Judge {
    return new Judge({
      rules: [this.rule],
      sourceOf: (id) => this.#market.sourceOf(id),
      onJudgement: ({ reading }) => {
        this.#value.push(reading.kind === "known" ? reading.value : NaN);
        this.#reason.push(reading.kind === "known" ? undefined : reading.reason);
      },
    });
  }
}
