import type { BarSeries } from "./bar_series.ts";
import type { CommonBars } from "./common_bars.ts";
import type { PriceRelation } from "./price_relation.ts";

/** One bar of both sides that stands out. */
export interface WorstBar {
  /** Our time, epoch ms UTC. */
  readonly openTime: number;
  readonly ours: BarValues;
  readonly theirs: BarValues;
  /** How far their prices are from what the relation between both leads to expect: the farthest of the four. */
  readonly apart: number;
}

export interface BarValues {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The bars whose prices are farthest from what the relation found leads to expect, the farthest first. */
export function worstBars(
  ours: BarSeries,
  theirs: BarSeries,
  common: CommonBars,
  relation: PriceRelation,
  most: number,
): WorstBar[] {
  const expected = expectation(relation);
  const apart = Float64Array.from(common.ours, (row, i) => {
    const other = common.theirs[i]!, time = ours.openTime[row]!;
    const far = (name: "open" | "high" | "low" | "close") =>
      Math.abs(theirs[name][other]! - expected(ours[name][row]!, time)) || 0;
    return Math.max(far("open"), far("high"), far("low"), far("close"));
  });
  return topOf(apart, most).map((i) => ({
    openTime: ours.openTime[common.ours[i]!]!,
    ours: valuesOf(ours, common.ours[i]!),
    theirs: valuesOf(theirs, common.theirs[i]!),
    apart: apart[i]!,
  }));
}

function expectation(relation: PriceRelation): (price: number, time: number) => number {
  if (relation.kind === "scale" || relation.kind === "drift") {
    return (price) => price * relation.factor;
  }
  if (relation.kind !== "offset") return (price) => price;
  const { levels } = relation;
  return (price, time) => {
    const level = levels.find(({ to }) => time < to) ?? levels.at(-1)!;
    return price + level.offset;
  };
}

function valuesOf(series: BarSeries, row: number): BarValues {
  return {
    open: series.open[row]!,
    high: series.high[row]!,
    low: series.low[row]!,
    close: series.close[row]!,
    volume: series.volume[row]!,
  };
}

/** Places of the largest values above 0, the largest first. */
function topOf(values: Float64Array, most: number): number[] {
  const top: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (!(values[i]! > 0) || (top.length === most && values[i]! <= values[top.at(-1)!]!)) continue;
    const at = top.findIndex((one) => values[one]! < values[i]!);
    top.splice(at === -1 ? top.length : at, 0, i);
    if (top.length > most) top.pop();
  }
  return top;
}
