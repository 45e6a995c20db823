import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { packStrategyRows, unpackStrategyRows } from "../../lib/charts/packed_strategy.ts";
import {
  STRATEGY_FIELDS,
  strategyCall,
  strategySettings,
  strategyTexts,
} from "../../lib/charts/strategy_fields.ts";
import { strategyPicture } from "../../lib/charts/strategy_picture.ts";
import {
  strategyFeed,
  strategyMount,
  type StrategyPacket,
  type StrategySetting,
} from "../../lib/charts/strategy_view.ts";
import { studyBox } from "../../lib/charts/study_box.ts";
import { DARK } from "../../lib/charts/theme.ts";
import {
  type BacktestOptions,
  backtestSettings,
} from "../../lib/notebook/panels/backtest_settings.ts";
import { backtestPanel } from "../../lib/notebook/panels/backtest_panel.ts";
import { findStrategy } from "../../lib/pairs/found_strategy.ts";
import { pairStrategyStudy } from "../../lib/pairs/studies/pair_strategy.ts";
import type { StrategyRows } from "../../lib/pairs/strategy_rows.ts";
import { tiedMarket } from "../support/tied_pair.ts";
import { coin, coinScope } from "../pairs/studies/coin_sides.ts";

const QUERY = { timeframe: "5m", days: 7, hours: "all" } as const;
const sides = { y: coin("AVAXUSDT"), x: coin("SOLUSDT") };
const names = { labels: ["AVAX/USDT", "SOL/USDT"], money: "USDT" };
const ABOUT = { names, timeframe: "5m", money: "", theme: DARK };

function attribute<Value>(html: string, tag: string, name: string): Value {
  const found = parseHTML(`<body>${html}</body>`).document.querySelector(tag)!;
  return JSON.parse(found.getAttribute(name)!);
}

/** What JSON leaves of a value on its way to a page. */
const travelled = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));

function found(options: BacktestOptions) {
  const result = pairStrategyStudy.run(
    coinScope(7, ["AVAXUSDT", "SOLUSDT"], QUERY),
    backtestSettings(options, sides),
  );
  assert.ok(result.kind === "found");
  return result;
}

Deno.test("what travels to the page comes to the very backtest of the kernel, whatever is typed there", () => {
  const first = found({});
  const { rows, terms } = first.found;
  const packed = packStrategyRows(rows);
  const bytes = JSON.stringify(packed).length / rows.length;
  assert.ok(bytes < 32, `${bytes} bytes a row`);
  const inPage = unpackStrategyRows(travelled(packed));
  const typed: BacktestOptions[] = [
    {},
    { windows: [48], entries: [1.5, 2.5], exit: 0, stop: 4, feeBp: 0, slippageBp: 0 },
    { feeBp: [10, 2.5], slippageBp: 0.5, train: 100, test: 50 },
  ];
  for (const options of typed) {
    const kernel = found(options), { evidence } = kernel;
    const texts = strategyTexts(kernel.found);
    const page = findStrategy(inPage, strategySettings(texts, travelled({ terms })));
    assert.ok(page.kind === "found");
    const footing = { evidence, days: 7, hours: "all" } as const;
    const box = { title: "a", source: "simulated", theme: DARK } as const;
    // Files have all digits of a capacity, which rests on what bars traded: a size to go by.
    const html = (one: typeof kernel.found) =>
      studyBox(strategyPicture(one, ABOUT, () => ""), footing, box).html
        .replace(/ data-csv="[^"]*"/g, "");
    assert.equal(html(page.found), html(kernel.found), JSON.stringify(options));
    assert.deepEqual(page.found.equity, kernel.found.equity);
    assert.deepEqual(page.found.trades, kernel.found.trades);
  }
});

Deno.test("funding, unknown rates and bars that are missing travel too", () => {
  const column = (...values: number[]) => Float64Array.from(values);
  const rows: StrategyRows = {
    start: 0,
    stepMs: 60_000,
    length: 4,
    y: {
      open: column(1.5, NaN, 1.25, 2),
      close: column(1.5, NaN, 1.125, 2.5),
      money: column(1, NaN, 3, 4),
      funding: column(0, 0.0001, NaN, 0),
    },
    x: { open: column(9, 8, 7, NaN), close: column(9, 8, 7, NaN), money: column(0, 0, 0, NaN) },
  };
  assert.deepEqual(unpackStrategyRows(travelled(packStrategyRows(rows))), rows);
});

Deno.test("what is typed is refused in the library's words, and each field changes its own setting", () => {
  const { terms, grid, plan } = backtestSettings({}, sides);
  const texts = strategyTexts({ terms, grid, plan });
  assert.deepEqual(Object.keys(texts), STRATEGY_FIELDS.map(({ name }) => name));
  assert.deepEqual(strategySettings(texts, { terms }), { terms, grid, plan });
  const refused: [Record<string, string>, RegExp][] = [
    [{ windows: "" }, /^windows must be numbers with commas between them, got nothing$/],
    [{ windows: "24;48" }, /^windows must be numbers .* got 24;48$/],
    [{ windows: "2" }, /windows must be a whole number of at least 5, got 2/],
    [{ entries: "0.4" }, /exit < enter < stop, got exit 0.5, enter 0.4/],
    [{ stop: "2" }, /enter < stop/],
    [{ exit: "1, 2" }, /^exit must be a number, got 1, 2$/],
    [{ feeBp: "1,2,3" }, /^feeBp must be a number, or one of each side/],
    [{ feeBp: "-1" }, /feeBp.y .*-1/],
    [{ slippageBp: "one" }, /^slippageBp must be a number, got one$/],
    [{ train: "5" }, /train must be a whole number of at least 20, got 5/],
    [{ test: "1.5" }, /test must be a whole number of at least 1, got 1.5/],
  ];
  for (const [change, message] of refused) {
    assert.throws(() => strategySettings({ ...texts, ...change }, { terms }), (error) => {
      assert.ok(error instanceof RangeError);
      assert.match(error.message, message);
      return true;
    });
  }
  const other = strategySettings({
    windows: "60, 30",
    entries: "2",
    exit: "0.25",
    stop: "never",
    feeBp: "3, 4",
    slippageBp: "2",
    train: "50",
    test: "20",
  }, { terms });
  const wanted: BacktestOptions = {
    windows: [60, 30],
    entries: [2],
    exit: 0.25,
    feeBp: [3, 4],
    slippageBp: 2,
    train: 50,
    test: 20,
  };
  assert.deepEqual(other, backtestSettings(wanted, sides));
});

Deno.test("the call of a reader's settings makes a cell show the same", () => {
  const texts = { ...strategyTexts(backtestSettings({}, sides)), stop: "4", feeBp: "10, 2" };
  const call = strategyCall({ pair: "AVAXUSDT/SOLUSDT", timeframe: "5m", gross: 5_000 }, texts);
  assert.match(
    call,
    /^backtestPanel\(market, \{ pair: "AVAXUSDT\/SOLUSDT", timeframe: "5m", gross/,
  );
  let given: BacktestOptions = {};
  const run = new Function("backtestPanel", "market", call);
  run((_: unknown, options: BacktestOptions) => given = options, undefined);
  assert.deepEqual(
    backtestSettings(given, sides),
    backtestSettings({ gross: 5_000, stop: 4, feeBp: [10, 2] }, sides),
  );
});

Deno.test("backtestPanel mounts fields that say what the cell says, and brings the bars to them", async () => {
  const { market, closePair } = tiedMarket();
  const options = {
    pair: "ETHUSDT/BTCUSDT",
    timeframe: "1m",
    days: 1,
    windows: [20],
    entries: [1],
    train: 60,
    test: 30,
    feeBp: 0.5,
  } as const;
  try {
    for (let minute = 0; minute < 200; minute++) await closePair(minute);
    const panel = backtestPanel(market, options);
    const mount = (await panel.mount!("a")).html;
    const setting = attribute<StrategySetting>(mount, "comove-strategy", "data-setting");
    assert.equal(setting.initial.windows, "20");
    assert.equal(setting.initial.feeBp, "0.5");
    assert.equal(setting.initial.stop, "");
    assert.deepEqual(setting.given, { pair: "ETHUSDT/BTCUSDT", timeframe: "1m", days: 1 });
    assert.match(mount, /<script>.*"comove-strategy"\)<\/script>/s);
    const { html } = await panel.draw("a");
    const packet = attribute<StrategyPacket>(html, "comove-feed", "data-packet");
    assert.equal(packet.rows!.length, 200);
    assert.equal(packet.source, "simulated");
    assert.match(
      html,
      /<comove-feed [^>]*>.*traded on its past/s,
      "the kernel's picture stands in it",
    );
    const bare = backtestPanel(market, { ...options, controls: false });
    assert.equal(bare.mount, undefined);
    assert.doesNotMatch((await bare.draw("a")).html, /comove-feed/);
  } finally {
    await market.close();
  }
});

Deno.test("more bars than a page takes do not travel, and the fields can say so", () => {
  const length = 12_001, column = new Float64Array(length).fill(1);
  const leg = { open: column, close: column, money: column };
  const rows: StrategyRows = { start: 0, stepMs: 60_000, length, y: leg, x: leg };
  const { evidence, found: { terms } } = found({});
  const feed = (rows: StrategyRows) =>
    attribute<StrategyPacket>(
      strategyFeed("a", { rows, terms, evidence, source: "live", remark: "" }, "<b>x</b>"),
      "comove-feed",
      "data-packet",
    );
  assert.equal(feed(rows).rows, undefined);
  assert.ok(feed({ ...rows, length: 12_000 }).rows !== undefined);
});

Deno.test("a hostile name of a market stays text in what is mounted", () => {
  const html = strategyMount("a", {
    title: "<img src=x onerror=alert(1)>'\"",
    names,
    query: QUERY,
    initial: strategyTexts(backtestSettings({}, sides)),
    given: {},
    money: "",
    theme: DARK,
  });
  assert.equal(parseHTML(`<body>${html}</body>`).document.querySelector("img"), null);
});
