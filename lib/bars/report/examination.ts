import { alwaysOpen, type TradingCalendar } from "../../calendar/calendar.ts";
import { counted } from "../../model/counted.ts";
import { floorTo, formatUtc } from "../../model/time.ts";
import { Commonest } from "./commonest.ts";
import { type DataFinding } from "./data_finding.ts";
import { type DataVerdict, verdictOf } from "./data_verdict.ts";
import { FlatJudge, type FlatRun } from "./flat_bars.ts";
import { type MissingStretch, SlotJudge } from "./missing_bars.ts";
import { MoveJudge } from "./price_moves.ts";
import { type ReportRows, rowTime } from "./report_rows.ts";
import { RowJudge } from "./row_findings.ts";
import { orderRows, type RowOrder } from "./row_order.ts";
import { type ZoneGuess, ZoneGuesser } from "./time_zone_guess.ts";

/** Options of `reportOnBars`. */
export interface DataReportOptions {
  /** When the market trades: bars missing while it is closed are not gaps. @default always open */
  readonly calendar?: TradingCalendar;
  /** Length of a bar, ms. @default the commonest distance of two neighbours */
  readonly stepMs?: number;
  /** A venue time known to have passed, epoch ms: bars after it cannot be closed, and bars before it are due. */
  readonly now?: number;
  /** True where nothing is due after the last bar, whatever `now` says: a file ends. @default false */
  readonly isEnded?: boolean;
  /** True where the calendar is what these bars themselves repeat, see `habitualHours`. @default false */
  readonly isCalendarLearned?: boolean;
}

/** Quality report on bars. */
export interface DataReport {
  /** Rows given. */
  readonly rows: number;
  /** Bars of different times among them. */
  readonly bars: number;
  /** Open time of the first bar and end of the last one, epoch ms; NaN without bars. */
  readonly from: number;
  readonly to: number;
  /** Length of a bar, ms: as given, else guessed from the bars; NaN where neither is possible. */
  readonly stepMs: number;
  /** Bars there should be, from the first to the last (or `now`). */
  readonly expected: number;
  readonly missing: readonly MissingStretch[];
  readonly flatRuns: readonly FlatRun[];
  /** Share of bars in which nothing traded; NaN where the volume is not known. */
  readonly zeroVolumeShare: number;
  /** Time zone that the times look like; undefined where the bars are inconclusive. */
  readonly zone: ZoneGuess | undefined;
  /** Findings, the most severe first; empty for clean data. */
  readonly findings: readonly DataFinding[];
  /** Is it the market or is it the data? */
  readonly verdict: DataVerdict;
}

/** Judges that start over when the step of the bars turns out to be another. */
interface StepJudges {
  readonly stepMs: number;
  readonly phaseMs: number;
  readonly slots: SlotJudge;
  readonly flat: FlatJudge;
  readonly moves: MoveJudge;
}

/** Examines bars incrementally: each judge continues where it stopped when more bars arrive. */
export class Examination {
  readonly #options: DataReportOptions;
  readonly #calendar: TradingCalendar;
  readonly #givenStepMs: number | undefined;
  readonly #rows = new RowJudge();
  readonly #zones: ZoneGuesser;
  readonly #distances = new Commonest();
  #phases = new Commonest();
  #phasesOf = NaN;
  #ordered: RowOrder | undefined;
  #judges: StepJudges | undefined;
  #rowsTaken = 0;
  #timesTaken = 0;

  /** @throws {RangeError} when `stepMs` is not a whole number above 0. */
  constructor(options: DataReportOptions = {}) {
    const { calendar = alwaysOpen, stepMs, isCalendarLearned = false } = options;
    if (stepMs !== undefined && !(Number.isSafeInteger(stepMs) && stepMs > 0)) {
      throw new RangeError(`stepMs must be a whole number of ms above 0, got ${stepMs}`);
    }
    this.#calendar = calendar;
    this.#givenStepMs = stepMs;
    this.#options = options;
    // Hours inferred from the bars fit them in every zone, so they cannot identify one.
    this.#zones = new ZoneGuesser(isCalendarLearned ? alwaysOpen : calendar);
  }

  /** @param rows those of the last call, unchanged, followed by later ones in time order; see `isContinued`. */
  report(rows: ReportRows): DataReport {
    const judged = this.#rows.judge(rows);
    const ordered = this.#order(rows, judged.hasTime);
    const { order } = ordered;
    const times = columnAt(rows.openTime, order);
    const guessed = this.#stepOf(times);
    const stepMs = this.#givenStepMs ?? guessed ?? NaN;
    const judges = this.#judgesFor(times, stepMs);
    const isAllSound = judged.isSound.indexOf(0) < 0;
    const sound = isAllSound ? order : order.filter((row) => judged.isSound[row] === 1);
    const slots = Number.isNaN(stepMs)
      ? { missing: [], expected: times.length, findings: [], hasOtherHours: false, isJudged: false }
      : judges.slots.judge(times, (place) => rowTime(rows, order[place]!));
    const flat = judges.flat.judge(rows, sound);
    const zone = this.#zones.guess(times, columnAt(rows.volume, order));
    const findings = [
      ...judged.findings,
      ...stepFinding(this.#givenStepMs, guessed, times),
      ...zoneFinding(zone, times),
      ...ordered.findings,
      ...slots.findings,
      ...flat.findings,
      ...judges.moves.judge(rows, sound),
    ].sort((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity]);
    const report = {
      rows: rows.length,
      bars: times.length,
      from: times[0] ?? NaN,
      to: (times.at(-1) ?? NaN) + stepMs,
      stepMs,
      expected: slots.expected,
      missing: slots.missing,
      flatRuns: flat.runs,
      zeroVolumeShare: rows.hasVolume ? flat.zeroVolume / sound.length : NaN,
      zone,
      findings,
    };
    const { hasOtherHours, isJudged } = slots;
    return {
      ...report,
      verdict: verdictOf({ ...report, hasOtherHours, isJudged, calendar: this.#calendar }),
    };
  }

  /** Rows added after the first call are in time order. */
  #order(rows: ReportRows, hasTime: Uint8Array): RowOrder {
    const known = this.#ordered;
    const ordered = known === undefined ? orderRows(rows, hasTime) : {
      ...known,
      order: withRows(known.order, this.#rowsTaken, rows.length),
    };
    this.#rowsTaken = rows.length;
    this.#ordered = ordered;
    return ordered;
  }

  /** The most common distance between neighbours, ms; undefined for fewer than two bars. */
  #stepOf(times: Float64Array): number | undefined {
    for (let i = Math.max(1, this.#timesTaken); i < times.length; i++) {
      this.#distances.add(times[i]! - times[i - 1]!);
    }
    return this.#distances.value;
  }

  #judgesFor(times: Float64Array, stepMs: number): StepJudges {
    const isSameStep = Object.is(stepMs, this.#phasesOf);
    if (!isSameStep) this.#phases = new Commonest();
    for (let i = isSameStep ? this.#timesTaken : 0; i < times.length; i++) {
      this.#phases.add(times[i]! - floorTo(times[i]!, stepMs));
    }
    this.#phasesOf = stepMs;
    this.#timesTaken = times.length;
    const phaseMs = this.#phases.value ?? 0;
    const known = this.#judges;
    if (known !== undefined && isSameStep && Object.is(known.phaseMs, phaseMs)) return known;
    const options = { ...this.#options, calendar: this.#calendar, stepMs, phaseMs };
    return this.#judges = {
      stepMs,
      phaseMs,
      slots: new SlotJudge(options),
      flat: new FlatJudge(stepMs),
      moves: new MoveJudge(stepMs),
    };
  }
}

function columnAt(column: Float64Array, order: Uint32Array): Float64Array {
  const values = new Float64Array(order.length);
  for (let i = 0; i < order.length; i++) values[i] = column[order[i]!]!;
  return values;
}

/** The order with rows `[from, to)` after it. */
function withRows(order: Uint32Array, from: number, to: number): Uint32Array {
  const longer = new Uint32Array(order.length + to - from);
  longer.set(order);
  for (let row = from; row < to; row++) longer[order.length + row - from] = row;
  return longer;
}

const GRAVITY = { fault: 0, warning: 1, note: 2 } as const;

function stepFinding(
  given: number | undefined,
  guessed: number | undefined,
  times: Float64Array,
): DataFinding[] {
  if (given === undefined || guessed === undefined || guessed <= given) return [];
  return [{
    kind: "step",
    severity: "warning",
    count: 1,
    bars: times.length,
    first: times[0]!,
    last: times.at(-1)!,
    examples: [],
    sentence: `Most bars are ${guessed / 1_000} s apart, not ${given / 1_000} s as given.`,
  }];
}

function zoneFinding(zone: ZoneGuess | undefined, times: Float64Array): DataFinding[] {
  if (zone === undefined || zone.zone === "UTC") return [];
  const hours = zone.shiftMs / 3_600_000;
  const shift = `${hours < 0 ? "−" : "+"}${Math.abs(hours)} h`;
  const why = zone.evidence === "calendar"
    ? "the daily break and the weekend"
    : "the rise of the volume at the New York open";
  return [{
    kind: "zone",
    severity: "warning",
    count: 1,
    bars: times.length,
    first: times[0]!,
    last: times.at(-1)!,
    examples: [{
      openTime: times.at(-1)!,
      what: `${formatUtc(times.at(-1)!)} as read would be ${
        formatUtc(times.at(-1)! + zone.shiftMs)
      }`,
    }],
    sentence: `These ${
      counted(times.length, "time")
    } look like ${zone.zone}, not UTC (shift ${shift} at the end), by ${why}; ${
      Math.floor(100 * zone.confidence)
    } % sure. Nothing was changed.`,
  }];
}
