import type { TradingCalendar } from "../../calendar/calendar.ts";
import { counted } from "../../model/counted.ts";
import { DAY, formatUtc } from "../../model/time.ts";
import { type DataFinding, type FindingKind, shareText } from "./data_finding.ts";
import type { FlatRun } from "./flat_bars.ts";
import type { MissingStretch } from "./missing_bars.ts";
import type { ZoneGuess } from "./time_zone_guess.ts";

/** Is it the market or is it me? */
export interface DataVerdict {
  /**
   * `nothing` is wrong; the `clock` of the file is another zone's; the `data` is damaged; the `market` itself paused
   * or is thin; `unknown`: the bars do not show which.
   */
  readonly cause: "nothing" | "clock" | "data" | "market" | "unknown";
  readonly sentence: string;
}

/** Inputs of a verdict. */
export interface VerdictEvidence {
  readonly bars: number;
  readonly expected: number;
  readonly missing: readonly MissingStretch[];
  readonly flatRuns: readonly FlatRun[];
  readonly zone: ZoneGuess | undefined;
  readonly findings: readonly DataFinding[];
  /** Calendar the bars were checked against, and whether they follow different hours. */
  readonly calendar: TradingCalendar;
  readonly hasOtherHours: boolean;
  /** Whether missing bars could be determined. */
  readonly isJudged: boolean;
}

/** What the data is at fault for, one and many. */
const DAMAGE: { readonly [Kind in FindingKind]?: readonly [one: string, many?: string] } = {
  line: ["broken line"],
  time: ["unusable time"],
  mixed: ["time in another form", "times in another form"],
  price: ["impossible price"],
  range: ["contradictory bar"],
  volume: ["impossible volume"],
  conflict: ["conflicting row"],
  future: ["bar of the future", "bars of the future"],
  misaligned: ["misaligned bar"],
  step: ["stretch of another step", "stretches of another step"],
  disorder: ["row out of order", "rows out of order"],
  repeat: ["repeated row"],
  "off-session": ["bar of the closed market", "bars of the closed market"],
};
/** A thin market has many gaps, and most of them are short. */
const THIN_GAPS = 20;
const THIN_LENGTH = 3;
/** A single gap with more than this share of the missing bars is an outage, not a thin market. */
const MAX_THIN_SHARE = 0.25;

/** One sentence on all findings: normal for this market, or a fault of the data. */
export function verdictOf(evidence: VerdictEvidence): DataVerdict {
  const { bars, findings, zone } = evidence;
  if (bars === 0) return { cause: "data", sentence: noBar(findings) };
  if (zone !== undefined && zone.zone !== "UTC") {
    const sentence =
      `It is the clock: the times look like ${zone.zone}, not UTC; read them in that zone first, ` +
      "for gaps and hours are judged wrongly until then.";
    return { cause: "clock", sentence };
  }
  const damage = findings.filter(({ kind, severity }) =>
    DAMAGE[kind] !== undefined && severity !== "note" &&
    !(kind === "off-session" && evidence.hasOtherHours)
  );
  if (damage.length > 0) {
    const lost = evidence.missing.reduce((sum, stretch) => sum + stretch.bars, 0);
    const besides = lost === 0 ? "" : `; besides, ${areMissing(lost)}`;
    const sentence = `It is the data, not the market: ${
      damage.map(({ kind, count }) => counted(count, ...DAMAGE[kind]!)).join(", ")
    }${besides}.`;
    return { cause: "data", sentence };
  }
  if (evidence.hasOtherHours) return ofHours(evidence);
  const gaps = ofGaps(evidence);
  if (gaps === undefined) return ofPrices(evidence);
  const doubts = doubtsOf(findings.filter(({ kind }) => kind !== "gap" && kind !== "flat"));
  if (doubts === "") return gaps;
  return { ...gaps, sentence: `${gaps.sentence.slice(0, -1)}; look at ${doubts}, too.` };
}

function noBar(findings: readonly DataFinding[]): string {
  const first = findings.find(({ kind }) => kind === "time")?.examples[0]?.what;
  return first === undefined
    ? "There is no bar to judge."
    : `There is no bar to judge, for no time is understood: ${first}.`;
}

function areMissing(bars: number): string {
  return `${counted(bars, "bar")} ${bars === 1 ? "is" : "are"} missing`;
}

function ofHours({ calendar, findings }: VerdictEvidence): DataVerdict {
  const outside = findings.find(({ kind }) => kind === "off-session")!.count;
  const sentence =
    `The bars keep other hours than ${calendar.name}: ${
      counted(outside, "bar")
    } outside of them, at the same times ` +
    "day after day; that market had other hours then, or the clock is another zone's, and until that is known " +
    "nothing is said about gaps.";
  return { cause: "unknown", sentence };
}

function ofGaps({ missing, flatRuns, expected }: VerdictEvidence): DataVerdict | undefined {
  if (missing.length === 0) return undefined;
  const lost = missing.reduce((sum, stretch) => sum + stretch.bars, 0);
  const halts = flatRuns.filter(({ isIdle }) => isIdle !== false);
  const longest = missing.reduce((a, b) => b.bars > a.bars ? b : a);
  const halt = halts.find(({ to }) => to === longest.from);
  if (halt !== undefined) {
    return {
      cause: "market",
      sentence: `It is the market: the price stood still without volume from ${
        formatUtc(halt.from)
      }, and then ${counted(longest.bars, "bar")} are missing until ${
        formatUtc(longest.to)
      }: the venue had halted.`,
    };
  }
  const many = `${counted(lost, "bar")} (${shareText(lost / expected)})`;
  const clock = sameMinute(missing);
  if (clock !== undefined) {
    return {
      cause: "data",
      sentence:
        `It is the data, not the market: ${many} are missing, and always the minute of ${clock} UTC; no market pauses by the clock, but a download may end a minute early.`,
    };
  }
  const lengths = missing.map((stretch) => stretch.bars).sort((a, b) => a - b);
  const median = lengths[lengths.length >> 1]!;
  const isThin = missing.length >= THIN_GAPS && median <= THIN_LENGTH;
  const thin = `half of the ${counted(missing.length, "gap")} no longer than ${
    counted(median, "bar")
  }, as where no bar is made without a trade`;
  if (isThin && longest.bars <= lost * MAX_THIN_SHARE) {
    return {
      cause: "market",
      sentence: `It is most likely the market: ${many} are missing, ${thin}.`,
    };
  }
  const where = lost === 1
    ? `at ${formatUtc(longest.from)}`
    : `${longest.bars === lost ? "all" : longest.bars} of them from ${formatUtc(longest.from)} to ${
      formatUtc(longest.to)
    }`;
  return {
    cause: "unknown",
    sentence: `${many} ${lost === 1 ? "is" : "are"} missing, ${
      isThin ? `${thin}; but ` : ""
    }${where}: bars alone cannot show whether the venue had none or the recording lost them; ask the venue's history.`,
  };
}

/** `23:59` when nearly all gaps are single bars of that minute of the day. */
function sameMinute(missing: readonly MissingStretch[]): string | undefined {
  const counts = new Map<number, number>();
  for (const { from, bars } of missing) {
    const minute = ((from % DAY) + DAY) % DAY;
    if (bars === 1) counts.set(minute, (counts.get(minute) ?? 0) + 1);
  }
  const [minute, times] = [...counts].reduce((a, b) => b[1] > a[1] ? b : a, [NaN, 0]);
  if (times < 3 || times < 0.8 * missing.length) return undefined;
  return new Date(minute).toISOString().slice(11, 16);
}

function ofPrices({ findings, bars, flatRuns, isJudged }: VerdictEvidence): DataVerdict {
  const doubts = findings.filter(({ severity }) => severity !== "note");
  if (bars === 1) {
    return { cause: "unknown", sentence: "There is 1 bar, with nothing to hold it against." };
  }
  if (doubts.length === 0) {
    const sentence = isJudged
      ? `Nothing is wrong: ${counted(bars, "bar")}, none missing.`
      : `Nothing is wrong with the ${counted(bars, "bar")}; whether any is missing is unknown.`;
    return { cause: "nothing", sentence };
  }
  const isIdle = doubts.every(({ kind }) => kind === "flat") &&
    flatRuns.every((run) => run.isIdle === true);
  if (isIdle) {
    return {
      cause: "market",
      sentence: "It is the market: every bar is there, and for long stretches nothing traded.",
    };
  }
  return {
    cause: "unknown",
    sentence: `${isJudged ? "Every bar is there; look" : "Look"} at ${
      doubtsOf(doubts)
    } before you trust them.`,
  };
}

/** Text of the findings that need attention. */
function doubtsOf(findings: readonly DataFinding[]): string {
  return findings.filter(({ severity }) => severity !== "note").map(({ kind, count }) => {
    if (kind === "flat") return counted(count, "flat stretch", "flat stretches");
    if (kind === "zero-volume") return `${counted(count, "bar")} that moved without volume`;
    return counted(count, kind);
  }).join(" and ");
}
