import { counted } from "../../model/counted.ts";
import { formatUtc, type Interval } from "../../model/time.ts";
import { type DataFinding, shareText, Tally } from "./data_finding.ts";
import { type ReportRows, rowTime } from "./report_rows.ts";

/** Neighbouring bars that all stand at one price. */
export interface FlatRun extends Interval {
  readonly bars: number;
  /** True when nothing traded in any of them; undefined where the volume is not known. */
  readonly isIdle: boolean | undefined;
}

export interface FlatFindings {
  readonly runs: readonly FlatRun[];
  /** Bars in which nothing traded; 0 where the volume is not known. */
  readonly zeroVolume: number;
  readonly findings: readonly DataFinding[];
}

/** Fewest neighbouring bars at one price that are reported: shorter stretches are normal in quiet hours. */
const MIN_RUN = 10;

/** Finds stretches at one price, and bars in which nothing traded. */
export class FlatJudge {
  readonly #stepMs: number;
  readonly #runs: FlatRun[] = [];
  readonly #zero = new Tally();
  /** Bars without volume whose price moved. */
  readonly #moved = new Tally();
  /** Index of the first bar of the stretch that is still open. */
  #begin = 0;
  #taken = 0;

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  /**
   * @param order sound rows in order of time. Called again with more rows, it looks at those alone; the ones it
   * has looked at must be as they were.
   */
  judge(rows: ReportRows, order: Uint32Array): FlatFindings {
    const zero = this.#zero, moved = this.#moved;
    for (; this.#taken < order.length; this.#taken++) this.#take(rows, order, this.#taken);
    const runs = [...this.#runs, ...this.#runTo(rows, order, order.length)];
    const isNeverFilled = zero.count === order.length && zero.count > 1;
    return {
      runs,
      zeroVolume: zero.count,
      findings: [
        ...flatFinding(runs),
        ...zeroFinding(zero, moved, order.length, isNeverFilled),
      ],
    };
  }

  #take(rows: ReportRows, order: Uint32Array, i: number): void {
    const row = order[i]!, openTime = rows.openTime[row]!;
    if (rows.volume[row] === 0) {
      this.#zero.add(openTime, () => rowTime(rows, row));
      if (!isOnePrice(rows, row)) this.#moved.add(openTime, () => rowTime(rows, row));
    }
    if (isOnePrice(rows, row) && continues(rows, order, this.#begin, i, this.#stepMs)) return;
    this.#runs.push(...this.#runTo(rows, order, i));
    this.#begin = i;
  }

  /** The open stretch, if it ends before index `end` and is long enough to report. */
  #runTo(rows: ReportRows, order: Uint32Array, end: number): FlatRun[] {
    const members = order.subarray(this.#begin, end);
    return members.length >= MIN_RUN && isOnePrice(rows, members[0]!)
      ? [runOf(rows, members, this.#stepMs)]
      : [];
  }
}

function isOnePrice({ open, high, low, close }: ReportRows, row: number): boolean {
  const price = high[row];
  return price === low[row] && price === open[row] && price === close[row];
}

/** Whether row `i` follows the run that began at `begin` without a break, at its price. */
function continues(
  rows: ReportRows,
  order: Uint32Array,
  begin: number,
  i: number,
  stepMs: number,
): boolean {
  if (i === begin) return true;
  const row = order[i]!, before = order[i - 1]!;
  return rows.openTime[row]! - rows.openTime[before]! === stepMs &&
    rows.close[row] === rows.close[order[begin]!] && isOnePrice(rows, before) &&
    rows.contract[row] === rows.contract[before];
}

function runOf(rows: ReportRows, members: Uint32Array, stepMs: number): FlatRun {
  return {
    from: rows.openTime[members[0]!]!,
    to: rows.openTime[members.at(-1)!]! + stepMs,
    bars: members.length,
    isIdle: rows.hasVolume ? members.every((row) => rows.volume[row] === 0) : undefined,
  };
}

/** Volume 0 in every bar is an unused column; volume 0 in a bar whose price moved is lost data. */
function zeroFinding(
  zero: Tally,
  moved: Tally,
  all: number,
  isNeverFilled: boolean,
): DataFinding[] {
  if (isNeverFilled) {
    return zero.finding(
      "zero-volume",
      "note",
      () => "The volume is 0 in every bar: it was not recorded.",
    );
  }
  const share = () => shareText(zero.count / all);
  const idle = zero.finding(
    "zero-volume",
    "note",
    () => `In ${counted(zero.count, "bar")} (${share()}) nothing traded.`,
  );
  if (moved.count === 0) return idle;
  return moved.finding(
    "zero-volume",
    "warning",
    () =>
      `In ${
        counted(zero.count, "bar")
      } (${share()}) the volume is 0, and in ${moved.count} of them the price ` +
      "moved all the same: volume that was lost, or prices of quotes.",
  );
}

function flatFinding(runs: readonly FlatRun[]): DataFinding[] {
  const tally = new Tally();
  for (const { from, to, bars, isIdle } of runs) {
    const how = isIdle === undefined ? "" : isIdle ? ", no volume" : ", with volume";
    tally.add(from, () => `${bars} bars from ${formatUtc(from)} to ${formatUtc(to)}${how}`, bars);
  }
  const idle = runs.filter(({ isIdle }) => isIdle === true).length;
  return tally.finding("flat", "warning", () => {
    const stood = `The price stands still for ${MIN_RUN} bars or more in ${
      counted(tally.count, "stretch", "stretches")
    } (${counted(tally.bars, "bar")})`;
    if (idle === tally.count) {
      return `${stood}, all without volume: nothing traded, or the bars were filled in.`;
    }
    if (runs.some(({ isIdle }) => isIdle === undefined)) return `${stood}.`;
    return `${stood}, ${idle} of them without volume; volume at one price for so long is unusual.`;
  });
}
