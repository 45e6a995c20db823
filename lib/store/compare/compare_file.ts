import type { BarsFile } from "../../bars/csv/read_bars_csv.ts";
import { MarketError } from "../../model/errors.ts";
import { HOUR, type Interval, MINUTE } from "../../model/time.ts";
import type { StoreReader } from "../store.ts";
import type { ComparedColumns } from "./bar_series.ts";
import { type BarComparison, compareBars, type CompareOptions } from "./compare_bars.ts";
import { FARTHEST } from "./move_pair.ts";

/** What may be asked of a comparison with a file. */
export type FileCompareOptions = Pick<
  CompareOptions,
  "tolerance" | "volumeTolerance" | "share" | "worst"
>;

/** Compares bars with those of a file. */
export function compareFile(
  ours: ComparedColumns,
  file: BarsFile,
  options: FileCompareOptions & Pick<CompareOptions, "hasContracts">,
): BarComparison {
  const { columns, zone } = file;
  const volume = columns.volume ?? new Float64Array(columns.openTime.length).fill(NaN);
  return compareBars(ours, { ...columns, volume }, { ...options, readAs: zone ?? "UTC" });
}

/**
 * Compares the stored minutes of an instrument with a file of bars; where its bars are longer, the minutes are put
 * together to bars as long.
 *
 * @throws {MarketError} `not-stored` for an instrument that the store does not have.
 * @throws {RangeError} for an option out of range.
 */
export async function compareStored(
  store: Pick<StoreReader, "instruments" | "bars" | "place">,
  id: string,
  file: BarsFile,
  options: FileCompareOptions = {},
): Promise<BarComparison> {
  const known = await store.instruments();
  const instrument = known.find((one) => one.id === id);
  if (instrument === undefined) {
    const names = known.map((one) => one.id).join(", ") || "nothing";
    throw new MarketError(
      "not-stored",
      "configure",
      `${id} is not in ${store.place}; stored there: ${names}.`,
    );
  }
  const ours = await store.bars({ instrument: id, stepMs: MINUTE, ...reachOf(file) });
  return compareFile(ours, file, { ...options, hasContracts: instrument.kind === "future" });
}

/** Time in which bars may belong to those of a file, whatever zone its times are of. */
export function reachOf({ columns }: BarsFile): Interval {
  let from = Infinity, to = -Infinity;
  for (let row = 0; row < columns.openTime.length; row++) {
    const time = columns.openTime[row]!;
    if (time < from) from = time;
    if (time > to) to = time;
  }
  if (from > to) return { from: 0, to: 0 };
  return { from: from - FARTHEST - HOUR, to: to + FARTHEST + HOUR };
}
