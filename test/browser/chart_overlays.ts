/**
 * Lines over the candles, and the ways in which instruments share a chart, in a real browser. Run
 * `deno test -A test/browser/chart_overlays.ts`; `SCREENSHOTS` names a folder for pictures.
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { CandleChart } from "../../lib/charts/browser/candle_chart.ts";
import type { Page as ComovePage } from "../../lib/charts/browser/page.ts";
import type { TradingViewPanel } from "../../lib/charts/browser/trading_view_panel.ts";
import { PLAIN_OVERLAY } from "../../lib/charts/chart_overlay.ts";
import { DARK } from "../../lib/charts/theme.ts";
import { tradingViewHistory, tradingViewMount } from "../../lib/charts/trading_view.ts";
import type { Bar } from "../../lib/model/bar.ts";
import { DAY, HOUR, MINUTE } from "../../lib/model/time.ts";
import { relativeVolume } from "../../lib/sync/relative_volume.ts";
import { sessionVwap } from "../../lib/sync/vwap.ts";
import { alwaysOpen } from "../../lib/calendar/calendar.ts";
import { say } from "../support/say.ts";
import { chartData, START } from "./chart_data.ts";
import { bringForming, chartBox, hasChromium, Rig, screenshot, visibleTimes } from "./chart_rig.ts";
import { MINUTES } from "./chart_site.ts";
import { pageTime } from "./support/page_time.ts";

declare const comove: ComovePage;

const isThere = await hasChromium();
if (!isThere) say("No Chromium at /usr/bin/chromium: set CHROMIUM. The checks are skipped.");

const READY = () =>
  document.querySelector<HTMLElement>("comove-trading-view")?.dataset.ready === "true";
/** The midnight before the bars, which end an hour before the next day's 14:00. */
const MIDNIGHT = Date.UTC(2025, 11, 2);

const { bitcoin, future, breaks, rolls } = chartData(MINUTES);
const shut = breaks.find(({ kind }) => kind === "session")!;

function mount(): string {
  return tradingViewMount({
    id: "pair",
    theme: DARK,
    height: 260,
    series: [
      { id: "BTCUSDT", label: "BTC/USDT (Binance.com)", source: "simulated", decimals: 2 },
      { id: "ES", label: "ES Futures (CME via IBKR Paper)", source: "simulated", decimals: 2 },
    ],
    timeframes: ["1m", "5m", "15m", "1h", "4h", "1d"],
    overlay: { ...PLAIN_OVERLAY, ratio: ["BTCUSDT", "ES"] },
  });
}

function history(): string {
  const none = { fives: [], hours: [], dayBars: [] };
  const days = [{ from: START, to: shut.from }, { from: shut.to, to: shut.to + 23 * HOUR }];
  const sessions = [-1, 0, 1].map((i) => ({
    from: MIDNIGHT + i * DAY,
    to: MIDNIGHT + (i + 1) * DAY,
  }));
  return tradingViewHistory("pair", [
    { id: "BTCUSDT", minutes: bitcoin, ...none, days, sessions, breaks: [], rolls: [] },
    { id: "ES", minutes: future, ...none, days, breaks, rolls },
  ]);
}

type Numbers = ReturnType<CandleChart["numbersAt"]>;

function numbersAt(page: Page, chart: number, openTime: number): Promise<Numbers> {
  return page.evaluate(([chart, openTime]) => {
    const panel = [...comove.panels].find(({ id }) => id === "pair") as TradingViewPanel;
    return panel.charts[chart!]!.numbersAt(openTime!);
  }, [chart, openTime]);
}

function heights(page: Page): Promise<number[]> {
  return page.evaluate(() =>
    [...document.querySelector("comove-trading-view")!.shadowRoot!.querySelectorAll(".chart")]
      .map((chart) => chart.clientHeight)
  );
}

/** What lib/sync makes of the bars that the page has. */
function expected(bars: readonly Bar[], row: number): { average: number; vwap: number } {
  const column = (value: (bar: Bar) => number) => bars.map(value);
  const volume = column((bar) => Number(bar.volume.toPrecision(6)));
  const vwap = sessionVwap({
    openTime: column((bar) => bar.openTime),
    high: column((bar) => bar.high),
    low: column((bar) => bar.low),
    close: column((bar) => bar.close),
    volume,
  }, alwaysOpen).value[row]!;
  const ratio = relativeVolume(volume, { window: 20, includesSelf: false })[row]!;
  return { average: volume[row]! / ratio, vwap };
}

Deno.test({ name: "lines over the candles in a browser", ignore: !isThere }, async (t) => {
  await using rig = await Rig.start();
  const { site } = rig;
  const outputs = [site.library, mount(), history(), site.feed(1, DARK)];
  const { page, errors, requests } = await rig.open("overlays", outputs, DARK);
  await page.waitForFunction(READY);
  const last = bitcoin.at(-1)!.openTime;
  const switchTo = (text: string) =>
    page.locator("comove-trading-view button.switch", { hasText: text }).click();
  const choose = (mode: string) =>
    page.locator("comove-trading-view select.mode").selectOption(mode);

  await t.step("VWAP and average are those of lib/sync, and no session is begun late", async () => {
    const { average, vwap, spikes } = await numbersAt(page, 0, last);
    const wanted = expected(bitcoin, bitcoin.length - 1);
    assert.ok(Math.abs(average / wanted.average - 1) < 1e-12, `${average} ${wanted.average}`);
    assert.equal(vwap, wanted.vwap);
    assert.ok(spikes > 50, `${spikes} tagged`);
    // The bars begin at 13:00: the VWAP of that day is not known.
    assert.equal((await numbersAt(page, 0, MIDNIGHT - MINUTE)).vwap, NaN);
    assert.ok((await numbersAt(page, 0, MIDNIGHT)).vwap > 0);
    const legend = await page.locator("comove-trading-view .lines").first().textContent();
    assert.match(legend!, /VWAP 8[\d,.]+avg V [\d.]+ \([\d.]+x\)$/);
  });

  await t.step("a switch adds its line, and is remembered over a reload", async () => {
    assert.equal((await numbersAt(page, 1, last)).obv, NaN);
    const before = await heights(page);
    await switchTo("OBV");
    await switchTo("BTCUSDT/ES");
    await pageTime(page, 400);
    const on = await numbersAt(page, 1, last);
    assert.ok(Number.isFinite(on.obv));
    assert.equal(on.ratio, bitcoin.at(-1)!.close / future.at(-1)!.close);
    assert.deepEqual(await heights(page), [before[0], before[1]! + 84], "the panes stay as high");
    await page.reload();
    await page.waitForFunction(READY);
    assert.equal((await numbersAt(page, 1, last)).ratio, on.ratio);
    await screenshot(page, "overlays-stacked");
  });

  await t.step("each mode shows the same time, and goes back", async () => {
    const before = await visibleTimes(page);
    for (const mode of ["percent", "axes"]) {
      await choose(mode);
      await pageTime(page, 200);
      const { companions, ratio } = await numbersAt(page, 0, last);
      assert.deepEqual(companions, [future.at(-1)!.close], mode);
      assert.ok(ratio! > 0, "the pane of the ratio is below the chart that shows");
      assert.deepEqual((await visibleTimes(page))[0], before[0], mode);
      assert.equal((await heights(page))[1], 0, "the other chart takes no room");
      await screenshot(page, `overlays-${mode}`);
    }
    await bringForming(page, site.forming(2, 1.002));
    const forming = await numbersAt(page, 0, last + MINUTE);
    assert.ok(Number.isFinite(forming.vwap) && Number.isFinite(forming.obv));
    assert.equal(forming.companions[0], NaN, "the other market has no bar yet");
    await choose("stacked");
    await pageTime(page, 200);
    assert.deepEqual((await numbersAt(page, 0, last)).companions, []);
    const [first, second] = await visibleTimes(page);
    assert.deepEqual(first, second);
  });

  await t.step("CSV has the lines that show", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("comove-trading-view button.export", { hasText: "CSV" }).click(),
    ]);
    const text = await Deno.readTextFile(await download.path());
    const [head, ...rows] = text.trim().split("\r\n");
    assert.match(head!, /,volume,volume_average,vwap,obv,state,source$/);
    const row = rows.find((row) => row.startsWith(`BTCUSDT,1m,${new Date(last).toISOString()}`))!;
    assert.equal(Number(row.split(",").at(-4)), expected(bitcoin, bitcoin.length - 1).vwap);
  });

  await t.step("a drag with the shift key measures in every chart, and scrolls none", async () => {
    const before = await visibleTimes(page);
    await drag(page, "Shift");
    const [first, second] = await measurements(page);
    assert.match(first![0]!, /^[+−][\d,.]+ \([+−]\d+\.\d\d %\)$/);
    assert.match(first![1]!, /^\d+ bars, .+ · \d\d:\d\d to \d\d:\d\d UTC$/);
    assert.equal(second![1], first![1], "the other chart has the same time");
    assert.notEqual(second![0], first![0]);
    assert.deepEqual(await visibleTimes(page), before);
    await screenshot(page, "measured");
    await page.locator("comove-trading-view .panel").press("Escape");
    assert.deepEqual(await measurements(page), [[], []]);
    await drag(page, undefined);
    assert.deepEqual(await measurements(page), [[], []]);
    assert.notDeepEqual(await visibleTimes(page), before, "without the key it scrolls");
    await page.locator("comove-trading-view .panel").press("End");
    await choose("axes");
    await pageTime(page, 200);
    await drag(page, "Shift");
    const [lines] = await measurements(page);
    assert.match(lines!.at(-1)!, /^ES Futures [+−]\d\.\d\d %$/);
    await screenshot(page, "measured-axes");
    await page.locator("comove-trading-view .panel").press("Escape");
    await choose("stacked");
  });

  await t.step("keys choose bars, go to both ends, hold the charts still, and help", async () => {
    const panel = page.locator("comove-trading-view .panel");
    const chosen = () =>
      page.locator("comove-trading-view button.timeframe[aria-pressed=true]").textContent();
    await panel.press("2");
    assert.equal(await chosen(), "5m");
    await panel.press("1");
    assert.equal(await chosen(), "1m");
    await panel.press("Home");
    await pageTime(page, 200);
    const [oldest] = await visibleTimes(page);
    assert.ok(Math.abs(oldest!.from - START) <= 2 * MINUTE);
    await panel.press("ArrowDown");
    await pageTime(page, 200);
    const [wider] = await visibleTimes(page);
    assert.equal(wider!.from, oldest!.from, "nothing lies before the oldest bar");
    assert.ok(wider!.to > oldest!.to);
    await panel.press("Home");
    await panel.press("ArrowUp");
    await pageTime(page, 200);
    const [zoomed] = await visibleTimes(page);
    assert.ok(zoomed!.to - zoomed!.from < wider!.to - wider!.from, "zoomed in");
    await panel.press("End");
    await panel.press(" ");
    const updated = () => page.locator("comove-trading-view .updated").textContent();
    assert.match((await updated())!, /^paused · updated 2025-12-02 13:00:00 UTC$/);
    const held = await numbersAt(page, 0, last + MINUTE);
    await bringForming(page, site.forming(3, 1.01));
    assert.deepEqual(await numbersAt(page, 0, last + MINUTE), held, "nothing moves");
    await panel.press(" ");
    assert.notDeepEqual(await numbersAt(page, 0, last + MINUTE), held, "what came is there");
    assert.match((await updated())!, /^updated /);
    await panel.press("?");
    assert.ok(await page.locator("comove-trading-view .help").isVisible());
    await screenshot(page, "help");
    await panel.press("Escape");
    assert.equal(await page.locator("comove-trading-view .help").isVisible(), false);
  });

  await t.step("one chart takes the whole screen, and gives it back", async () => {
    const panel = page.locator("comove-trading-view .panel");
    const before = [await heights(page), await visibleTimes(page)];
    await panel.press("f");
    await pageTime(page, 300);
    const whole = (await heights(page)).filter((height) => height > 0);
    assert.equal(whole.length, 1);
    assert.ok(whole[0]! > 950, `${whole} px of 1100`);
    await screenshot(page, "full");
    await panel.press("Escape");
    await pageTime(page, 400);
    assert.deepEqual([await heights(page), await visibleTimes(page)], before);
  });

  assert.deepEqual({ errors, requests }, { errors: [], requests: [] });
});

/** Drags over the first chart from left to right. */
async function drag(page: Page, key: string | undefined): Promise<void> {
  const { x, y, width } = await chartBox(page, 0);
  if (key !== undefined) await page.keyboard.down(key);
  await page.mouse.move(x + width * 0.4, y + 150);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.7, y + 90, { steps: 5 });
  await page.mouse.up();
  if (key !== undefined) await page.keyboard.up(key);
  await pageTime(page, 200);
}

function measurements(page: Page): Promise<string[][]> {
  return page.evaluate(() => {
    const panel = [...comove.panels].find(({ id }) => id === "pair") as TradingViewPanel;
    return panel.charts.map((chart) => [...chart.measurementLines]);
  });
}
