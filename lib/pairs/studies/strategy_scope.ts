import { dueFundings } from "../../model/funding.ts";
import { hasFunding } from "../../model/instrument.ts";
import { ceilTo, floorTo, MINUTE } from "../../model/time.ts";
import { stepOf } from "../../model/timeframe.ts";
import type { StudyEvidence, StudyScope, StudySide } from "../../sync/studies/study.ts";
import { MIXED_CONTRACTS, type Slot, slotAt } from "../../sync/timeframe_grid.ts";
import type { StrategyLeg, StrategyRows } from "../strategy_rows.ts";

/**
 * Complete bars of both sides of a study, since the newest roll of either: a contract that follows another is not what
 * was held.
 */
export function strategyScope(
  scope: StudyScope,
): { readonly rows: StrategyRows; readonly evidence: StudyEvidence } {
  const [y, x] = scope.sides;
  if (y === undefined || x === undefined || scope.sides.length !== 2) {
    throw new RangeError(`a strategy must have two sides, got ${scope.sides.length}`);
  }
  if (scope.timeframe === "1d") throw new RangeError("a strategy is not traded on days");
  const stepMs = stepOf(scope.timeframe);
  const begun = [y, x].filter(({ grid }) => grid.length > 0);
  const isEmpty = begun.length < 2;
  const start = isEmpty ? 0 : ceilTo(Math.max(...begun.map(({ grid }) => grid.start)), stepMs);
  const end = isEmpty ? 0 : floorTo(
    Math.min(...begun.map(({ grid }) => grid.start + grid.length * MINUTE)),
    stepMs,
  );
  const all = Math.max(0, (end - start) / stepMs);
  const slotsOf = ({ grid }: StudySide) =>
    Array.from({ length: all }, (_, row) => slotAt(grid, stepMs, start + row * stepMs));
  const ofY = slotsOf(y), ofX = slotsOf(x);
  const roll = Math.max(newestContract(ofY), newestContract(ofX));
  const length = all - roll, from = start + roll * stepMs;
  const [inY, inX] = [ofY.slice(roll), ofX.slice(roll)];
  const both = inY.map((slot, row) => slot.isComplete && inX[row]!.isComplete);
  const possible = inY.map((slot, row) => isPossible(slot) && isPossible(inX[row]!));
  const n = both.filter(Boolean).length, expected = possible.filter(Boolean).length;
  return {
    rows: {
      start: from,
      stepMs,
      length,
      y: withFunding(legOf(inY), y, { from, stepMs }),
      x: withFunding(legOf(inX), x, { from, stepMs }),
    },
    evidence: {
      n,
      expected,
      from: length === 0 ? NaN : from,
      to: length === 0 ? NaN : end,
      excluded: { cut: 0, closed: length - expected, roll, gap: Math.max(0, expected - n) },
      unit: "bars of both sides",
    },
  };
}

function isPossible({ inSession, isCovered }: Slot): boolean {
  return inSession && isCovered;
}

function legOf(slots: readonly Slot[]) {
  const column = (of: (slot: Slot) => number) =>
    Float64Array.from(slots, (slot) => slot.isComplete && slot.close > 0 ? of(slot) : NaN);
  return {
    open: column(({ open }) => open),
    close: column(({ close }) => close),
    money: column(({ volume, close }) => volume * close),
  };
}

/** What holders into each row's open had to pay since the row before opened. */
function withFunding(
  leg: StrategyLeg,
  { instrument, fundings = [] }: StudySide,
  { from, stepMs }: { readonly from: number; readonly stepMs: number },
): StrategyLeg {
  if (!hasFunding(instrument)) return leg;
  const funding = new Float64Array(leg.open.length);
  const last = from + (funding.length - 1) * stepMs;
  for (const { time, rate } of dueFundings(fundings, from, last + 1)) {
    funding[Math.ceil((time - from) / stepMs)]! += rate ?? NaN;
  }
  return { ...leg, funding };
}

/** First row of the contract month that is traded now. */
function newestContract(slots: readonly Slot[]): number {
  let contract = 0;
  for (let row = slots.length - 1; row >= 0; row--) {
    const here = slots[row]!.contract;
    if (here === 0) continue;
    if (contract === 0) contract = here;
    if (here !== contract || here === MIXED_CONTRACTS) return row + 1;
  }
  return 0;
}
