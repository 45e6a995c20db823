import { MINUTE } from "../model/time.ts";
import type { PairPlan } from "./planted_pairs.ts";
import { MINUTES_A_DAY, mixed, SLOT_MS, SLOTS_A_MINUTE } from "./price_path.ts";
import type { SeededRandom } from "./seeded_random.ts";

/** A day of a price that is tied to another one. */
export interface TiedDay {
  readonly plan: PairPlan;
  /** Log price of `y` less `hedgeRatio` times that of `x` while the spread is 0. */
  readonly offset: number;
  /** Prices of `x` at each slot's start, and at the day's end. */
  readonly of: Float64Array;
  /** Log price of `y` at the day's start; NaN on the first day, where the spread is drawn. */
  readonly first: number;
  /** Slots before the tie is cut; Infinity where it is not. */
  readonly breaksAtSlot: number;
  /** What `y` does by itself from then on: log moves of a slot. */
  readonly own: (slot: number) => number;
}

/**
 * Walks a day: the spread returns to 0 as a first-order autoregression (Ornstein and Uhlenbeck), and `y` is what `x`
 * and the spread make it.
 *
 * @returns price at each slot's start, and at the day's end.
 */
export function walkTied(day: TiedDay, random: SeededRandom): Float64Array {
  const { plan: { hedgeRatio, deviation, halfLifeMs }, offset, of, first, breaksAtSlot } = day;
  const kept = 2 ** (-SLOT_MS / halfLifeMs);
  const fair = (slot: number) => offset + hedgeRatio * Math.log(of[slot]!);
  const walked = new Float64Array(of.length);
  let log = Number.isNaN(first) ? fair(0) + deviation * random.gaussian() : first;
  let spread = log - fair(0);
  walked[0] = Math.exp(log);
  for (let slot = 0; slot < MINUTES_A_DAY * SLOTS_A_MINUTE; slot++) {
    const chance = random.gaussian();
    if (slot < breaksAtSlot) {
      spread = mixed(kept, spread, deviation * chance);
      log = fair(slot + 1) + spread;
    } else {
      log += day.own(slot);
    }
    walked[slot + 1] = Math.exp(log);
  }
  return walked;
}

/** Slots of a day that begin before a time. */
export function slotsBefore(dayStart: number, time: number): number {
  return (time - dayStart) / MINUTE * SLOTS_A_MINUTE;
}
