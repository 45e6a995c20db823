/**
 * Statistics against named peers, as ratios in one run. `PYTHON` names an interpreter that has the packages
 * of requirements.txt; without one its rows say so. Both sides take the same seeded columns, each the best
 * of five after warm-up, and never at the same time.
 */
import { sampleCorrelation } from "simple-statistics";
import { rebar, resample } from "../../lib/bars/rebar.ts";
import { adf } from "../../lib/stats/stationarity/adf.ts";
import { HayashiYoshida, hayashiYoshida } from "../../lib/stats/ticks/hayashi_yoshida.ts";
import {
  RollingCorrelation,
  rollingCorrelation,
} from "../../lib/stats/rolling/rolling_correlation.ts";
import { say } from "../support/say.ts";
import { growths, wholeColumns } from "./whole_columns.ts";
import { benchColumns, type Columns } from "./columns.ts";

/** Named where it runs and locked beside, so that nobody else has to download it. */
const STDLIB = "npm:@stdlib/stats-incr-mpcorr@0.2.3";
const { default: movingCorrelation } = await import(STDLIB);

const RUNS = 5;
const WARM_UP_MS = 500;
const WINDOW = 60;
const PAIRS = 12;
const LIVE_TICKS = 100_000;
const SHORT = 100_000;

type Peer = number | string;

/**
 * Seconds of the best run. Warm is when the code is compiled for good and the results of earlier runs have
 * begun to be collected: until then each takes fresh memory from the system.
 */
function best(work: () => void): number {
  const started = performance.now();
  for (let run = 0; run < 2 || performance.now() - started < WARM_UP_MS; run++) work();
  let least = Infinity;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    work();
    least = Math.min(least, (performance.now() - start) / 1e3);
  }
  return least;
}

async function askPeers(columns: Columns): Promise<Record<string, Peer>> {
  const folder = await Deno.makeTempDir({ prefix: "comove-bench-" });
  try {
    for (const [name, values] of Object.entries(columns)) {
      await Deno.writeFile(`${folder}/${name}`, new Uint8Array(values.buffer));
    }
    const { code, stdout } = await new Deno.Command(Deno.env.get("PYTHON") ?? "python3", {
      args: [new URL("./peers.py", import.meta.url).pathname, folder],
      stderr: "inherit",
    }).output();
    return code === 0 ? JSON.parse(new TextDecoder().decode(stdout)) : {};
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function live(x: Float64Array, y: Float64Array): number {
  return best(() => {
    const all = Array.from({ length: PAIRS }, () => new RollingCorrelation({ window: WINDOW }));
    let sum = 0;
    for (let tick = 0; tick < LIVE_TICKS; tick++) {
      for (let pair = 0; pair < PAIRS; pair++) {
        const rolling = all[pair]!;
        rolling.push(x[tick + pair]!, y[tick]!);
        sum += rolling.value;
      }
    }
    keep(sum);
  }) / LIVE_TICKS;
}

function liveStdlib(x: Float64Array, y: Float64Array): number {
  return best(() => {
    const all = Array.from({ length: PAIRS }, () => movingCorrelation(WINDOW));
    let sum = 0;
    for (let tick = 0; tick < LIVE_TICKS; tick++) {
      for (let pair = 0; pair < PAIRS; pair++) sum += all[pair]!(x[tick + pair]!, y[tick]!) ?? 0;
    }
    keep(sum);
  }) / LIVE_TICKS;
}

function simpleStatistics(x: Float64Array, y: Float64Array): number {
  const xs = Array.from(x), ys = Array.from(y);
  return best(() => {
    for (let end = WINDOW; end <= xs.length; end++) {
      sampleCorrelation(xs.slice(end - WINDOW, end), ys.slice(end - WINDOW, end));
    }
  });
}

/** Seconds a tick, both sides merged by time as a live feed gives them. */
function streamHayashiYoshida(columns: Columns): number {
  const t1 = columns["hy-t1"], p1 = columns["hy-p1"], t2 = columns["hy-t2"], p2 = columns["hy-p2"];
  return best(() => {
    const running = new HayashiYoshida();
    let i = 0, j = 0;
    while (i < t1.length || j < t2.length) {
      if (j === t2.length || t1[i]! <= t2[j]!) running.pushFirst(t1[i]!, p1[i++]!);
      else running.pushSecond(t2[j]!, p2[j++]!);
    }
    keep(running.value.cov);
  }) / (t1.length + t2.length);
}

function threeBars(columns: Columns): number {
  const trades = {
    time: columns["tick-time"],
    price: columns["tick-price"],
    size: columns["tick-size"],
  };
  return best(() => {
    const seconds = resample(trades, { stepMs: 1_000 });
    const minutes = rebar(seconds, { stepMs: 60_000 });
    keep(rebar(minutes, { stepMs: 300_000 }).close[0]!);
  });
}

/** Uses a result, lest the engine leave the work out. */
function keep(value: number): void {
  if (Number.isNaN(value) && sink++ > 1e9) throw new Error("unreachable in practice");
}
let sink = 0;

function told(seconds: number): string {
  if (seconds < 1e-6) return `${(seconds * 1e9).toFixed(1)} ns`;
  if (seconds < 1e-3) return `${(seconds * 1e6).toFixed(2)} µs`;
  return `${(seconds * 1e3).toFixed(1)} ms`;
}

function line(work: string, ours: number, name: string, peer: Peer, target: string): string {
  const isKnown = typeof peer === "number";
  const cells = [
    work,
    told(ours),
    isKnown ? `${name} ${told(peer)}` : peer,
    isKnown ? `${(peer / ours).toFixed(1)} ×` : "–",
    target,
  ];
  return `| ${cells.join(" | ")} |`;
}

const columns = benchColumns();
const peers = await askPeers(columns);
const of = (name: string): Peer => peers[name] ?? "no Python";
const corr = (kind: "finite" | "gaps" | "flat") =>
  best(() =>
    void rollingCorrelation(columns[`${kind}-x`], columns[`${kind}-y`], {
      window: WINDOW,
      minPeriods: kind === "gaps" ? WINDOW / 2 : WINDOW,
    })
  );
const x = columns["finite-x"], y = columns["finite-y"];
const shortX = x.slice(0, SHORT), shortY = y.slice(0, SHORT);
const rolling = "rolling(60) correlation";
const short = best(() => void rollingCorrelation(shortX, shortY, { window: WINDOW }));
const batch = best(() =>
  void hayashiYoshida(columns["hy-t1"], columns["hy-p1"], columns["hy-t2"], columns["hy-p2"])
);

say([
  "| work | ours | peer | ratio | target |",
  "| --- | ---: | ---: | ---: | ---: |",
  line(`${rolling}, 2 × 1e6 rows`, corr("finite"), "pandas", of("finite"), "≥ 5 ×"),
  line(`the same, 5 % missing`, corr("gaps"), "pandas", of("gaps"), "≥ 3 ×"),
  line(`the same, flat stretches`, corr("flat"), "pandas", of("flat"), "≥ 3 ×"),
  line(
    `${rolling}, 2 × 1e5 rows`,
    short,
    "simple-statistics",
    simpleStatistics(shortX, shortY),
    "–",
  ),
  line(
    `${PAIRS} live correlations, a tick`,
    live(x, y),
    "@stdlib",
    liveStdlib(x, y),
    "≥ 4 ×, ≤ 200 ns",
  ),
  line("1e7 ticks to 1s, 1m and 5m bars", threeBars(columns), "polars", of("bars"), "≥ 1.5 ×"),
  line(
    "ADF by AIC, 10,000 rows",
    best(() => void adf(columns.adf)),
    "statsmodels",
    of("adf"),
    "≥ 15 ×",
  ),
  line("Hayashi–Yoshida, 2 × 1e6 ticks", batch, "numpy", of("hayashiYoshida"), "≥ 4 ×"),
  ...wholeColumns(columns).map(({ work, peer, key, run }) =>
    line(work, best(run), peer, of(key), "≥ 0.5 ×")
  ),
  line("Hayashi–Yoshida live, a tick", streamHayashiYoshida(columns), "", "none", "≤ 20 ns"),
].join("\n"));
say("");
say("| work | 1e5 rows | 1e6 rows | grows as rows to the power of |");
say("| --- | ---: | ---: | ---: |");
for (const [work, at] of Object.entries(growths(columns))) {
  const small = best(at(1e5)), large = best(at(1e6));
  say(`| ${work} | ${told(small)} | ${told(large)} | ${Math.log10(large / small).toFixed(2)} |`);
}
