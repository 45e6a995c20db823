import { faultOf } from "../../model/bar.ts";
import { counted } from "../../model/counted.ts";
import { formatUtc } from "../../model/time.ts";
import { type DataFinding, Tally } from "./data_finding.ts";
import { type ReportRows, rowName } from "./report_rows.ts";
import type { RowFault } from "./row_fault.ts";

/** Faults in the values of single rows. */
export interface RowFindings {
  readonly findings: readonly DataFinding[];
  /** 1 where the open time can be used. */
  readonly hasTime: Uint8Array;
  /** 1 where the prices are plausible, too. */
  readonly isSound: Uint8Array;
}

/** Judges each row by itself: its time, its prices and its volume. */
export class RowJudge {
  readonly #tallies = {
    line: new Tally(),
    mixed: new Tally(),
    time: new Tally(),
    price: new Tally(),
    range: new Tally(),
    volume: new Tally(),
  };
  #hasTime = new Uint8Array(0);
  #isSound = new Uint8Array(0);

  /**
   * Called again with more rows, it examines only the new ones; earlier rows must be unchanged.
   */
  judge(rows: ReportRows): RowFindings {
    const taken = this.#hasTime.length;
    this.#hasTime = lengthened(this.#hasTime, rows.length);
    this.#isSound = lengthened(this.#isSound, rows.length);
    for (let row = taken; row < rows.length; row++) this.#take(rows, row);
    return { hasTime: this.#hasTime, isSound: this.#isSound, findings: this.#findings() };
  }

  #take(rows: ReportRows, row: number): void {
    const openTime = rows.openTime[row]!;
    this.#hasTime[row] = Number.isSafeInteger(openTime) ? 1 : 0;
    const fault = rows.unread?.get(row) ?? rowFault(rows, row);
    if (fault === undefined) this.#isSound[row] = 1;
    else this.#tallies[fault.kind].add(openTime, () => `${rowName(rows, row)}: ${fault.reason}`);
  }

  #findings(): DataFinding[] {
    return FAULTS.flatMap(([kind, what]) => {
      const tally = this.#tallies[kind];
      const have = tally.count === 1 ? "has" : "have";
      const isUsual = kind === "line" && 2 * tally.count > this.#isSound.length;
      const hint = isUsual ? ": is the separator a decimal or thousands mark as well?" : ".";
      return tally.finding(
        kind,
        "fault",
        () => `${counted(tally.count, "row")} ${have} ${what}${hint}`,
      );
    });
  }
}

const FAULTS = [
  ["line", "other cells than a bar"],
  ["time", "no usable open time"],
  ["mixed", "a time of another form than most, unit or zone: a mixture of files"],
  ["price", "a price that is zero, negative or no number"],
  ["range", "prices that contradict each other (high below low, or open or close outside)"],
  ["volume", "a negative volume, or none"],
] as const;

function lengthened(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(length);
  longer.set(bytes);
  return longer;
}

/** What is wrong with the values of a row; undefined for a sound one. */
export function rowFault(rows: ReportRows, row: number): RowFault | undefined {
  const bar = {
    openTime: rows.openTime[row]!,
    open: rows.open[row]!,
    high: rows.high[row]!,
    low: rows.low[row]!,
    close: rows.close[row]!,
    volume: rows.hasVolume ? rows.volume[row]! : 0,
    closed: true,
    revision: 0,
    source: "replay" as const,
  };
  const { openTime, open, high, low, close, volume } = bar;
  if (!Number.isSafeInteger(openTime)) return { kind: "time", reason: `open time ${openTime}` };
  const prices = [open, high, low, close];
  const bad = prices.find((price) => !(Number.isFinite(price) && price > 0));
  if (bad !== undefined) return { kind: "price", reason: `price ${bad} at ${formatUtc(openTime)}` };
  if (Number.isNaN(volume)) return { kind: "volume", reason: "it has no volume" };
  // Step 1 disables the grid check: alignment is checked elsewhere, once the step is known.
  const reason = faultOf(bar, 1);
  if (reason === undefined) return undefined;
  return { kind: Number.isFinite(volume) && volume >= 0 ? "range" : "volume", reason };
}
