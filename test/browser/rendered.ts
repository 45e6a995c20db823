/**
 * Rendered notebooks as a reader sees them, from a desk to a phone: one left edge, nothing cut unsaid, no word too small,
 * nothing that axe-core calls serious. Not part of `deno task test`: run `deno task render` (or `deno task demo`, which
 * renders four), then `deno test -A test/browser/rendered.ts`. `PAGES` names another folder, `SCREENSHOTS` one for pictures.
 */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import type { Page as ComovePage } from "../../lib/charts/browser/page.ts";
import type { ScatterPanel } from "../../lib/charts/browser/scatter_panel.ts";
import type { TradingViewPanel } from "../../lib/charts/browser/trading_view_panel.ts";
import { say } from "../support/say.ts";
import { startChromium } from "./support/chromium.ts";
import { cutParts, leftEdges, seriousFindings, smallTexts } from "./support/look.ts";
import { pageTime } from "./support/page_time.ts";

declare const comove: ComovePage;

const RENDERED = new URL("../../notebooks/rendered", import.meta.url).pathname;
const WIDTHS = [1_300, 700, 390];
/** What stands below each other on a page. Lists are further in, and so are the words of a heading's link. */
const BLOCKS = ".top h1,.prose>:is(p,h2,h3,pre),.input,.output";
/** Half a border's width, and what rounding makes of it. */
const BORDER_PX = 1;
/** A letter begins some px after its place. */
const LETTER_PX = 4;
/** The least that a word may measure on a phone, CSS px. */
const LEAST_WORD = 11;

const folder = Deno.env.get("PAGES") ?? RENDERED;
const pages = await pagesIn(folder);
if (pages.length === 0) say(`No page is in ${folder}: render notebooks first.`);

async function pagesIn(folder: string): Promise<string[]> {
  try {
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    return names.filter((name) => name.endsWith(".html")).sort();
  } catch {
    return [];
  }
}

/** Every chart is drawn. */
const drawn = () =>
  [...document.querySelectorAll<HTMLElement>("[data-setting]")].every((chart) =>
    chart.dataset.ready === "true"
  );

async function turn(page: Page, theme: "Dark" | "Light"): Promise<void> {
  await page.getByText(theme, { exact: true }).click();
  await pageTime(page, 100);
}

/** The middle of the picture within an element of the page, and where it begins, CSS px. */
function pictureOf(page: Page, name: string): Promise<{ x: number; y: number; width: number }> {
  return page.evaluate((name) => {
    const host = document.querySelector(name)!;
    host.scrollIntoView({ block: "center" });
    const { x, y, width } = host.shadowRoot!.querySelector(":not(button) > svg")!
      .getBoundingClientRect();
    return { x, y, width };
  }, name);
}

/** A rectangle drawn over points marks the bars of each, and of no other, in every chart of the page. */
async function expectBrushing(page: Page): Promise<void> {
  const { x, y, width } = await pictureOf(page, "comove-scatter");
  await page.mouse.move(x + 0.55 * width, y + 40);
  await page.mouse.down();
  await page.mouse.move(x + 0.95 * width, y + 150, { steps: 4 });
  await page.mouse.up();
  const { chosen, bars, marked, text } = await page.evaluate(() => {
    const panels = [...comove.panels];
    const scatter = panels.find((one) => "chosen" in one) as ScatterPanel;
    const charts = panels.filter((one) => "charts" in one) as TradingViewPanel[];
    const spans = comove.packet("chart:spans") as readonly { from: number; to: number }[];
    return {
      chosen: scatter.chosen.length,
      bars: spans.reduce((sum, { from, to }) => sum + (to - from) / 300_000, 0),
      marked: charts.flatMap((one) => one.charts.map((chart) => chart.spans.spans.length)),
      text: document.querySelector("comove-scatter")!.shadowRoot!.querySelector(".choice")!
        .textContent!,
    };
  });
  assert.ok(chosen > 0, "the rectangle holds points");
  assert.equal(bars, chosen, "a bar of five minutes a point");
  assert.ok(marked.length === 2 && marked.every((count) => count === marked[0]), `${marked}`);
  assert.match(text, new RegExp(`^${chosen} of `));
  await page.mouse.click(x + 0.5 * width, y + 60);
  const left = await page.evaluate(() => comove.packet("chart:spans") as readonly unknown[]);
  assert.equal(left.length, 0, "a click takes the choice away");
}

/** A cell of the matrix opens the pair of its line and column. */
async function expectPairOpens(page: Page): Promise<void> {
  const { x, y } = await pictureOf(page, "comove-matrix");
  const labels = await page.evaluate(() =>
    [...document.querySelector("comove-matrix")!.shadowRoot!.querySelectorAll("svg text")]
      .map((text) => ({
        text: text.textContent!,
        isLine: text.getAttribute("text-anchor") === "end",
        box: text.getBoundingClientRect().toJSON() as DOMRect,
      }))
  );
  const line = labels.find(({ isLine }) => isLine)!;
  const names = labels.filter(({ isLine }) => isLine).map(({ text }) => text);
  const second = labels.find(({ isLine, text }) => !isLine && text === names[1])!;
  const middle = (box: DOMRect) => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
  assert.ok(middle(second.box).x > x && middle(line.box).y > y);
  await page.mouse.click(middle(second.box).x, middle(line.box).y);
  const opened = () =>
    page.evaluate(() =>
      document.querySelector("comove-matrix")!.shadowRoot!.querySelector(".pair")!.textContent!
    );
  const [first, other, third] = names;
  const isOf = (text: string, a: string, b: string) =>
    text.startsWith(`${a} – ${b}: r `) || text.startsWith(`${b} – ${a}: r `);
  assert.ok(isOf(await opened(), first!, other!), await opened());
  await page.keyboard.press("ArrowRight");
  assert.ok(isOf(await opened(), first!, third!), await opened());
}

/** The screener sorts by a column, searches, and opens a pair by a click and by the keyboard; its luck is said. */
async function expectScreener(page: Page): Promise<void> {
  const screener = page.locator("comove-screener");
  const rows = screener.locator("tr[aria-selected]");
  const count = await rows.count();
  assert.ok(count > 1, `${count} pairs`);
  assert.equal(await rows.locator("svg").count(), count, "a small line a pair");
  const column = (at: number) =>
    rows.locator(`:scope > :nth-child(${at})`).allTextContents().then((texts) =>
      texts.map((text) => Math.abs(Number(text.replace("\u2212", "-"))))
    );
  const press = (name: string) =>
    screener.getByRole("button", { name: new RegExp(`^${name}`) }).first().click();
  await press("z now");
  const down = await column(6);
  assert.deepEqual(down, down.toSorted((a, b) => b - a), "the farthest from 0 first");
  await press("z now");
  const up = await column(6);
  assert.deepEqual(up, down.toSorted((a, b) => a - b), "the nearest first");
  const nameOf = (at: number) => rows.nth(at).locator("> :first-child").textContent();
  const opened = () => screener.locator(".pair").textContent();
  await rows.nth(1).click();
  assert.ok((await opened())!.includes((await nameOf(1))!), (await opened())!);
  await rows.nth(0).focus();
  await page.keyboard.press("Enter");
  assert.ok((await opened())!.includes((await nameOf(0))!), (await opened())!);
  const [word] = (await nameOf(0))!.split("/");
  await screener.getByRole("searchbox").fill(word!);
  const left = await rows.locator("> :first-child").allTextContents();
  assert.ok(left.length > 0 && left.length < count && left.every((name) => name.includes(word!)));
  await screener.getByRole("searchbox").fill("");
  const text = await page.locator(".output", { has: screener }).first().textContent() +
    await page.locator("body").innerText();
  assert.match(text, /of as many unrelated pairs about [\d.]+ would/);
}

Deno.test({ name: "rendered pages", ignore: pages.length === 0 }, async (t) => {
  const browser = await startChromium();
  try {
    for (const name of pages) {
      await t.step(name, async () => {
        const page = await browser.newPage();
        await page.goto(pathToFileURL(`${folder}/${name}`).href);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 1_000 });
          await page.waitForFunction(drawn, undefined, { timeout: 10_000 });
          // The charts fit themselves to the new width.
          await pageTime(page, 300);
          const edges = await leftEdges(page, BLOCKS);
          assert.ok(edges.length > 15, `${edges.length} blocks`);
          const edge = await page.evaluate(() =>
            Math.round(document.querySelector(".prose")!.getBoundingClientRect().left)
          );
          const off = edges.filter(({ x }) => x < edge - BORDER_PX || x > edge + LETTER_PX)
            .map(({ what, x }) => `begins at ${x} px, not at ${edge}: ${what}`);
          const wrong = [
            ...off,
            ...await cutParts(page, ".output"),
            ...await smallTexts(page, "body", LEAST_WORD),
          ];
          assert.deepEqual(wrong, [], `${width} px`);
          const pictures = Deno.env.get("SCREENSHOTS");
          if (pictures !== undefined) {
            const path = `${pictures}/${name.replace(".html", "")}-${width}.png`;
            await page.screenshot({ path, fullPage: true });
          }
        }
        if (await page.locator("comove-scatter").count() > 0) {
          await page.setViewportSize({ width: 1_300, height: 1_000 });
          await pageTime(page, 300);
          await expectBrushing(page);
          await expectPairOpens(page);
        }
        if (await page.locator("comove-screener").count() > 0) {
          await page.setViewportSize({ width: 1_300, height: 1_000 });
          await expectScreener(page);
        }
        for (const theme of ["Light", "Dark"] as const) {
          await turn(page, theme);
          assert.deepEqual(await seriousFindings(page, "body"), [], theme);
        }
        await page.close();
      });
    }
  } finally {
    await browser.close();
  }
});
