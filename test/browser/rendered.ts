/**
 * Rendered notebooks as a reader sees them, from a desk to a phone: one left edge, nothing cut unsaid, no word too small,
 * nothing that axe-core calls serious. Not part of `deno task test`: run `deno task render` (or `deno task demo`, which
 * renders four), then `deno test -A test/browser/rendered.ts`. `PAGES` names another folder, `SCREENSHOTS` one for pictures.
 */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { say } from "../support/say.ts";
import { startChromium } from "./support/chromium.ts";
import { cutParts, leftEdges, seriousFindings, smallTexts } from "./support/look.ts";

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
  await page.waitForTimeout(100);
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
          await page.waitForTimeout(300);
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
