import { faultOf } from "../model/bar.ts";
import { formatUtc } from "../model/time.ts";
import { counted, type DataFinding, Tally } from "./data_finding.ts";
import type { ReportRows } from "./report_rows.ts";

/** What is wrong with the values of single rows. */
export interface RowFindings {
  readonly findings: readonly DataFinding[];
  /** 1 where the open time can be used. */
  readonly hasTime: Uint8Array;
  /** 1 where the prices can be believed, too. */
  readonly isSound: Uint8Array;
}

/** Judges each row by itself: its time, its prices and its volume. */
export function judgeRows(rows: ReportRows): RowFindings {
  const tallies = {
    time: new Tally(),
    price: new Tally(),
    range: new Tally(),
    volume: new Tally(),
  };
  const hasTime = new Uint8Array(rows.length), isSound = new Uint8Array(rows.length);
  for (let row = 0; row < rows.length; row++) {
    const openTime = rows.openTime[row]!;
    hasTime[row] = Number.isSafeInteger(openTime) ? 1 : 0;
    const fault = rowFault(rows, row);
    if (fault === undefined) isSound[row] = 1;
    else tallies[fault.kind].add(openTime, () => `row ${row + 1}: ${fault.reason}`);
  }
  const sentence = (tally: Tally, what: string) => () =>
    `${counted(tally.count, "row")} ${tally.count === 1 ? "has" : "have"} ${what}.`;
  const { time, price, range, volume } = tallies;
  return {
    hasTime,
    isSound,
    findings: [
      ...time.finding("time", "fault", sentence(time, "no usable open time")),
      ...price.finding(
        "price",
        "fault",
        sentence(price, "a price that is zero, negative or no number"),
      ),
      ...range.finding(
        "range",
        "fault",
        sentence(
          range,
          "prices that contradict each other (high below low, or open or close outside)",
        ),
      ),
      ...volume.finding("volume", "fault", sentence(volume, "a negative volume, or none")),
    ],
  };
}

interface RowFault {
  readonly kind: "time" | "price" | "range" | "volume";
  readonly reason: string;
}

function rowFault(rows: ReportRows, row: number): RowFault | undefined {
  const bar = {
    openTime: rows.openTime[row]!,
    open: rows.open[row]!,
    high: rows.high[row]!,
    low: rows.low[row]!,
    close: rows.close[row]!,
    volume: rows.hasVolume ? rows.volume[row]! : 0,
    ...{ closed: true, revision: 0, source: "replay" as const },
  };
  const { openTime, open, high, low, close, volume } = bar;
  if (!Number.isSafeInteger(openTime)) return { kind: "time", reason: `open time ${openTime}` };
  const prices = [open, high, low, close];
  const bad = prices.find((price) => !(Number.isFinite(price) && price > 0));
  if (bad !== undefined) return { kind: "price", reason: `price ${bad} at ${formatUtc(openTime)}` };
  // Its own rule on the grid is judged apart, where the step is known.
  const reason = faultOf(bar, 1);
  if (reason === undefined) return undefined;
  return { kind: Number.isFinite(volume) && volume >= 0 ? "range" : "volume", reason };
}
