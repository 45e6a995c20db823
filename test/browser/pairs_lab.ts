/**
 * Notebook 07 in the real JupyterLab, looked at from a desk to a phone: no panel stays empty, none is cut. Not part of
 * `deno task test`: run `PYTHON=… deno test -A test/browser/pairs_lab.ts` with an interpreter that has
 * `test/browser/requirements.txt`. `SCREENSHOTS` names a folder for a picture of each cell's output.
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { say } from "../support/say.ts";
import { startChromium } from "./support/chromium.ts";
import { startJupyterLab } from "./support/jupyter_lab.ts";
import { LabPage } from "./support/lab_page.ts";
import { cutParts, seriousFindings, smallTexts } from "./support/look.ts";
import { copyProject } from "./support/project_copy.ts";

const NOTEBOOK = "07_pairs.ipynb";
const OUTPUTS = ".jp-OutputArea-output";
const SLOW = { timeout: 180_000 };
/** A word of each panel's cell, and what its output says once it has come to something. */
const PANELS: readonly (readonly [cell: string, said: RegExp])[] = [
  ["priceStatistics(", /kurtosis[\s\S]*AVAX\/USDT/],
  ["pairScreener(", /of 15 pairs/],
  ["pairChart(", /AVAX\/USDT – SOL\/USDT: spread and z-score[\s\S]*z went beyond/],
  ["hedgeScatter(", /is hedged by [\d.]+ to [\d.]+ of/],
  ["pairTests(", /Engle[\s\S]*Johansen/],
  ["backtestPanel(", /Trade it on the past[\s\S]*settings tried, the best of the last/],
  ["alertPanel(", /far-apart/],
  ["tradeTape(", /Newest trades/],
  ["venueSpread(", /BTC at 4 markets: price differences[\s\S]*who leads/],
  ["basisChart(", /Basis|basis[\s\S]* (above|below) /],
];
/** What stands where nothing has come yet. */
const WAITING = /computing…|No picture yet|Too little data yet/;
/** High enough for the whole notebook: what is out of sight may not be attached. */
const HEIGHT = 24_000;

/** The text of a cell's output, with what its elements have drawn. */
function outputOf(page: Page, cell: string): Promise<string> {
  return page.evaluate((cell) => {
    const textOf = (node: Node): string => {
      if (node instanceof HTMLElement && getComputedStyle(node).display === "none") return "";
      if (node instanceof HTMLStyleElement || node instanceof HTMLScriptElement) return "";
      if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? "";
      const root = (node as Element).shadowRoot;
      if (root === null || root === undefined) return [...node.childNodes].map(textOf).join(" ");
      return [...root.childNodes].map((one) =>
        one instanceof HTMLSlotElement ? [...node.childNodes].map(textOf).join(" ") : textOf(one)
      ).join(" ");
    };
    const found = [...document.querySelectorAll(".jp-CodeCell")].find((one) =>
      one.querySelector(".jp-InputArea")?.textContent?.includes(cell)
    );
    const output = found?.querySelector(".jp-OutputArea");
    return output === null || output === undefined ? "" : textOf(output);
  }, cell);
}

const python = Deno.env.get("PYTHON");
if (python === undefined) say("PYTHON names no interpreter with JupyterLab: its check is skipped.");

Deno.test({ name: "notebook 07 in JupyterLab", ignore: python === undefined }, async (t) => {
  await using project = await copyProject();
  const path = `${project.notebooks}/${NOTEBOOK}`;
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(
    path,
    text.replace("await setup({ ", 'await setup({ theme: \\"auto\\", '),
  );
  await using lab = await startJupyterLab(python!, project.notebooks);
  const browser = await startChromium();
  try {
    await using notebook = await LabPage.open(browser, lab.urlOf(NOTEBOOK), { height: HEIGHT });
    const { page } = notebook;

    await t.step("each panel comes to something", async () => {
      const startedAt = performance.now();
      await notebook.runAll();
      for (const [cell, said] of PANELS) {
        const end = performance.now() + SLOW.timeout;
        let text = "";
        while (!said.test(text) || WAITING.test(text)) {
          assert.ok(performance.now() < end, `${cell}: ${text.slice(0, 400)}`);
          await page.waitForTimeout(500);
          text = await outputOf(page, cell);
        }
        say(`${cell}…) after ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
      }
      assert.equal(await page.locator(`${OUTPUTS}[data-mime-type*=stderr]`).count(), 0);
      assert.equal(await page.locator(`${OUTPUTS}[data-mime-type*=error]`).count(), 0);
    });

    for (const theme of ["Dark", "Light"] as const) {
      for (const width of [1_300, 700, 390]) {
        await t.step(`nothing is cut, small or empty at ${width} px, ${theme}`, async () => {
          await page.setViewportSize({ width, height: HEIGHT });
          await notebook.turn(theme);
          await page.waitForTimeout(1_500);
          await pictures(page, `${theme}-${width}`);
          const wrong = [...await cutParts(page, OUTPUTS), ...await smallTexts(page, OUTPUTS, 11)];
          if (width === 700) wrong.push(...await seriousFindings(page, OUTPUTS));
          assert.deepEqual(wrong, []);
          for (const [cell, said] of PANELS) assert.match(await outputOf(page, cell), said, cell);
        });
      }
    }
    assert.deepEqual(notebook.errors, []);
  } finally {
    await browser.close();
  }
});

/** A picture of each output area. */
async function pictures(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("SCREENSHOTS");
  if (folder === undefined) return;
  const areas = page.locator(".jp-CodeCell .jp-Cell-outputWrapper");
  for (let i = 0; i < await areas.count(); i++) {
    const clip = await areas.nth(i).boundingBox();
    if (clip === null || clip.height < 4) continue;
    // Not the element's own picture: that waits until nothing moves, and live panels do.
    await page.screenshot({ clip, path: `${folder}/lab-${name}-${`${i}`.padStart(2, "0")}.png` });
  }
}
