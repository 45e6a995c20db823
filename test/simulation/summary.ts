import { HOUR } from "../../lib/model/time.ts";
import type { Outcome } from "./world.ts";

/** What many runs came to. */
export interface Summary {
  readonly runs: number;
  readonly days: number;
  readonly disconnects: number;
  readonly faults: number;
  readonly faultsByKind: Readonly<Record<string, number>>;
  readonly compared: number;
  readonly lost: number;
  readonly listed: number;
  readonly duplicated: number;
  readonly altered: number;
  readonly invented: number;
  /** Rules of the venues broken. */
  readonly violations: number;
  readonly findings: number;
  readonly events: number;
  readonly times: Readonly<Record<"detect" | "recover" | "heal", Quantiles>>;
}

export interface Quantiles {
  readonly n: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Adds up runs. */
export function summarize(outcomes: readonly Outcome[]): Summary {
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((all, o) => all + of(o), 0);
  const faultsByKind: Record<string, number> = {};
  for (const { faults } of outcomes) {
    for (const { who, kind } of faults) {
      const name = `${who} ${kind}`;
      faultsByKind[name] = (faultsByKind[name] ?? 0) + 1;
    }
  }
  const times = (name: "detect" | "recover" | "heal") =>
    quantiles(outcomes.flatMap(({ verdict }) => verdict.times[name]));
  return {
    runs: outcomes.length,
    days: sum(({ hours }) => hours) * HOUR / (24 * HOUR),
    disconnects: sum(({ verdict }) => verdict.disconnects),
    faults: sum(({ faults }) => faults.length),
    faultsByKind,
    compared: sum(({ verdict }) => verdict.count.compared),
    lost: sum(({ verdict }) => verdict.count.lost),
    listed: sum(({ verdict }) => verdict.count.listed),
    duplicated: sum(({ verdict }) => verdict.count.duplicated),
    altered: sum(({ verdict }) => verdict.count.altered),
    invented: sum(({ verdict }) => verdict.count.invented),
    violations: sum(({ verdict }) =>
      verdict.findings.filter(({ property }) => property === "limits").length
    ),
    findings: sum(({ verdict }) => verdict.findings.length),
    events: sum(({ events }) => events),
    times: { detect: times("detect"), recover: times("recover"), heal: times("heal") },
  };
}

function quantiles(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return { n: sorted.length, p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? NaN };
}

const SECONDS = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const WHOLE = new Intl.NumberFormat("en");

/** The summary as lines of plain English. */
export function linesOf(summary: Summary): string[] {
  const { days, disconnects, faults, faultsByKind, compared, times } = summary;
  const time = ({ n, p50, p99, max }: Quantiles) =>
    `p50 ${SECONDS.format(p50 / 1_000)} s, p99 ${SECONDS.format(p99 / 1_000)} s, at most ${
      SECONDS.format(max / 1_000)
    } s (${WHOLE.format(n)} times)`;
  const kinds = Object.entries(faultsByKind).sort(([a], [b]) => a.localeCompare(b));
  return [
    `${WHOLE.format(summary.runs)} runs, ${
      SECONDS.format(days)
    } simulated days, both venues at once`,
    `${WHOLE.format(disconnects)} disconnects, ${
      WHOLE.format(faults)
    } faults of ${kinds.length} kinds`,
    ...kinds.map(([name, count]) => `  ${WHOLE.format(count).padStart(6)}  ${name}`),
    `${
      WHOLE.format(compared)
    } minutes compared: ${summary.lost} lost (${summary.listed} of them listed as missing), ${summary.duplicated} duplicated, ${summary.altered} altered, ${summary.invented} invented`,
    `${summary.violations} rules of the venues broken, ${summary.findings} findings in all`,
    `silent faults noticed:  ${time(times.detect)}`,
    `live again:             ${time(times.recover)}`,
    `lost minutes healed:    ${time(times.heal)}`,
  ];
}

/** The one command that runs a seed again and tells everything. */
export function replayCommand(
  { seed, hours, start, faults }: {
    seed: number;
    hours: number;
    start?: number;
    faults?: readonly unknown[];
  },
): string {
  const at = start === undefined ? "" : ` --start ${new Date(start).toISOString()}`;
  const quiet = faults?.length === 0 ? " --quiet" : "";
  return `deno run -A test/simulation/main.ts --seed ${seed} --hours ${hours}${at}${quiet} --verbose`;
}
