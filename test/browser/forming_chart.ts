/**
 * The forming candle, the timeframes and the long past of the candle chart in a real browser, fed as `live` feeds it by
 * the embedded market. Run `deno test -A test/browser/forming_chart.ts`; `SCREENSHOTS` names a folder for pictures.
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Page as ComovePage } from "../../lib/charts/browser/page.ts";
import type { TradingViewPanel } from "../../lib/charts/browser/trading_view_panel.ts";
import { DARK } from "../../lib/charts/theme.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import type { Market } from "../../lib/market/market.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { formatUtc, HOUR, MINUTE } from "../../lib/model/time.ts";
import { ticker, tradingView } from "../../lib/notebook/panels/mod.ts";
import { statusLine } from "../../lib/notebook/status_line.ts";
import { sleep, systemClock } from "../../lib/runtime/clock.ts";
import { say } from "../support/say.ts";
import { hasChromium, Rig, screenshot } from "./chart_rig.ts";
import { pageTime } from "./support/page_time.ts";

declare const comove: ComovePage;

const READY = () =>
  document.querySelector<HTMLElement>("comove-trading-view")?.dataset.ready === "true";

const isThere = await hasChromium();
if (!isThere) say("No Chromium at /usr/bin/chromium: set CHROMIUM. The checks are skipped.");

/** Ten days of both markets, at a pace at which a minute lasts three seconds. */
async function tenDays(): Promise<Market> {
  const config = parseConfig({
    overrides: {
      source: "simulated",
      clock: { speed: 20 },
      data: { backfillHours: 24 * 10 },
    },
  });
  const market = await openMarket({}, { config });
  for (let i = 0; i < 600; i++) {
    const isIn = ["BTCUSDT", "ES"].every((id) => market.isBackfilled(id));
    if (isIn && market.forming("BTCUSDT") !== undefined && market.forming("ES") !== undefined) {
      return market;
    }
    await sleep(systemClock, 100);
  }
  throw new Error("the market did not deliver in a minute");
}

interface ChartState {
  readonly tags: readonly string[];
  readonly newest: readonly (number | undefined)[];
  readonly legends: readonly string[];
  readonly bars: number;
}

function stateOf(page: Page): Promise<ChartState> {
  return page.evaluate(() => {
    const [panel] = [...comove.panels] as TradingViewPanel[];
    const root = document.querySelector("comove-trading-view")!.shadowRoot!;
    return {
      tags: panel!.charts.map((chart) => chart.tagText),
      newest: panel!.charts.map((chart) => chart.newestTime),
      legends: [...root.querySelectorAll(".figures")].map((figures) => figures.textContent),
      bars: panel!.charts[0]!.barCount,
    };
  });
}

/** Puts an output on the page as JupyterLab does when a display is updated. */
function bring(page: Page, html: string, place: string): Promise<void> {
  return page.evaluate(([html, place]) => {
    let output = document.getElementById(place!);
    if (output === null) {
      output = document.body.appendChild(document.createElement("div"));
      output.id = place!;
    }
    output.innerHTML = html!;
  }, [html, place]);
}

Deno.test(
  { name: "the candle that forms, and the past, in a browser", ignore: !isThere },
  async (t) => {
    await using market = await tenDays();
    await using rig = await Rig.start();
    const panel = tradingView(market, {
      instruments: ["BTCUSDT", "ES"],
      height: 260,
      theme: DARK,
    });
    const prices = ticker(market, { instruments: ["BTCUSDT", "ES"] });
    const mount = (await panel.mount!("pair")).html;
    const part = (name: string) => panel.parts!.find((one) => one.name === name)!;
    const history = part("history"), recent = part("recent"), forming = part("forming");
    const past = history.draw("pair")!.html;
    const { page, errors, requests } = await rig.open("forming", [
      rig.site.library,
      mount,
      past,
      recent.draw("pair")!.html,
    ], DARK);
    const feed = async () => await bring(page, (await panel.draw("pair")).html, "frame");
    await feed();
    await page.waitForFunction(READY);

    await t.step("tag, ticker and legend agree with each tick, in at most 300 bytes", async () => {
      let changes = 0, sizes = 0, before = "", fed = market.latest?.openTime;
      for (let i = 0; i < 60; i++) {
        // As a panel is fed, however late this process is: with each minute that has closed.
        while (fed !== market.latest?.openTime) {
          fed = market.latest?.openTime;
          await feed();
        }
        const tick = forming.draw("pair")!.html;
        const line = (await prices.draw("ticker")).text;
        await bring(page, tick, "forming");
        const { tags, legends } = await stateOf(page);
        for (const [row, name] of ["BTC/USDT", "ES"].entries()) {
          const [, price] = new RegExp(`${name}\\D* ([\\d,.]+)`).exec(line)!;
          const shown = tags[row]!.replace(/^[▲▼] /, "");
          assert.equal(Number(shown.replaceAll(",", "")), Number(price!.replaceAll(",", "")), line);
          assert.ok(legends[row]!.includes(` C ${shown} `), `${legends[row]} · ${shown}`);
        }
        if (tags.join() !== before) changes++;
        before = tags.join();
        sizes = Math.max(sizes, tick.length);
        await sleep(systemClock, 150);
      }
      say(`${changes} of 60 ticks moved a tag; the largest took ${sizes} bytes`);
      assert.ok(changes > 20, `${changes} changes`);
      assert.ok(sizes <= 300, `${sizes} bytes`);
      await screenshot(page, "forming");
    });

    await t.step(
      "the candle in the making is marked, and is the bar after the closed ones",
      async () => {
        for (let i = 0; i < 40; i++) {
          await feed();
          await bring(page, forming.draw("pair")!.html, "forming");
          const opens = market.forming("BTCUSDT")?.openTime;
          const { legends, newest } = await stateOf(page);
          if (opens !== undefined && newest[0] === opens) {
            assert.match(legends[0]!, / forming$/);
            return;
          }
          await sleep(systemClock, 100);
        }
        assert.fail("no forming candle in four seconds");
      },
    );

    await t.step(
      "the picture for pages without scripts is hidden below a chart that is drawn",
      async () => {
        const still = part("still").draw("pair")!;
        assert.match(still.text, /BTC.*bar forming|BTC/);
        await bring(page, still.html, "still");
        const shown = await page.evaluate(() =>
          [...document.querySelectorAll("comove-feed img")].map((image) => image.clientHeight)
        );
        assert.deepEqual(shown, [0]);
      },
    );

    await t.step("once the panel has ended its last candle is not forming any more", async () => {
      const view = {
        panel: "pair",
        freshness: undefined,
        beat: { kernel: "k", count: 1 },
        notes: [],
      };
      for (let i = 0; !/ forming$/.test((await stateOf(page)).legends[0]!); i++) {
        assert.ok(i < 100, "no forming candle");
        await feed();
        await bring(page, forming.draw("pair")!.html, "forming");
      }
      await bring(page, statusLine({ ...view, word: "stopped" }, DARK).html, "status");
      assert.match((await stateOf(page)).legends[0]!, / broken off$/);
      await screenshot(page, "stopped");
    });

    await t.step("scrolled back, the tag still shows the newest price", async () => {
      await page.evaluate(() =>
        document.querySelector("comove-trading-view")!.shadowRoot!
          .querySelector<HTMLElement>(".panel")!.focus()
      );
      for (let i = 0; i < 40; i++) await page.keyboard.press("ArrowLeft");
      await pageTime(page, 200);
      // In the turn in which it is drawn: the next trade is another price.
      const tick = forming.draw("pair")!.html;
      const newest = market.forming("BTCUSDT")?.close ?? market.bars("BTCUSDT").at(-1)!.close;
      await bring(page, tick, "forming");
      const { tags } = await stateOf(page);
      assert.equal(Number(tags[0]!.replace(/[▲▼ ,]/g, "")), newest);
      await screenshot(page, "scrolled-back");
      await page.keyboard.press("End");
    });

    await t.step(
      "a day of minutes, a week of 5m and the days of 1h are there without the kernel",
      async () => {
        say(`history of two instruments: ${past.length} bytes`);
        assert.ok(past.length < 2 * 300_000, `${past.length} bytes`);
        const reach: string[] = [];
        for (
          const [timeframe, hours] of [["1m", 24], ["5m", 168], ["15m", 168], ["1h", 240]] as const
        ) {
          await choose(page, timeframe);
          const { from, bars } = await page.evaluate(() => {
            const [panel] = [...comove.panels] as TradingViewPanel[];
            return { from: panel!.charts[0]!.oldestTime!, bars: panel!.charts[0]!.barCount };
          });
          reach.push(`${timeframe}: ${bars} bars since ${formatUtc(from)}`);
          const end = market.minuteGrid("BTCUSDT");
          const hoursBack = (end.start + end.length * MINUTE - from) / HOUR;
          assert.ok(hoursBack >= hours - 2, `${timeframe}: ${hoursBack} hours, expected ${hours}`);
          await screenshot(page, `bars-${timeframe}`);
        }
        say(reach.join("; "));
      },
    );

    await t.step("bars of every length are those that the market makes", async () => {
      for (const timeframe of ["5m", "15m", "1h", "4h", "1d"] as const) {
        await choose(page, timeframe);
        for (const [row, id] of ["BTCUSDT", "ES"].entries()) {
          const expected = market.bars(id, { timeframe, daysOf: "ES" }).slice(-20, -1);
          const shown = await page.evaluate(([row, times]) => {
            const [panel] = [...comove.panels] as TradingViewPanel[];
            return (times as number[]).map((time) => panel!.charts[row as number]!.barAt(time));
          }, [row, expected.map((bar) => bar.openTime)]);
          const compared = expected.filter((bar) =>
            bar.openTime > market.minuteGrid(id).start + 26 * HOUR
          );
          assert.ok(compared.length >= 3, `${id} ${timeframe}: ${compared.length} bars`);
          for (const bar of compared) {
            const { openTime, open, high, low, close } = bar;
            const own = shown[expected.indexOf(bar)];
            assert.deepEqual(
              own &&
                {
                  openTime: own.openTime,
                  open: own.open,
                  high: own.high,
                  low: own.low,
                  close: own.close,
                },
              { openTime, open, high, low, close },
              `${id} ${timeframe} ${formatUtc(openTime)}`,
            );
          }
        }
        await screenshot(page, `bars-${timeframe}`);
      }
      await choose(page, "1m");
    });

    assert.deepEqual({ errors, requests }, { errors: [], requests: [] });
  },
);

async function choose(page: Page, timeframe: string): Promise<void> {
  await page.locator("comove-trading-view button.timeframe", {
    hasText: new RegExp(`^${timeframe}$`),
  })
    .click();
  await pageTime(page, 120);
}
