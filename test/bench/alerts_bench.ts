/**
 * What 1,000 rules over 50 instruments cost a minute. The peer makes the correlations of the same 400 pairs from
 * returns that are there already, as a script with one library would.
 */
import { sampleCorrelation } from "simple-statistics";
import { Judge } from "../../lib/alerts/judge.ts";
import { JudgedMinute } from "../../lib/alerts/judged_minute.ts";
import { historyMarket } from "../../lib/alerts/history_market.ts";
import { rehearsedBars } from "../../lib/alerts/rehearse.ts";
import { parseRule } from "../../lib/alerts/rule.ts";
import type { Instrument } from "../../lib/model/instrument.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { say } from "../support/say.ts";
import { returnsOf } from "../../lib/sync/returns.ts";

const START = Date.UTC(2025, 11, 2);
const MINUTES = DAY / MINUTE;
const WINDOW = 60;
const random = seededRandom(5);

const instruments = Array.from({ length: 50 }, (_, i): Instrument => ({
  id: `COIN${i}USDT`,
  venue: "binance",
  kind: "crypto",
  exchange: "spot",
  currency: "USDT",
}));

const history = instruments.map((instrument) => {
  const openTime = Float64Array.from({ length: MINUTES }, (_, i) => START + i * MINUTE);
  let price = 100;
  const close = openTime.map(() => price *= Math.exp(0.001 * (random() - 0.5)));
  const volume = openTime.map(() => 1 + random());
  const bars = { openTime, open: close, high: close, low: close, close, volume };
  return rehearsedBars(instrument, bars, { source: "live" });
});
const market = historyMarket(history);

const SINGLE = ["price", "change", "volume", "vwap-distance", "volatility-ratio", "silence"];
const PAIRED = ["correlation", "divergence", "spread", "zscore"];

/** 100 rules a metric, each of another instrument or pair as far as there are any. */
const rules = [...SINGLE, ...PAIRED].flatMap((metric) =>
  Array.from({ length: 100 }, (_, i) => {
    const a = instruments[i % 50]!.id, b = instruments[(i + 1 + Math.floor(i / 50)) % 50]!.id;
    const of = SINGLE.includes(metric) ? a : `${a}/${b}`;
    const settings = { name: `${metric}-${i}`, metric, of, fire: "beyond 2" };
    return parseRule(settings, { instruments });
  })
);

const judge = new Judge({ rules, sourceOf: () => "live" });
/** Starts anew a little later in the day, so that VWAPs rest on many bars. */
let minute = 720;
function nextMinute(): number {
  minute = minute + 1 < MINUTES ? minute + 1 : 720;
  return START + minute * MINUTE;
}

const columns = history.map(({ grid }) => returnsOf(grid, "1m").value);
const group = "a minute of 1,000 rules, 50 instruments";

Deno.bench({ name: "simple-statistics, 400 correlations alone", group, baseline: true }, () => {
  const row = (nextMinute() - START) / MINUTE;
  for (let i = 0; i < 400; i++) {
    const [a, b] = [columns[i % 50]!, columns[(i + 1 + Math.floor(i / 50)) % 50]!];
    sampleCorrelation(
      [...a.subarray(row - WINDOW, row)],
      [...b.subarray(row - WINDOW, row)],
    );
  }
});

Deno.bench({ name: "Judge.minute, all metrics", group }, () => {
  judge.minute(new JudgedMinute(market, nextMinute()));
});

/** As a live market does it: one minute, then a turn of the event loop, of which the longest is what feeds wait for. */
const rehearsed = Array.from({ length: 300 }, () => {
  const begun = performance.now();
  judge.minute(new JudgedMinute(market, nextMinute()));
  return performance.now() - begun;
}).slice(50).sort((a, b) => a - b);
const within = (share: number) => rehearsed[Math.floor(share * (rehearsed.length - 1))]!.toFixed(1);
say(
  `a minute of 1,000 rules blocks the event loop for ${within(0.5)} ms (p50), ${
    within(0.99)
  } ms (p99), ${within(1)} ms (max) of wall clock; at most 20 ms are promised`,
);
