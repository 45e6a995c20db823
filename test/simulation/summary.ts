import { HOUR } from "../../lib/model/time.ts";
import { type Mode, modeOf } from "./mode.ts";
import type { PairOutcome } from "./pair_world.ts";
import type { PairVenueId } from "./venue.ts";
import type { Outcome } from "./world.ts";

/** What came of a run, of whatever world. */
export type AnyOutcome = Outcome | PairOutcome;

/** What many runs came to. */
export interface Summary {
  readonly runs: number;
  /** Simulated days of all worlds, */
  readonly days: number;
  /** and of each: `Kraken`, … */
  readonly daysOf: Readonly<Record<string, number>>;
  /** Runs by what is out of the usual in their configuration: `USD-M futures`, … */
  readonly modes: Readonly<Record<string, number>>;
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
  readonly times: Readonly<Record<TimeName, Quantiles>>;
}

type TimeName = "detect" | "recover" | "heal" | "settle";

export interface Quantiles {
  readonly n: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Adds up runs. */
export function summarize(outcomes: readonly AnyOutcome[]): Summary {
  const sum = (of: (outcome: AnyOutcome) => number) => outcomes.reduce((all, o) => all + of(o), 0);
  const faultsByKind: Record<string, number> = {};
  for (const { faults } of outcomes) {
    for (const { who, kind } of faults) {
      const name = `${who} ${kind}`;
      faultsByKind[name] = (faultsByKind[name] ?? 0) + 1;
    }
  }
  const times = (name: TimeName) =>
    quantiles(outcomes.flatMap(({ verdict }) => verdict.times[name]));
  return {
    runs: outcomes.length,
    days: sum(({ hours }) => hours) * HOUR / (24 * HOUR),
    daysOf: daysOf(outcomes),
    modes: modesOf(outcomes.flatMap((outcome) => "mode" in outcome ? [outcome.mode] : [])),
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
    times: {
      ...{ detect: times("detect"), recover: times("recover") },
      ...{ heal: times("heal"), settle: times("settle") },
    },
  };
}

const WORLD = "Binance, IBKR and Deribit at once";
const PAIR_TITLES: Readonly<Record<PairVenueId, string>> = {
  coinbase: "Coinbase",
  kraken: "Kraken",
};

function daysOf(outcomes: readonly AnyOutcome[]): Record<string, number> {
  const days: Record<string, number> = {};
  for (const outcome of outcomes) {
    const world = "venue" in outcome ? PAIR_TITLES[outcome.venue] : WORLD;
    days[world] = (days[world] ?? 0) + outcome.hours / 24;
  }
  return days;
}

function modesOf(modes: readonly Mode[]): Record<string, number> {
  if (modes.length === 0) return {};
  const count = (is: (mode: Mode) => boolean) => modes.filter(is).length;
  return {
    "Binance spot": count(({ market }) => market === "spot"),
    "Binance USD-M futures": count(({ market }) => market === "usdm"),
    "IBKR live": count(({ data }) => data === "live"),
    "IBKR delayed": count(({ data }) => data === "delayed"),
    "IBKR live or delayed": count(({ data }) => data === "live-or-delayed"),
    "roll by volume": count(({ roll }) => roll === "volume"),
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
const COLUMNS = 3;
const COLUMN_WIDTH = 30;

/** The summary as lines of plain English. */
export function linesOf(summary: Summary): string[] {
  const { runs, daysOf, disconnects, faults, faultsByKind, compared, times } = summary;
  const kinds = Object.entries(faultsByKind).sort(([a], [b]) => a.localeCompare(b));
  const modes = Object.entries(summary.modes).map(([name, count]) => `${name} ${count}`);
  const days = Object.entries(daysOf).map(([world, n]) => `${SECONDS.format(n)} of ${world}`);
  return [
    `runs             ${WHOLE.format(runs)}; simulated days: ${days.join("; ")}`,
    ...(modes.length > 0 ? [`configurations   ${modes.join(", ")}`] : []),
    `disconnects      ${WHOLE.format(disconnects)}`,
    `faults           ${WHOLE.format(faults)} of ${kinds.length} kinds`,
    ...inColumns(kinds.map(([name, count]) => `${WHOLE.format(count).padStart(6)} ${name}`)),
    `minutes          ${WHOLE.format(compared)} compared with the truth`,
    `  lost           ${summary.lost} (${summary.listed} of them listed as missing, with a reason)`,
    `  doubled        ${summary.duplicated}`,
    `  altered        ${summary.altered} (and ${summary.invented} invented)`,
    `limits broken    ${summary.violations} rules of the venues`,
    `findings         ${summary.findings} in all`,
    `time to detect   ${timeText(times.detect)}, silent faults`,
    `live again       ${timeText(times.recover)}, after each outage`,
    `                 ${timeText(times.settle)}, after the last fault of a run`,
    `minutes healed   ${timeText(times.heal)}, after they were lost or could be had`,
  ];
}

function timeText({ n, p50, p99, max }: Quantiles): string {
  const seconds = (ms: number) => `${SECONDS.format(ms / 1_000)} s`;
  return `p50 ${seconds(p50)}, p99 ${seconds(p99)}, at most ${seconds(max)} (${
    WHOLE.format(n)
  } times)`;
}

function inColumns(cells: readonly string[]): string[] {
  const rows = Math.ceil(cells.length / COLUMNS);
  return Array.from(
    { length: rows },
    (_, row) =>
      cells.filter((_, i) => i % rows === row)
        .map((cell) => cell.padEnd(COLUMN_WIDTH)).join("").trimEnd(),
  );
}

/** The one command that runs a seed again and tells everything. */
export function replayCommand(
  { venue, seed, hours, start, mode = modeOf(seed), faults }: {
    /** The venue of pairs whose world it is. @default the world of all others */
    venue?: PairVenueId;
    seed: number;
    hours: number;
    start?: number;
    mode?: Mode;
    faults?: readonly unknown[];
  },
): string {
  const at = start === undefined ? "" : ` --start ${new Date(start).toISOString()}`;
  const usual = modeOf(seed);
  const parts = (["market", "data", "roll"] as const)
    .map((part) => mode[part] === usual[part] ? "" : ` --${part} ${mode[part]}`);
  const quiet = faults?.length === 0 ? " --quiet" : "";
  const world = venue === undefined ? "" : ` --world ${venue}`;
  return `deno run -A test/simulation/main.ts${world} --seed ${seed} --hours ${hours}${at}${
    parts.join("")
  }${quiet} --verbose`;
}
