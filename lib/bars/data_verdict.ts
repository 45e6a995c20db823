import { counted } from "../model/counted.ts";
import { DAY, formatUtc } from "../model/time.ts";
import { type DataFinding, type FindingKind, shareText } from "./data_finding.ts";
import type { FlatRun } from "./flat_bars.ts";
import type { MissingStretch } from "./missing_bars.ts";
import type { ZoneGuess } from "./time_zone_guess.ts";

/** Is it the market or is it me? */
export interface DataVerdict {
  /**
   * `nothing` is wrong; the `clock` of the file is another zone's; the `data` is damaged; the `market` itself paused
   * or is thin; `unknown`: bars alone cannot tell.
   */
  readonly cause: "nothing" | "clock" | "data" | "market" | "unknown";
  readonly sentence: string;
}

/** What a verdict rests on. */
export interface VerdictEvidence {
  readonly bars: number;
  readonly expected: number;
  readonly missing: readonly MissingStretch[];
  readonly flatRuns: readonly FlatRun[];
  readonly zone: ZoneGuess | undefined;
  readonly findings: readonly DataFinding[];
}

const DAMAGE: readonly FindingKind[] = [
  ...["time", "price", "range", "volume", "conflict", "future", "misaligned", "step"] as const,
  ...["disorder", "repeat", "off-session"] as const,
];
/** A thin market has many gaps, and most of them are short. */
const THIN_GAPS = 20;
const THIN_LENGTH = 3;
/** A single gap that holds more of what is missing is a matter of its own. */
const MAX_THIN_SHARE = 0.25;

/** One sentence on all findings: whether the market is like this, or the data is at fault. */
export function verdictOf(evidence: VerdictEvidence): DataVerdict {
  const { bars, findings, zone } = evidence;
  if (bars === 0) return { cause: "data", sentence: "There is no bar to judge." };
  if (zone !== undefined && zone.zone !== "UTC") {
    const sentence =
      `It is the clock: the times look like ${zone.zone}, not UTC; read them in that zone first, ` +
      "for gaps and hours are judged wrongly until then.";
    return { cause: "clock", sentence };
  }
  const damage = findings.filter(({ kind }) => DAMAGE.includes(kind));
  if (damage.length > 0) {
    const sentence = `It is the data, not the market: ${
      damage.map(({ kind, count }) => `${kind} ${count.toLocaleString("en-US")}`).join(", ")
    }.`;
    return { cause: "data", sentence };
  }
  return ofGaps(evidence) ?? ofPrices(evidence);
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
    }${where}: bars alone cannot tell whether the venue had none or the recording lost them; ask the venue's history.`,
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

function ofPrices({ findings, bars, flatRuns }: VerdictEvidence): DataVerdict {
  const doubts = findings.filter(({ severity }) => severity !== "note");
  if (doubts.length === 0) {
    const sentence = `Nothing is wrong: ${counted(bars, "bar")}, none missing.`;
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
  const names = doubts.map(({ kind, count }) =>
    kind === "flat" ? counted(count, "flat stretch", "flat stretches") : counted(count, kind)
  );
  return {
    cause: "unknown",
    sentence: `Every bar is there; look at ${names.join(" and ")} before you trust them.`,
  };
}
