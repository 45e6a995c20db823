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
const PANEL = "comove-pair", BACKTEST = "comove-strategy";

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

const field = (page: Page, name: string) => page.locator(`${BACKTEST} input[name=${name}]`);

/** What the kernel drew; the page hides it below a result of the reader's own. */
const kernelsBacktest = (page: Page) =>
  page.locator("comove-feed[data-packet]", { hasText: /settings tried, the best of the last/ });

async function ownResult(page: Page): Promise<void> {
  await page.locator(BACKTEST).getByText("These are your settings").waitFor({ timeout: 20_000 });
}

/** Sentences and cells of a backtest's box, in order. */
function wordsOf(page: Page, whose: "kernel" | "page"): Promise<string[]> {
  return page.evaluate(({ whose, name }) => {
    const root = whose === "page"
      ? document.querySelector(name)!.shadowRoot!
      : [...document.querySelectorAll("comove-feed[data-packet]")].find((feed) =>
        /settings tried, the best of the last/.test(feed.textContent!)
      )!;
    const words = [...root.querySelectorAll("td,th,div")].filter((node) =>
      node.childElementCount === 0
    )
      .map((node) => node.textContent!.trim());
    const first = words.findIndex((text) => /^Of \d+ settings? tried/.test(text));
    return words.slice(first).filter((text) => text !== "" && !/scroll sideways/.test(text));
  }, { whose, name: BACKTEST });
}

async function strategyCsv(page: Page, name: string): Promise<Record<string, string>[]> {
  const waiting = page.waitForEvent("download");
  await page.locator(`${BACKTEST} button`, { hasText: `CSV of ${name}` }).click();
  const rows = await readCsv(await (await waiting).path());
  // Lines end as in every file that a page saves.
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key.trim(), value.trim()]))
  );
}

/** Cells whose code shows a panel, and whose output shows nothing, or that it waits for something. */
function emptyCells(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("section.cell")].flatMap((cell) => {
      const code = cell.querySelector("code")?.textContent ?? "";
      if (!/await live\(/.test(code)) return [];
      const seen = [...cell.querySelectorAll<HTMLElement>("comove-panel")].filter((panel) =>
        panel.getBoundingClientRect().height > 40
      );
      const text = cell.querySelector(".outputs")?.textContent ?? "";
      const isWaiting = /computing…|No picture yet|could not be drawn/.test(text);
      return seen.length > 0 && !isWaiting ? [] : [`${code.slice(0, 60)}: ${text.slice(0, 200)}`];
    })
  );
}

/** A picture of each cell's outputs. */
async function pictures(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("SCREENSHOTS");
  if (folder === undefined) return;
  const outputs = page.locator(".outputs");
  for (let i = 0; i < await outputs.count(); i++) {
    await outputs.nth(i).screenshot({ path: `${folder}/${name}-${`${i}`.padStart(2, "0")}.png` });
  }
}

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

    await t.step(
      "the backtest's fields stand at what the cell says, over its picture",
      async () => {
        await page.locator(`${BACKTEST}[data-ready=true]`).waitFor();
        const said = await Promise.all(
          ["windows", "entries", "exit", "stop", "feeBp", "slippageBp", "train", "test"].map((
            name,
          ) => field(page, name).inputValue()),
        );
        assert.deepEqual(said, [
          "24, 48, 96, 144, 192",
          "1, 1.5, 2, 2.5, 3",
          "0.1",
          "",
          "10",
          "1",
          "288",
          "96",
        ]);
        assert.equal(
          await page.locator(`${BACKTEST} button:visible`).count(),
          1,
          "nothing to undo",
        );
        assert.equal(await kernelsBacktest(page).isVisible(), true);
      },
    );

    await t.step("the page comes to the kernel's numbers, to the cent", async () => {
      await field(page, "exit").fill("0.10");
      await page.keyboard.press("Enter");
      await ownResult(page);
      assert.equal(await kernelsBacktest(page).isVisible(), false);
      const kernel = await wordsOf(page, "kernel"), own = await wordsOf(page, "page");
      assert.ok(kernel.length > 60, `${kernel.length} words`);
      assert.deepEqual(own, kernel);
    });

    await t.step("without fees a backtest pays none, and its files say so", async () => {
      await field(page, "feeBp").fill("0");
      await field(page, "windows").fill("48, 96");
      await page.keyboard.press("Enter");
      await page.locator(BACKTEST).getByText(/Of 10 settings tried/).first().waitFor();
      const figures = new Map(
        (await strategyCsv(page, "performance")).map((row) => [row.figure, Number(row.value)]),
      );
      assert.equal(figures.get("fees"), 0);
      const left = figures.get("gross")! - figures.get("slippage")! - figures.get("funding")!;
      assert.ok(Math.abs(figures.get("net")! - left) < 1e-9);
      const trades = await strategyCsv(page, "trades");
      assert.equal(trades.length, figures.get("trades"));
      assert.equal((await strategyCsv(page, "surface")).length, 10);
      assert.match(
        await page.locator(`${BACKTEST} code`).innerText(),
        /^backtestPanel\(market, \{ pair: "AVAXUSDT\/SOLUSDT", timeframe: "5m".* windows: \[48, 96\].* feeBp: 0,/,
      );
    });

    await t.step(
      "what cannot be is said in the library's words, and nothing is computed",
      async () => {
        await field(page, "exit").fill("9");
        await page.keyboard.press("Enter");
        await page.locator(BACKTEST).getByText(/exit < enter < stop, got exit 9/).waitFor();
        assert.equal(await field(page, "exit").getAttribute("aria-invalid"), "true");
        assert.equal(await field(page, "train").getAttribute("aria-invalid"), "false");
        assert.equal(await page.locator(`${BACKTEST} code`).isVisible(), false);
        await page.locator(BACKTEST).getByText(/Of 10 settings tried/).first().waitFor();
        await field(page, "exit").fill("0.1");
      },
    );

    for (const theme of ["Dark", "Light"]) {
      await t.step(`nothing is cut, empty or too small, ${theme}`, async () => {
        await page.getByText(theme, { exact: true }).click();
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          await page.waitForTimeout(500);
          await pictures(page, `page-${theme}-${width}`);
          for (const part of [PANEL, BACKTEST, ".output"]) {
            assert.deepEqual(await cutParts(page, part), [], `${part} ${width}`);
            assert.deepEqual(await smallTexts(page, part, 11), [], `${part} ${width}`);
          }
          assert.deepEqual(await emptyCells(page), [], `${width}`);
        }
        assert.deepEqual(await seriousFindings(page, ".output"), []);
      });
    }

    await t.step("the reader's backtest outlives a reload, and the cell's comes back", async () => {
      await page.setViewportSize({ width: 1_300, height: 900 });
      await page.reload();
      await page.locator(BACKTEST).getByText(/Of 10 settings tried/).first().waitFor();
      await page.locator(BACKTEST).getByText("As the cell has it").click();
      await kernelsBacktest(page).waitFor();
      assert.equal(await field(page, "windows").inputValue(), "24, 48, 96, 144, 192");
      assert.equal(await page.locator(`${BACKTEST} button:visible`).count(), 1);
    });
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
