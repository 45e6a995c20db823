/**
 * CSV and PNG of the panels, and the crosshair that they share, in an exported page under its policy. Run
 * `deno test -A test/browser/panel_exports.ts`; `SCREENSHOTS` names a folder for pictures.
 */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Download, Page } from "playwright-core";
import type { Page as ComovePage } from "../../lib/charts/browser/page.ts";
import type { TradingViewPanel } from "../../lib/charts/browser/trading_view_panel.ts";
import { libraryScripts, libraryTag, PAGE_CODE } from "../../lib/charts/library_tag.ts";
import { DARK, LIGHT } from "../../lib/charts/theme.ts";
import { pagePolicy } from "../../lib/cli/page_policy.ts";
import { escapeHtml } from "../../lib/charts/markup.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import {
  correlationChart,
  correlationTable,
  priceChart,
  tradingView,
  windowExplorer,
} from "../../lib/notebook/panels/mod.ts";
import { csvData } from "../../lib/charts/csv_text.ts";
import { panelMarkup } from "../../lib/charts/live_markup.ts";
import { bundleForBrowser } from "../../lib/runtime/bundle.ts";
import { sleep, systemClock } from "../../lib/runtime/clock.ts";
import { say } from "../support/say.ts";
import { hasChromium } from "./chart_rig.ts";
import { startChromium } from "./support/chromium.ts";
import { pageTime } from "./support/page_time.ts";

declare const comove: ComovePage;

const isThere = await hasChromium();
if (!isThere) say("No Chromium at /usr/bin/chromium: set CHROMIUM. The checks are skipped.");

const READY = () =>
  ["comove-trading-view", "comove-correlation", "comove-window-view"].every((name) =>
    document.querySelector<HTMLElement>(name)?.dataset.ready === "true"
  );

async function exportedPage(theme: typeof DARK): Promise<string> {
  const config = parseConfig({ overrides: { source: "simulated", clock: { speed: 20 } } });
  await using market = await openMarket({}, { config });
  const instruments = ["BTCUSDT", "ES"];
  const isIn = () => instruments.every((id) => market.isBackfilled(id));
  for (let i = 0; i < 300 && !isIn(); i++) await sleep(systemClock, 100);
  const panels = [
    tradingView(market, { instruments, height: 220, theme }),
    correlationChart(market, { theme }),
    windowExplorer(market, { theme }),
    priceChart(market, { instruments, theme, lastBars: 120 }),
    correlationTable(market, { theme }),
  ];
  const outputs: string[] = [];
  for (const [i, panel] of panels.entries()) {
    const id = `panel-${i}`;
    const mount = await panel.mount?.(id);
    if (mount !== undefined) outputs.push(mount.html);
    const file = mount === undefined ? `p${i} simulated 2025-12-03 14:08:00 UTC` : undefined;
    outputs.push(panelMarkup((await panel.draw(id)).html, id, theme, file));
    for (const part of panel.parts ?? []) outputs.push(part.draw(id)!.html);
  }
  const rows = [[1, -0.5], [2, NaN]];
  const numbers = csvData({ name: "trades", head: ["row", "net"], rows });
  const picture = await priceChart(market, { instruments, theme, lastBars: 60 }).draw("panel-9");
  outputs.push(panelMarkup(picture.html + numbers, "panel-9", theme, "backtest"));
  const sizes = outputs.map((html) => html.length);
  say(`outputs of ${sizes.join(", ")} bytes`);
  const bundle = await bundleForBrowser(PAGE_CODE);
  const { starter, code } = await libraryScripts(bundle);
  const policy = escapeHtml(pagePolicy([starter, code]));
  const path = await Deno.makeTempFile({ prefix: "comove-exports-", suffix: ".html" });
  await Deno.writeTextFile(
    path,
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>exports</title>` +
      `<meta http-equiv="Content-Security-Policy" content="${policy}">` +
      `<body style="background:${theme.background};margin:12px">` +
      [await libraryTag(bundle), ...outputs].map((html) => `<div>${html}</div>`).join("\n"),
  );
  return path;
}

function save(
  page: Page,
  name: string,
  text: "CSV" | "PNG" | "CSV of trades",
  className = ".export",
): Promise<Download> {
  const waiting = page.waitForEvent("download", { timeout: 10_000 });
  return page.locator(`${name} button${className}`, { hasText: text }).click().then(() => waiting);
}

async function shot(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("SCREENSHOTS");
  if (folder !== undefined) {
    await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  }
}

/** Open times that the legends of both charts speak of, by the pointer. */
function legends(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelector("comove-trading-view")!.shadowRoot!.querySelectorAll(".figures")]
      .map((figures) => figures.textContent)
  );
}

Deno.test(
  { name: "what panels save, and where they point, in an exported page", ignore: !isThere },
  async (t) => {
    await using browser = await startChromium();
    for (const theme of [DARK, LIGHT]) {
      const path = await exportedPage(theme);
      const page = await browser.newPage({
        viewport: { width: 1300, height: 1200 },
        acceptDownloads: true,
      });
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") errors.push(message.text());
      });
      await page.goto(pathToFileURL(path).href);
      await page.waitForFunction(READY, undefined, { timeout: 8_000 }).catch(async (error) => {
        const alerts = await page.locator("[role=alert]").allTextContents();
        throw new Error([error.message, ...errors, ...alerts].join("\n"));
      });
      await pageTime(page, 200);
      await shot(page, `exports-${theme.name}`);

      for (const name of ["comove-trading-view", "comove-correlation", "comove-window-view"]) {
        await t.step(`${name} saves CSV and PNG with the source word, ${theme.name}`, async () => {
          const csv = await save(page, name, "CSV");
          assert.match(csv.suggestedFilename(), /^comove-.*simulated.*\.csv$/);
          const text = await Deno.readTextFile(await csv.path());
          const [head, ...rows] = text.trimEnd().split("\r\n");
          assert.match(head!, /,source$/);
          assert.ok(rows.length > 500, `${rows.length} rows`);
          const columns = head!.split(",").length;
          for (const row of rows) {
            assert.equal(row.split(",").length, columns, row);
            assert.ok(row.endsWith(",simulated"), row);
            assert.ok(!/NaN|undefined/.test(row), row);
          }
          const png = await save(page, name, "PNG");
          assert.match(png.suggestedFilename(), /^comove-.*simulated.*\.png$/);
          const bytes = await Deno.readFile(await png.path());
          assert.deepEqual([...bytes.slice(1, 4)], [80, 78, 71]);
          assert.ok(bytes.length > 20_000, `${bytes.length} bytes`);
          const folder = Deno.env.get("SCREENSHOTS");
          if (folder !== undefined) {
            await Deno.writeFile(`${folder}/png-${name}-${theme.name}.png`, bytes);
          }
        });
      }

      await t.step(`pictures are saved as PNG and tables as CSV, ${theme.name}`, async () => {
        const png = await save(page, "comove-panel:has(img):not(:has([data-csv]))", "PNG", "");
        assert.equal(png.suggestedFilename(), "comove-p3-simulated-2025-12-03-14-08-00-UTC.png");
        const bytes = await Deno.readFile(await png.path());
        assert.deepEqual([...bytes.slice(1, 4)], [80, 78, 71]);
        assert.ok(bytes.length > 20_000, `${bytes.length} bytes`);
        const folder = Deno.env.get("SCREENSHOTS");
        if (folder !== undefined) {
          await Deno.writeFile(`${folder}/png-picture-${theme.name}.png`, bytes);
        }
        const csv = await save(page, "comove-panel:has(table)", "CSV", "");
        assert.equal(csv.suggestedFilename(), "comove-p4-simulated-2025-12-03-14-08-00-UTC.csv");
        const text = await Deno.readTextFile(await csv.path());
        assert.match(text, /^pair,bars,window,r,.*\r\nBTC\/USDT – ES,1m,60,/);
        const rows = text.trimEnd().replace(/"[^"]*"/g, "quoted").split("\r\n");
        assert.equal(new Set(rows.map((row) => row.split(",").length)).size, 1, text);
        const trades = await save(page, "comove-panel:has([data-csv])", "CSV of trades", "");
        assert.equal(trades.suggestedFilename(), "comove-backtest-trades.csv");
        assert.equal(await Deno.readTextFile(await trades.path()), "row,net\r\n1,-0.5\r\n2,\r\n");
        const count = await page.locator("comove-panel .comove-export").count();
        assert.equal(count, 3, "no buttons on pictures that stand in for charts");
      });

      if (theme === DARK) {
        await t.step("the candles point where the explorer is pointed at", async () => {
          const before = await legends(page);
          const plot = page.locator("comove-window-view svg").first();
          await plot.scrollIntoViewIfNeeded();
          const width = (await plot.boundingBox())!.width;
          await plot.hover({ position: { x: width - 90, y: 100 } });
          await pageTime(page, 150);
          assert.notDeepEqual(await legends(page), before);
          const lines = page.locator("comove-correlation svg > line");
          assert.equal(await lines.evaluate((line: SVGElement) => line.style.display), "");
          await page.mouse.move(5, 5);
          await pageTime(page, 150);
          assert.deepEqual(await legends(page), before);
        });

        await t.step(
          "bars of 1d fill the chart, and those of 1m are as many as before",
          async () => {
            const spans = async (timeframe: string) => {
              await page.locator("comove-trading-view button.timeframe", { hasText: timeframe })
                .click();
              await pageTime(page, 300);
              return await page.evaluate(() => {
                const panel = [...comove.panels].find((one) => "visibleTimes" in one);
                const { from, to } = (panel as TradingViewPanel).charts[0]!.positions!;
                return { from, to };
              });
            };
            const before = await spans("1m");
            const days = await spans("1d");
            await shot(page, "days");
            assert.ok(days.to - days.from <= 7, JSON.stringify(days));
            assert.deepEqual(await spans("1m"), before);
          },
        );

        await t.step(
          "the explorer knows 4h and 1d, and says how many returns they lack",
          async () => {
            const choice = page.locator("comove-window-view select");
            const answer = page.locator("comove-window-view .answer");
            const options = await choice.locator("option:not([disabled])").allTextContents();
            assert.deepEqual(options, ["1m", "5m", "15m", "1h", "4h", "1d"]);
            for (const [timeframe, needed, bars] of [["4h", 21, 42], ["1d", 20, 20]] as const) {
              await choice.selectOption(timeframe);
              assert.match(await answer.innerText(), new RegExp(`\\d of ${needed} needed pairs`));
              const window = page.locator("comove-window-view output").nth(1);
              assert.match(await window.innerText(), new RegExp(`^${bars} bars`));
            }
            await shot(page, "explorer-1d");
            await choice.selectOption("1m");
            assert.match(await answer.innerText(), /^r/);
          },
        );

        await t.step(
          "the correlation chart reads off every line, and the candles point there",
          async () => {
            const before = await legends(page);
            const plot = page.locator("comove-correlation svg").first();
            await plot.scrollIntoViewIfNeeded();
            const width = (await plot.boundingBox())!.width;
            await plot.hover({ position: { x: width - 90, y: 100 } });
            await pageTime(page, 150);
            const readings = await page.locator("comove-correlation .readings").innerText();
            assert.match(readings, /UTC[^]*1m \(60\) [+−]0\.\d\d \[[^]*5m \(48\)/);
            const pointed = await legends(page);
            assert.notDeepEqual(pointed, before, "the candles follow");
            await shot(page, "correlation-hover");
            await page.mouse.move(5, 5);
            await pageTime(page, 150);
            assert.deepEqual(await legends(page), before);
          },
        );

        await t.step("another timeframe of the correlation chart has the band", async () => {
          await page.locator("comove-correlation button.timeframe", { hasText: /^5m$/ }).click();
          const areas = await page.locator("comove-correlation svg [aria-label=area]").count();
          assert.equal(areas, 1);
          await shot(page, "correlation-5m");
        });

        await t.step("after a drag both charts point at the same time", async () => {
          const box = await page.evaluate(() => {
            const [first] = document.querySelector("comove-trading-view")!.shadowRoot!
              .querySelectorAll(".chart");
            const { x, y, width } = first!.getBoundingClientRect();
            return { x, y, width };
          });
          await page.evaluate(() => scrollTo(0, 0));
          await page.mouse.move(box.x + box.width * 0.4, box.y + 90);
          await page.mouse.down();
          await page.mouse.move(box.x + box.width * 0.6, box.y + 90, { steps: 5 });
          await page.mouse.up();
          await pageTime(page, 300);
          const columns = await page.evaluate(() =>
            [...document.querySelector("comove-trading-view")!.shadowRoot!.querySelectorAll(
              ".chart",
            )]
              .map((chart) => {
                // The crosshair is drawn on a canvas of its own, above that of the candles.
                const canvas = chart.querySelectorAll("canvas")[1]!;
                const { width, height } = canvas;
                const { data } = canvas.getContext("2d")!.getImageData(0, 0, width, height);
                const inked = Array.from({ length: width }, (_, x) => {
                  let count = 0;
                  for (let y = 0; y < height; y++) if (data[4 * (y * width + x) + 3]! > 0) count++;
                  return count;
                });
                const most = Math.max(...inked);
                return { x: inked.indexOf(most), share: most / height };
              })
          );
          assert.ok(columns.every(({ share }) => share > 0.3), JSON.stringify(columns));
          const [above, below] = columns;
          assert.ok(Math.abs(above!.x - below!.x) <= 8, `within a bar: ${JSON.stringify(columns)}`);
          await shot(page, "after-drag");
        });
      }
      assert.deepEqual(errors, []);
      await page.close();
      await Deno.remove(path);
    }
  },
);
