/** What is judged live, in a replay and in a rehearsal is the same. */
import assert from "node:assert/strict";
import { armAlerts } from "../../lib/alerts/open_alerts.ts";
import { rehearseAlerts } from "../../lib/alerts/rehearse_market.ts";
import { record } from "../../lib/cli/record.ts";
import { replay } from "../../lib/cli/replay.ts";
import type { AlertBody } from "../../lib/model/alert.ts";
import { hasBar } from "../../lib/model/minute_grid.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { DEFAULT_START, modelOpeningAt } from "../../lib/simulator/opening.ts";
import { seededRandom } from "../../lib/stats/seeded_random.ts";
import { fakeTerminal } from "../cli/fake_terminal.ts";
import { BITCOIN, ES, ETHER, fakeMarket, START } from "../support/fake_market.ts";
import { SteadyClock } from "../support/steady_clock.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { sampleHistory } from "./support/sample_history.ts";

/** Every metric of bars, with thresholds that are crossed now and then. */
const RULES = [
  { name: "price", metric: "price", of: "ES", fire: "above 5850", clear: "below 5845" },
  { name: "change", metric: "change", of: "BTCUSDT", fire: "beyond 0.2", window: 5 },
  { name: "volume", metric: "volume", of: "ES", fire: "above 1.5", timeframe: "5m", window: 4 },
  { name: "vwap", metric: "vwap-distance", of: "BTCUSDT", fire: "beyond 0.3", for: "2m" },
  { name: "ratio", metric: "volatility-ratio", of: "ES", fire: "above 1.1" },
  {
    name: "correlation",
    metric: "correlation",
    of: "BTCUSDT/ES",
    fire: "below 0.2",
    clear: "above 0.3",
    window: 30,
    keepFiringFor: "3m",
  },
  { name: "divergence", metric: "divergence", of: "BTCUSDT/ES", fire: "beyond 1.5", during: "us" },
  { name: "spread", metric: "spread", of: "ETHUSDT/BTCUSDT", fire: "beyond 0.002" },
  { name: "zscore", metric: "zscore", of: "BTCUSDT/ES", fire: "beyond 2", clear: "below 1" },
];
const MINUTES = 300;
/** ES delivers nothing in these. */
const HOLE = [200, 201, 202];

const withoutSource = ({ source: _, ...body }: AlertBody) => JSON.stringify(body);

Deno.test("alerts judged live and rehearsed on the same bars are the same, byte for byte but for their source", async () => {
  const fake = fakeMarket([BITCOIN, ETHER, ES]);
  const { market, feeds, clock } = fake;
  const history = sampleHistory();
  const { grid } = history.find(({ instrument }) => instrument.id === "BTCUSDT")!;
  const middle = grid.close[(START - grid.start) / MINUTE + MINUTES / 2]!;
  const tick = { name: "tick", metric: "price", of: "BTCUSDT", timeframe: "tick", for: "7s" };
  const rules = [...RULES, { ...tick, fire: `above ${middle}`, clear: `below ${middle - 5}` }];
  const alerts = armAlerts(market, rules);
  const random = seededRandom(3);
  const trades: { readonly time: number; readonly price: number }[] = [];
  for (let minute = 0; minute < MINUTES; minute++) {
    const around = grid.close[(START - grid.start) / MINUTE + minute]!;
    for (let time = START + minute * MINUTE; time < START + (minute + 1) * MINUTE; time += 2_500) {
      const price = around + 40 * (random() - 0.5);
      trades.push({ time, price });
      const id = trades.length;
      const event = { kind: "trade", instrument: "BTCUSDT", id, time, price, size: 1 } as const;
      feeds.get("binance")!.context.emit({ ...event, receivedAt: time });
    }
    for (const { instrument: { id, venue }, grid } of history) {
      if (id === "ES" && HOLE.includes(minute)) continue;
      const row = (START - grid.start) / MINUTE + minute;
      assert.ok(hasBar(grid.status[row]));
      feeds.get(venue)!.bar(id, minute, {
        open: grid.open[row]!,
        high: grid.high[row]!,
        low: grid.low[row]!,
        close: grid.close[row]!,
        volume: grid.volume[row]!,
      });
    }
    for (const feed of feeds.values()) feed.now = START + (minute + 1) * MINUTE + 9_000;
    await clock.advance(2_000);
  }
  const live = alerts.history.map(({ body }) => body);
  // Live, trades are judged from the first closed minute on.
  const judged = trades.filter(({ time }) => time >= START + MINUTE);
  const columns = {
    time: judged.map(({ time }) => time),
    price: judged.map(({ price }) => price),
  };
  const { bodies, rules: found } = rehearseAlerts(market, rules, { trades: { BTCUSDT: columns } });
  assert.deepEqual(live.map(withoutSource), bodies.map(withoutSource));
  const fired = new Set(live.map(({ rule }) => rule));
  assert.deepEqual(rules.map(({ name }) => name).filter((name) => !fired.has(name)), []);
  for (const { rule, excursions } of found) {
    const ids = live.filter(({ rule: name, state }) => name === rule.name && state === "firing");
    assert.equal(new Set(ids.map(({ id }) => id)).size, excursions.length, rule.name);
  }
  await market.close();
});

/** A start shortly before BTC and ES come apart, by the model's own plan. */
function beforeDecoupling(): number {
  const backfillMs = 2 * 60 * MINUTE;
  for (let start = DEFAULT_START;; start += 10 * MINUTE) {
    const model = modelOpeningAt({ seed: 84, start, backfillMs });
    const [first, second] = model.planted(start, start + 20 * MINUTE);
    const apart = (second?.correlation["BTCUSDT/ES"] ?? 1) <= 0.1;
    if (first!.correlation["BTCUSDT/ES"]! > 0.7 && apart) return start;
  }
}

Deno.test("a replay fires and resolves just what was fired and resolved live, through a planted decoupling", async () => {
  await withTempFolder(async (dir) => {
    using clock = new SteadyClock();
    const start = new Date(beforeDecoupling()).toISOString();
    const rules = [
      ...RULES,
      { name: "tick", metric: "price", of: "BTCUSDT", timeframe: "tick", fire: "above 1" },
      { name: "offset", metric: "offset", of: "ibkr", fire: "beyond 1" },
      { name: "broken", metric: "correlation", of: "BTCUSDT/ES", fire: "below 0.4", window: 20 },
    ];
    const config = {
      source: "simulated",
      clock: { speed: 600 },
      simulator: { start },
      data: { backfillHours: 2 },
      binance: { symbols: ["BTCUSDT", "ETHUSDT"] },
      alerts: { rules },
    };
    // JSON is YAML.
    await Deno.writeTextFile(`${dir}/config.yaml`, JSON.stringify(config));
    const live = fakeTerminal();
    const args = ["--config", `${dir}/config.yaml`, "--out", `${dir}/tapes`, "--minutes", "40"];
    const recorded = record([...args, "--export", `${dir}/live`], live.terminal, { clock });
    assert.equal(await recorded, 0, live.err());
    const [, folder = ""] = /deno task replay (\S+)/.exec(live.out()) ?? [];
    const again = fakeTerminal();
    assert.equal(await replay([folder, "--export", `${dir}/again`], again.terminal), 0);
    const was = await alertLines(`${dir}/live`), is = await alertLines(`${dir}/again`);
    assert.deepEqual(is, was);
    assert.ok(was.every((line) => line.includes(`"source":"simulated"`)));
    const fired = was.map((line): AlertBody => JSON.parse(line))
      .filter(({ state }) => state === "firing").map(({ rule }) => rule);
    assert.ok(fired.includes("broken"), `the decoupling was not seen: ${fired}`);
    assert.ok(fired.includes("tick"), `no trade was judged: ${fired}`);
    const manifest = await Deno.readTextFile(`${folder}/manifest.json`);
    assert.deepEqual(JSON.parse(manifest).settings.alerts.channels, undefined);
  });
});

async function alertLines(dir: string): Promise<string[]> {
  const text = await Deno.readTextFile(`${dir}/events.jsonl`);
  return text.split("\n").filter((line) => line.startsWith(`{"kind":"alert"`));
}
