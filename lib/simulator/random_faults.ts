import type { Fault, FaultAction, FaultKind } from "./fault.ts";
import { drawnFrom, FAULT_NUMBERS } from "./fault_kinds.ts";
import type { StrikableVenue } from "./fault_target.ts";
import { SeededRandom } from "./seeded_random.ts";

export interface RandomFaultsOptions {
  readonly seed: number;
  readonly venues: readonly StrikableVenue[];
  /** Venue epoch ms; the faults strike within `[from, to)`. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly kinds: readonly FaultKind[];
}

/**
 * Faults spread evenly over `[from, to)` with chance in the exact time, the venue, the kind and the size,
 * which {@link FAULT_NUMBERS} bounds: stalls and refusals of 5 to 60 s, delays of 0.5 to 5 s for 10 to 60 s,
 * 1 to 5 spoilt messages. The same options give the same faults.
 *
 * @throws {RangeError} when there is nothing to choose from or the stretch is empty.
 */
export function randomFaults(options: RandomFaultsOptions): Fault[] {
  const { seed, venues, from, to, count, kinds } = options;
  if (!Number.isInteger(count) || count < 0) {
    throw new RangeError(`count must be a whole number of at least 0, got ${count}`);
  }
  if (!(to > from)) throw new RangeError(`to must be above from, got from ${from} to ${to}`);
  if (venues.length === 0) throw new RangeError("venues must name at least one venue, got none");
  for (const { venue, faults } of venues) {
    if (kinds.some((kind) => faults.includes(kind))) continue;
    throw new RangeError(`kinds must name at least one kind that strikes ${venue}, got none`);
  }
  const random = new SeededRandom(seed, "faults");
  const one = <T>(list: readonly T[]) => list[Math.floor(random.next() * list.length)]!;
  const slot = (to - from) / count;
  return Array.from({ length: count }, (_, i) => {
    const time = Math.floor(from + (i + random.next()) * slot);
    const { venue, faults } = one(venues);
    const possible = kinds.filter((kind) => faults.includes(kind));
    return { at: { time }, venue, action: actionOf(one(possible), () => random.next()) };
  });
}

function actionOf(kind: FaultKind, chance: () => number): FaultAction {
  const numbers = Object.entries(FAULT_NUMBERS[kind])
    .map(([name, range]) => [name, drawnFrom(range, chance())]);
  return { kind, ...Object.fromEntries(numbers) } as FaultAction;
}
