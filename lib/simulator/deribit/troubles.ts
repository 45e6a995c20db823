import { brokenText, type Damage } from "../damage.ts";
import { Reorder } from "../reorder.ts";
import type { VolatilityData, VolatilityRow } from "./volatility_history.ts";
import { floorTo, MINUTE } from "../../model/time.ts";

/** One value of an index, to be sent to the subscribers of its channel. */
export interface IndexNotice {
  readonly channel: string;
  readonly time: number;
  text: string;
}

/** How far a future row lies ahead of the clock: one before it could not be known from a real one. */
const AHEAD_MS = 5 * MINUTE;

/** Temporary faults of the venue. Times are venue ms. */
export class Troubles {
  readonly order = new Reorder<IndexNotice>();
  /** Calls still to be refused for want of credits, answers of history still to be cut, or given a row to come. */
  callsToRefuse = 0;
  answersToCut = 0;
  answersAhead = 0;
  maintenanceUntil = -Infinity;
  lockedUntil = -Infinity;
  missingUntil = -Infinity;

  isMaintained(now: number): boolean {
    return now < this.maintenanceUntil;
  }

  isLocked(now: number): boolean {
    return now < this.lockedUntil;
  }

  /** Channels of indices are not accepted. */
  isMissing(now: number): boolean {
    return now < this.missingUntil;
  }

  /** History as the next answer shows it at a time. */
  spoilt({ data, continuation }: VolatilityData, now: number): VolatilityData {
    let rows = data;
    if (this.answersToCut > 0) {
      this.answersToCut--;
      rows = rows.slice(0, Math.floor(rows.length / 2));
    }
    const last = rows.at(-1);
    if (this.answersAhead > 0 && last !== undefined) {
      this.answersAhead--;
      const [, ...values] = last;
      rows = [...rows, [floorTo(now, MINUTE) + AHEAD_MS, ...values] as VolatilityRow];
    }
    return { data: rows, continuation };
  }
}

/** A notice or an answer of history that no reader may believe. */
export function damaged(text: string, damage: Damage): string {
  switch (damage) {
    case "broken-json":
      return brokenText(text);
    case "impossible-values":
      return text.replace(/("volatility":|\[\d{13},[\d.]+,)[\d.]+/g, "$1-1");
    case "not-a-number":
      return text.replace(/("volatility":|\[\d{13},)[\d.]+/g, '$1"NaN"');
  }
}
