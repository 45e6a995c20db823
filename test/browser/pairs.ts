/**
 * Notebook 07 as an exported page: a pair's windows, bands, hedge and bars in the reader's hand, by pointer and keyboard.
 * Runs the notebook in a real kernel. Not part of `deno task test`: `deno test -A test/browser/pairs.ts`. `SCREENSHOTS` names
 * a folder for pictures, `PAGE` a page that was rendered before.
 */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { readCsv } from "../support/export_files.ts";
import { startChromium } from "./support/chromium.ts";
import { cutParts, seriousFindings, smallTexts } from "./support/look.ts";
import { pastZScore } from "../../lib/pairs/past_z_score.ts";

const WIDTHS = [1_300, 700, 390];
const PANEL = "comove-pair";

/** Some minutes pass, and what alerts fire at is near. */
const SETTINGS = ["SPEED=20", "RUN_SECONDS=90", "WIDE=0.0001", "DEAR=1", "ENTER=0.4", "EXIT=0.1"]
  .flatMap((setting) => ["--set", setting]);
const SYMBOLS = ["AVAX", "SOL", "LINK", "LTC", "DOT", "ADA"];
/** What can be saved, by the output that it stands in. */
const FILES = {
  "Prices in numbers": ["CSV"],
  "which pairs hold together": ["CSV"],
  "five hedge ratios": ["PNG", "CSV of slopes"],
  "do they belong together": ["CSV"],
  "traded on its past": [
    "PNG",
    "CSV of performance",
    "CSV of trades",
    "CSV of surface",
    "CSV of equity",
  ],
  "Nothing has fired|Alerts": ["CSV"],
  "Trades since the panel was opened": ["CSV"],
};

/** A page of the notebook as `deno task render` makes it. */
async function renderedPage(): Promise<string> {
  const given = Deno.env.get("PAGE");
  if (given !== undefined) return given;
  const folder = await Deno.makeTempDir({ prefix: "comove-pairs-" });
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "render", "07_pairs", "--no-pdf", "--out", folder, ...SETTINGS],
    cwd: new URL("../..", import.meta.url).pathname,
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return `${folder}/07_pairs.html`;
}

const textOf = (page: Page, part: string) =>
  page.evaluate(
    ({ panel, part }) =>
      document.querySelector(panel)!.shadowRoot!.querySelector(part)!.textContent!,
    { panel: PANEL, part },
  );

async function savedCsv(page: Page): Promise<Record<string, string>[]> {
  const waiting = page.waitForEvent("download");
  await page.locator(`${PANEL} button`, { hasText: "CSV" }).click();
  return readCsv(await (await waiting).path());
}

/** The z-scores of a file are those of its own spreads, by the library. */
function assertScores(file: readonly Record<string, string>[], zWindow: number): void {
  const numbers = (name: string) => file.map((row) => row[name] === "" ? NaN : Number(row[name]));
  const spread = numbers("spread"), z = numbers("z");
  const again = pastZScore(spread, { window: zWindow, minPeriods: zWindow });
  const rows = z.flatMap((value, row) => row < zWindow ? [] : [Math.abs(value - again[row]!)]);
  assert.ok(rows.length > 500 && rows.every((apart) => apart < 1e-9), `${Math.max(...rows)}`);
}

Deno.test("a pair of notebook 07 in an exported page", async (t) => {
  const file = await renderedPage();
  const browser = await startChromium();
  const page = await browser.newPage({ viewport: { width: 1_300, height: 900 } });
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(`${error}`));
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  const slider = (name: string) =>
    page.locator(`${PANEL} label`, { hasText: name }).locator("input");
  const list = (name: string) =>
    page.locator(`${PANEL} label`, { hasText: name }).locator("select");
  try {
    await page.goto(pathToFileURL(file).href);
    await page.locator(`${PANEL}[data-ready=true]`).waitFor({ timeout: 20_000 });

    await t.step("stands at what the cell says, with nothing to go back from", async () => {
      assert.equal(await slider("z over").inputValue(), "20");
      assert.equal(await list("Bars").inputValue(), "5m");
      assert.equal(await page.getByText("Undo changes").isVisible(), false);
      assertScores(await savedCsv(page), 20);
    });

    await t.step("z window by keyboard, from 5 to 100 and beyond; numbers follow", async () => {
      const input = slider("z over");
      await input.focus();
      await page.keyboard.press("Home");
      assert.equal(await input.inputValue(), "5");
      const five = await savedCsv(page);
      assertScores(five, 5);
      await input.focus();
      for (let i = 0; i < 95; i++) await page.keyboard.press("ArrowRight");
      assert.equal(await input.inputValue(), "100");
      assertScores(await savedCsv(page), 100);
      await input.focus();
      await page.keyboard.press("End");
      assert.ok(Number(await input.inputValue()) >= 500);
      assert.match(await textOf(page, ".answer"), /from the mean of the [5-9]\d\d before/);
      await input.focus();
      await page.keyboard.press("Home");
      assert.deepEqual(await savedCsv(page), five);
    });

    await t.step("bands: fewer entries the further out, and the exit stays within", async () => {
      const times = async () =>
        Number(/z went beyond ±[\d.]+, (\d+) time/.exec(await textOf(page, ".answer"))![1]);
      const before = await times();
      await slider("Enter beyond").focus();
      for (let i = 0; i < 10; i++) await page.keyboard.press("ArrowRight");
      assert.ok(await times() < before, `${await times()} and ${before}`);
      const enter = await slider("Enter beyond").inputValue();
      assert.ok((await textOf(page, ".answer")).includes(`beyond ±${enter},`), enter);
      await page.keyboard.press("Home");
      assert.equal(await slider("Exit within").inputValue(), "0");
    });

    await t.step("bars and hedge", async () => {
      await page.getByText("Undo changes").click();
      assert.equal(await slider("z over").inputValue(), "20");
      const beta = await textOf(page, ".answer");
      await list("Hedge").selectOption("total");
      assert.notEqual(await textOf(page, ".answer"), beta);
      assert.match(await textOf(page, ".note"), /total least squares over the 240/);
      for (const timeframe of ["1m", "15m", "1h"]) {
        await list("Bars").selectOption(timeframe);
        assert.match(await textOf(page, ".note"), new RegExp(`bars of ${timeframe} ·`));
      }
    });

    await t.step("what was chosen outlives a reload of the page", async () => {
      await page.waitForTimeout(400);
      await page.reload();
      await page.locator(`${PANEL}[data-ready=true]`).waitFor();
      assert.equal(await list("Bars").inputValue(), "1h");
      assert.equal(await list("Hedge").inputValue(), "total");
      await page.getByText("Undo changes").click();
    });

    for (const theme of ["Dark", "Light"]) {
      await t.step(`nothing is cut or too small, ${theme}`, async () => {
        await page.getByText(theme, { exact: true }).click();
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          await page.waitForTimeout(300);
          const folder = Deno.env.get("SCREENSHOTS");
          if (folder !== undefined) {
            await page.locator(PANEL).screenshot({ path: `${folder}/pair-${theme}-${width}.png` });
          }
          assert.deepEqual(await cutParts(page, PANEL), [], `${width}`);
          assert.deepEqual(await smallTexts(page, PANEL, 11), [], `${width}`);
        }
        assert.deepEqual(await seriousFindings(page, PANEL), []);
      });
    }
    await t.step("each panel can be taken out", async () => {
      for (const [words, files] of Object.entries(FILES)) {
        const output = page.locator("comove-panel", { hasText: new RegExp(words) }).first();
        const offered = await output.locator(".comove-export button").allTextContents();
        for (const file of files) assert.ok(offered.includes(file), `${words}: ${offered}`);
        // Pictures are saved in test/browser/panel_exports.ts.
        for (const name of offered.filter((one) => one.startsWith("CSV"))) {
          const waiting = page.waitForEvent("download", { timeout: 10_000 });
          // The buttons show under the pointer alone; a browser lets a page save ten files without one.
          await output.locator(".comove-export").getByText(name, { exact: true })
            .click({ force: true });
          const path = await (await waiting.catch(() => assert.fail(`${words}: no ${name}`)))
            .path();
          assert.ok((await Deno.stat(path)).size > 20, `${words}: ${name} is empty`);
        }
      }
      // The chart's own file is saved above, again and again; a page may save some ten in a row.
      assert.equal(await page.locator("comove-screener").count(), 1);
    });

    await t.step(
      "alerts on z, spread and price were made, fired and are listed; a break is watched for",
      async () => {
        const said = await page.locator("comove-panel", { hasText: "far-apart" }).first()
          .innerText();
        for (const name of ["far-apart", "wide", "dear", "broken"]) {
          assert.match(
            said,
            new RegExp(`(firing|recovering|inactive|unknown).*\\s${name}\\s`),
            name,
          );
        }
        const [, listed = ""] = said.split(/\nAlerts/);
        for (const name of ["far-apart", "wide", "dear"]) {
          assert.match(listed, new RegExp(`\\s${name}\\s`), `${name} has not fired: ${said}`);
        }
      },
    );

    await t.step("the tape counts the trades of each symbol", async () => {
      const tape = page.locator("comove-panel", { hasText: "Trades since the panel was opened" });
      const counted = await tape.locator("table").first().innerText();
      for (const symbol of SYMBOLS) {
        const count = new RegExp(`${symbol}/USDT\\s+([\\d,]+)\\s+[\\d,.]+\\s+\\d+ %`).exec(counted);
        assert.ok(Number(count?.[1]?.replaceAll(",", "")) > 100, `${symbol}: ${counted}`);
      }
      const newest = await tape.locator("table").nth(1).innerText();
      assert.equal(newest.match(/\b(buy|sell)\b/g)?.length, 6, newest);
    });

    await t.step("a row of the screener opens its pair", async () => {
      const row = page.locator("comove-screener tr[data-pair]").nth(1);
      const ids = (await row.getAttribute("data-pair"))!;
      await row.click();
      await page.locator("comove-screener").getByText(`PAIR = "${ids}"`).waitFor();
    });
    assert.deepEqual(wrong, []);
  } finally {
    await browser.close();
  }
});
