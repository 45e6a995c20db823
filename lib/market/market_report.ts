import { ABSENT_AT_VENUE } from "../bars/count_minutes.ts";
import { BarExaminer, type DataReport } from "../bars/report/data_report.ts";
import { reportColumnsOf } from "../bars/report/report_rows.ts";
import type { Coverage, Missing } from "../model/coverage.ts";
import type { Instrument } from "../model/instrument.ts";
import { floorTo, formatUtc, type Interval, MINUTE } from "../model/time.ts";
import { STOPPED_BY_USER } from "../feeds/connection.ts";
import type { Downtime } from "./connection_log.ts";
import { calendarOf } from "../calendar/instrument_calendar.ts";
import type { Market } from "./market.ts";

/**
 * Whose fault it is: `market` is the venue's own, `connection` lies between the venue and here, `stop` is the user's
 * wish.
 */
export type LossCause = "market" | "connection" | "unknown" | "stop";

/** A stretch of minutes without bars, with what the connection did meanwhile. */
export interface Loss extends Interval {
  readonly minutes: number;
  readonly cause: LossCause;
  /** `3 minutes are missing while the connection was up: the venue has none.` */
  readonly sentence: string;
}

export interface MarketVerdict {
  readonly cause: "nothing" | LossCause | "data";
  readonly sentence: string;
}

/** What is known of one instrument's data. */
export interface InstrumentReport {
  readonly instrument: string;
  readonly coverage: Coverage;
  /** The same examination as for a file. */
  readonly data: DataReport;
  readonly losses: readonly Loss[];
  readonly verdict: MarketVerdict;
}

/** Is it the market or is it me? */
export interface MarketReport {
  /** Venue time of the report, epoch ms UTC; NaN while unknown. */
  readonly venueTime: number;
  readonly instruments: readonly InstrumentReport[];
  readonly verdict: MarketVerdict;
}

/** The parts of a market that are looked at. */
export type ReportedMarket = Pick<
  Market,
  "instruments" | "coverage" | "minuteGrid" | "journal" | "venueTime"
>;

/** A minute is given this long after its end before it is called missing, venue ms. */
const GRACE_MS = MINUTE;
/** A connection that went quiet is noticed later than it went. */
const NOTICE_MS = MINUTE;

/**
 * Examines what a market holds, and says of each missing stretch whether the venue has none or the connection
 * lost it.
 */
export function marketReport(market: ReportedMarket): MarketReport {
  return new MarketReporter(market).report();
}

/** {@link marketReport} time and again: after the first, a report costs little beyond the minutes that are new. */
export class MarketReporter {
  readonly #market: ReportedMarket;
  /** Of the instruments followed at the last report; one that left and came back begins anew. */
  #examined: ReadonlyMap<Instrument, BarExaminer> = new Map();

  constructor(market: ReportedMarket) {
    this.#market = market;
  }

  report(): MarketReport {
    const { venueTime } = this.#market;
    this.#examined = new Map(this.#market.instruments.map((instrument) => {
      const known = this.#examined.get(instrument);
      const calendar = calendarOf(instrument);
      return [instrument, known ?? new BarExaminer({ calendar, stepMs: MINUTE })];
    }));
    const instruments = [...this.#examined].map(([instrument, examiner]) =>
      reportOn(this.#market, instrument, examiner)
    );
    return { venueTime, instruments, verdict: verdictOf(instruments) };
  }
}

function reportOn(
  market: ReportedMarket,
  instrument: Instrument,
  examiner: BarExaminer,
): InstrumentReport {
  const { id, venue } = instrument;
  const coverage = market.coverage(id);
  const { connections } = market.journal;
  const downtimes = connections.downtimes(venue), stops = connections.stops(venue);
  const due = floorTo(market.venueTime - GRACE_MS, MINUTE);
  const losses = coverage.missing.flatMap((missing) => lossOf(missing, due, { downtimes, stops }));
  const data = examiner.report(reportColumnsOf(market.minuteGrid(id)));
  return {
    instrument: id,
    coverage,
    data,
    losses,
    verdict: verdictOn(coverage, data, losses, downtimes),
  };
}

/** When a venue did not deliver. */
interface Silences {
  readonly downtimes: readonly Downtime[];
  /** The user had stopped it. */
  readonly stops: readonly Downtime[];
}

/** @param due minutes from here on may still come. */
function lossOf(missing: Missing, due: number, { downtimes, stops }: Silences): Loss[] {
  const isAbsent = missing.reason === ABSENT_AT_VENUE;
  const { from } = missing;
  const to = isAbsent ? missing.to : Math.min(missing.to, due);
  const minutes = Math.round((to - from) / MINUTE);
  if (!(minutes > 0)) return [];
  const down = downtimes.find((each) => each.from - NOTICE_MS < to && each.to + NOTICE_MS > from);
  const many = `${counted(minutes)} ${minutes === 1 ? "is" : "are"} missing (${
    spanOf({ from, to })
  })`;
  const isStop = missing.reason.startsWith(STOPPED_BY_USER) ||
    stops.some((stop) => stop.from - NOTICE_MS < from && stop.to + NOTICE_MS > to);
  if (isStop) {
    const rest = isAbsent ? ", and the venue's history has none" : "";
    const sentence = `${many} while the venue was ${STOPPED_BY_USER}${rest}.`;
    return [{ from, to, minutes, cause: "stop", sentence }];
  }
  const loss = (cause: LossCause, sentence: string) => [{ from, to, minutes, cause, sentence }];
  if (down === undefined) {
    return isAbsent
      ? loss("market", `${many} while the connection was up: the venue has none.`)
      : loss(
        "unknown",
        `${many} though the connection was up: the venue's history is asked for them.`,
      );
  }
  const during = `${many} while the connection was down ${spanOf(down)}`;
  return isAbsent
    ? loss("market", `${during}, and the venue's history has none either.`)
    : loss("connection", `${during}, not healed yet: ${down.reason}`);
}

function verdictOn(
  coverage: Coverage,
  data: DataReport,
  losses: readonly Loss[],
  downtimes: readonly Downtime[],
): MarketVerdict {
  if (data.verdict.cause === "data" && data.findings.some(({ severity }) => severity === "fault")) {
    return { cause: "data", sentence: data.verdict.sentence };
  }
  for (const cause of ["connection", "unknown", "market", "stop"] as const) {
    const of = losses.filter((loss) => loss.cause === cause);
    const largest = of.reduce<Loss | undefined>(
      (a, b) => a === undefined || b.minutes > a.minutes ? b : a,
      undefined,
    );
    if (largest === undefined) continue;
    const more = of.length === 1 ? "" : ` (${of.length - 1} more like it)`;
    return { cause, sentence: `${OPENING[cause]} ${largest.sentence}${more}` };
  }
  const { healed, expected } = coverage;
  const down = downtimes.at(-1);
  const after = healed === 0
    ? ""
    : `; ${counted(healed)} lost on the way ${
      healed === 1 ? "was" : "were"
    } healed from the venue's history${
      down === undefined ? "" : `, the last time the connection was down ${spanOf(down)}`
    }`;
  return { cause: "nothing", sentence: `Nothing of ${counted(expected)} is missing${after}.` };
}

const OPENING: Readonly<Record<LossCause, string>> = {
  market: "It is the market:",
  connection: "It is the connection:",
  unknown: "Not known yet:",
  stop: "It is you:",
};

/** The gravest of the instruments speaks for all. */
function verdictOf(instruments: readonly InstrumentReport[]): MarketVerdict {
  for (const cause of ["data", "connection", "unknown", "market", "stop"] as const) {
    const of = instruments.filter(({ verdict }) => verdict.cause === cause);
    const [first] = of;
    if (first === undefined) continue;
    const others = of.length === 1
      ? ""
      : ` So with ${of.slice(1).map(({ instrument }) => instrument).join(", ")}.`;
    return { cause, sentence: `${first.instrument}: ${first.verdict.sentence}${others}` };
  }
  const healed = instruments.reduce((sum, { coverage }) => sum + coverage.healed, 0);
  const after = healed === 0
    ? ""
    : ` ${counted(healed)} lost on the way came back from the venues' history.`;
  return { cause: "nothing", sentence: `Nothing is missing.${after}` };
}

function counted(minutes: number): string {
  return `${minutes.toLocaleString("en-US")} ${minutes === 1 ? "minute" : "minutes"}`;
}

/** `2025-12-03 14:02–14:14 UTC`; `since 14:02` while it lasts. */
function spanOf({ from, to }: Interval): string {
  const day = formatUtc(from).slice(0, 10);
  const clock = (time: number) => formatUtc(time).slice(11, 16);
  if (to === Infinity) return `since ${day} ${clock(from)} UTC`;
  const end = formatUtc(to).startsWith(day) ? clock(to) : formatUtc(to).slice(0, 16);
  return `${day} ${clock(from)}–${end} UTC`;
}
