import type { AlertBody, AlertRule, UnknownReason } from "../model/alert.ts";
import type { Judgement } from "./judge.ts";
import type { Excursion, RehearsedRule } from "./rehearsal.ts";

/** What one rule came to so far in a rehearsal. */
export class RehearsedTrack {
  readonly #rule: AlertRule;
  readonly #value: Float64Array;
  readonly #fires: Uint8Array;
  readonly #unknown: Partial<Record<UnknownReason, number>> = {};
  readonly #excursions: Excursion[] = [];
  #known = 0;
  #standing = 0;
  #isStanding = false;
  /** Of the minute under way. @default no trade of it was judged */
  #found: number | UnknownReason = NO_TRADE;

  /** @param rows of the columns; 0 to keep none. */
  constructor(rule: AlertRule, rows: number) {
    this.#rule = rule;
    this.#value = new Float64Array(rows).fill(NaN);
    this.#fires = new Uint8Array(rows);
  }

  /** One judgement of the minute under way. */
  take({ reading, state: { phase } }: Judgement): void {
    this.#isStanding = phase === "firing" || phase === "recovering";
    this.#found = reading.kind === "known" ? reading.value : reading.reason;
    if (reading.kind === "unknown" || !this.#isStanding) return;
    const open = this.#excursions.at(-1);
    if (open === undefined || open.resolvedAt !== undefined) return;
    if (!this.#isFurther(reading.value, open.extreme)) return;
    this.#excursions[this.#excursions.length - 1] = { ...open, extreme: reading.value };
  }

  change({ state, time, since, value, of, rule }: AlertBody): void {
    if (state === "firing") {
      const opened = { rule, of, since, firedAt: time, resolvedAt: undefined };
      this.#excursions.push({ ...opened, value, extreme: value });
      return;
    }
    const open = this.#excursions.pop();
    if (open !== undefined) this.#excursions.push({ ...open, resolvedAt: time });
  }

  /** The minute under way has ended. */
  endMinute(row: number): void {
    const found = this.#found;
    this.#found = NO_TRADE;
    if (this.#isStanding) this.#standing++;
    if (typeof found === "number") this.#known++;
    else this.#unknown[found] = (this.#unknown[found] ?? 0) + 1;
    if (row >= this.#value.length) return;
    this.#fires[row] = this.#isStanding ? 1 : 0;
    if (typeof found === "number") this.#value[row] = found;
  }

  /** @param time of all rules alike. */
  finish(time: Float64Array): RehearsedRule {
    return {
      rule: this.#rule,
      time,
      value: this.#value,
      fires: this.#fires,
      known: this.#known,
      standing: this.#standing,
      unknown: this.#unknown,
      excursions: this.#excursions,
    };
  }

  #isFurther(value: number, than: number): boolean {
    const { side } = this.#rule.fire;
    if (side === "beyond") return Math.abs(value) > Math.abs(than);
    return side === "above" ? value > than : value < than;
  }
}

const NO_TRADE = "stale";
