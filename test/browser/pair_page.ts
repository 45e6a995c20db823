/**
 * A pair on the dashboard: opened from the screener, its chart's controls and its backtest kept in the address, and what the
 * page says when the pair breaks. Not part of `deno task test`: `deno test -A test/browser/pair_page.ts`. `SCREENSHOTS` names
 * a folder for pictures.
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { PageSite } from "../../lib/api/page/page_site.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { bundleForBrowser } from "../../lib/runtime/bundle.ts";
import { goToHash, hashOf } from "./support/address.ts";
import { startChromium } from "./support/chromium.ts";
import { DashboardServer } from "./support/dashboard_server.ts";
import { cutParts, seriousFindings, smallTexts } from "./support/look.ts";
import { pageTime } from "./support/page_time.ts";

const SYMBOLS = ["AVAXUSDT", "SOLUSDT", "DOTUSDT", "ADAUSDT"];
const CHART = "comove-pair";
/** Bars of a minute within which the page says that a pair has broken. */
const WITHIN = 240;
const SLOW = { timeout: 60_000 };

const slider = (page: Page, name: string) =>
  page.locator(`${CHART} label`, { hasText: name }).locator("input");

async function drawn(page: Page): Promise<void> {
  await page.locator(`${CHART}[data-ready=true]`).waitFor(SLOW);
}

async function shot(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("SCREENSHOTS");
  if (folder === undefined) return;
  for (const width of [1_300, 700, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await pageTime(page, 300);
    await page.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1_300, height: 900 });
}

Deno.test("a pair on the dashboard", async (t) => {
  const site = await PageSite.make(bundleForBrowser, { token: "a-token-of-the-test" });
  const market = await openMarket({
    source: "simulated",
    simulatedSpeed: 30,
    data: { backfillHours: 48 },
    binance: { symbols: SYMBOLS },
    ibkr: { futures: [] },
    deribit: { enabled: false },
  });
  const server = await DashboardServer.start(market, site);
  const browser = await startChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1_300, height: 900 } });
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(`${error}`));
    const address = `http://127.0.0.1:${server.port}/`;
    let kept = "";

    await t.step("a row of the screener opens its pair", async () => {
      await page.goto(`${address}#view=screener`);
      const row = page.locator('comove-screener tr[data-pair="AVAXUSDT/SOLUSDT"]');
      await row.click(SLOW);
      await drawn(page);
      assert.match(await hashOf(page), /view=pair&pair=AVAXUSDT\/SOLUSDT/);
      await page.goBack();
      await row.focus(SLOW);
      await page.keyboard.press("Enter");
      await drawn(page);
      assert.match(await hashOf(page), /view=pair&pair=AVAXUSDT\/SOLUSDT/);
    });

    await t.step("what is set in the chart is in the address, and outlives a reload", async () => {
      await slider(page, "z over").focus();
      for (let i = 0; i < 15; i++) await page.keyboard.press("ArrowRight");
      await page.locator(`${CHART} label`, { hasText: "Hedge" }).locator("select").selectOption(
        "total",
      );
      assert.match(await hashOf(page), /chart\.hedge=total&.*chart\.zWindow=35/);
      kept = await page.evaluate(() => location.href);
      // Another reader's page, which knows the address alone.
      const other = await browser.newPage();
      await other.goto(kept);
      await drawn(other);
      assert.equal(await slider(other, "z over").inputValue(), "35");
      await other.close();
    });

    await t.step(
      "lines that only the server fits, and seconds, are chosen as the others",
      async () => {
        const list = (name: string) =>
          page.locator(`${CHART} label`, { hasText: name }).locator("select");
        const note = page.locator(`${CHART} .note`);
        const names = {
          huber: /Huber over the 240/,
          "theil-sen": /Theil–Sen/,
          kalman: /Kalman filter/,
        };
        for (const [hedge, words] of Object.entries(names)) {
          await list("Hedge").selectOption(hedge);
          await note.filter({ hasText: words }).waitFor(SLOW);
          assert.match(await hashOf(page), new RegExp(`chart\\.hedge=${hedge}`));
          assert.equal(await list("Hedge").inputValue(), hedge);
        }
        // The window of z is turned here, that of the line by the server.
        await slider(page, "z over").focus();
        await page.keyboard.press("ArrowRight");
        await page.locator(`${CHART} .answer`, { hasText: "mean of the 36 before" }).waitFor();
        await list("Hedge").selectOption("theil-sen");
        await slider(page, "Line over").focus();
        await page.keyboard.press("Home");
        await note.filter({ hasText: /Theil–Sen over the 20 bars/ }).waitFor(SLOW);
        await list("Bars").selectOption("1s");
        await note.filter({ hasText: /bars of 1s/ }).waitFor(SLOW);
        assert.match(await hashOf(page), /chart\.timeframe=1s/);
        await list("Hedge").selectOption("ols");
        await note.filter({ hasText: /least squares over the 20/ }).waitFor(SLOW);
        await page.goBack();
        await note.filter({ hasText: /bars of 1m/ }).waitFor(SLOW);
        await shot(page, "pair-lines");
        await page.goto(kept);
        await page.reload();
        await drawn(page);
        assert.equal(await list("Hedge").inputValue(), "total");
      },
    );

    await t.step("an address that cannot be is refused in words", async () => {
      const other = await browser.newPage();
      await other.goto(`${address}#view=pair&pair=AVAXUSDT/SOLUSDT&chart.zWindow=4`);
      await other.getByText("zWindow must be a whole number of at least 5, got 4").waitFor(SLOW);
      await other.close();
    });

    await t.step("the backtest tries what the form says, and the address keeps it", async () => {
      const tried = page.getByText(/Of \d+ settings? tried/).first();
      await tried.waitFor(SLOW);
      assert.match((await tried.textContent())!, /Of 25 settings/);
      const form = page.locator('[data-form="strategy"]');
      await form.locator("[name=windows]").fill("48, 96");
      await form.locator("[name=entries]").fill("1.5");
      await form.locator("[name=stop]").fill("4");
      await form.locator("[name=feeBp]").fill("0");
      await page.keyboard.press("Enter");
      await page.getByText(/Of 2 settings tried/).first().waitFor(SLOW);
      assert.match(await hashOf(page), /strategy\.windows=48,96&strategy\.entries=1\.5/);
      // What the chart had chosen is there still.
      assert.match(await hashOf(page), /chart\.zWindow=35/);
      await shot(page, "pair-page");
      await page.reload();
      await page.getByText(/Of 2 settings tried/).first().waitFor(SLOW);
      assert.equal(await form.locator("[name=windows]").inputValue(), "48,96");
      await form.locator("[name=stop]").fill("1");
      await page.keyboard.press("Enter");
      await page.getByText(/enter < stop/).first().waitFor(SLOW);
      await form.getByText("As usual").click();
      await page.getByText(/Of 25 settings tried/).first().waitFor(SLOW);
      assert.doesNotMatch(await hashOf(page), /strategy/);
    });

    await t.step("nothing is cut, small or hard to reach", async () => {
      for (const width of [1_300, 700, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await pageTime(page, 300);
        assert.deepEqual(
          await cutParts(page, `.slots:has(${CHART}), [data-form] .form`),
          [],
          `${width}`,
        );
        assert.deepEqual(await smallTexts(page, `${CHART}, [data-form]`, 11), [], `${width}`);
      }
      assert.deepEqual(await seriousFindings(page, `${CHART}, [data-form]`), []);
      await page.setViewportSize({ width: 1_300, height: 900 });
    });

    await t.step("chart and tests say that a pair has broken", async () => {
      const planted = market.simulator!.truth.pairs.find(({ kind }) => kind === "broken")!;
      assert.ok(planted.kind === "broken");
      await goToHash(page, `#view=pair&pair=${planted.y}/${planted.x}`);
      const said = page.locator(CHART).getByText(/The relation has broken: in the newest \d+ bars/);
      await said.waitFor({ timeout: 300_000 });
      const bars = (market.venueTime - planted.breaksAt) / MINUTE;
      assert.ok(bars > 0 && bars <= WITHIN, `${bars} bars`);
      await page.locator('[data-panel*="tests"]').getByText(/The relation has broken/).waitFor(
        SLOW,
      );
      await shot(page, "pair-broken");
    });
    assert.deepEqual(wrong, []);
  } finally {
    await browser.close();
    await server.close();
    await market.close();
  }
});
