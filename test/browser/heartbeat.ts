/**
 * What panels say of themselves in the real JupyterLab once their kernel is gone, their tab was loaded anew, their file
 * was saved or exported. Not part of `deno task test`: run `PYTHON=… deno test -A test/browser/heartbeat.ts`
 * with an interpreter that has `test/browser/requirements.txt`. `SCREENSHOTS` names a folder for pictures to look at.
 */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { pageOf } from "../../lib/cli/notebook_page.ts";
import { printPdf } from "../../lib/cli/pdf.ts";
import { libraryTag, PAGE_CODE } from "../../lib/charts/library_tag.ts";
import { claimMarkup, heartbeatMarkup } from "../../lib/charts/live_markup.ts";
import { dress, PAGE } from "../../lib/charts/page_theme.ts";
import { parseNotebook } from "../../lib/kernel/notebook_file.ts";
import { bundleForBrowser } from "../../lib/runtime/bundle.ts";
import { say } from "../support/say.ts";
import { startChromium } from "./support/chromium.ts";
import { startJupyterLab } from "./support/jupyter_lab.ts";
import { LabPage } from "./support/lab_page.ts";
import { copyProject } from "./support/project_copy.ts";

const NOTEBOOK = "04_live_correlation.ipynb";
/** Panels of the notebook. */
const PANELS = 8;
/** Of the heartbeats. A second more is left for a loaded machine to show it. */
const DEAD_AFTER_MS = 5_000;

interface State {
  readonly life: string | undefined;
  readonly text: string;
}

function states(page: Page): Promise<State[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("comove-state")].map((element) => ({
      life: element.dataset.life,
      text: element.textContent ?? "",
    }))
  );
}

/** Waits until so many panels speak of the present (live, waiting), and gives how long that took, ms. */
async function untilLive(page: Page, count: number, timeout: number): Promise<number> {
  const since = performance.now();
  const isSo = page.waitForFunction(
    (count) => {
      const all = [...document.querySelectorAll("comove-state")];
      return all.filter(({ textContent }) => /^● (part )?live$/.test(textContent!)).length ===
        count;
    },
    count,
    { timeout, polling: 50 },
  );
  await isSo.catch(async () => assert.fail(`not ${count}: ${JSON.stringify(await states(page))}`));
  return performance.now() - since;
}

/** Nothing says live for so long. */
async function neverLive(page: Page, ms: number): Promise<void> {
  for (const end = performance.now() + ms; performance.now() < end;) {
    const live = (await states(page)).filter(({ text }) => !/^● (was|had) /.test(text));
    assert.deepEqual(live, []);
    await page.waitForTimeout(100);
  }
}

/** Brings a heartbeat, as a display update does. */
function beat(page: Page, count: number): Promise<void> {
  return page.evaluate((html) => {
    document.getElementById("beats")!.innerHTML = html;
  }, heartbeatMarkup({ kernel: "k1", count }));
}

Deno.test("a page that was hidden or asleep says what holds as soon as it is seen", async () => {
  const theme = dress("", PAGE);
  const claim = {
    beat: { kernel: "k1", count: 1 },
    now: "● live",
    was: "● was live at 2025-12-03 14:08:25 UTC",
    ink: "green",
    alarm: "red",
  };
  const library = await libraryTag(await bundleForBrowser(PAGE_CODE));
  const html = `<!doctype html><meta charset="utf-8"><title>asleep</title><body style="${theme}">` +
    `${library}<p>${claimMarkup(claim, "price")}</p><p id="beats"></p>`;
  const browser = await startChromium();
  try {
    for (const isSeenBy of ["visibilitychange", "pageshow", "focus", "resume"]) {
      const page = await browser.newPage();
      // A page from disk is a record. Its clock is ours; its timers are held back as in a hidden page.
      await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: html }));
      await page.clock.install();
      await page.addInitScript(() => {
        const set = globalThis.setTimeout;
        const held = globalThis as unknown as { isHidden?: boolean };
        globalThis.setTimeout = ((callback: () => void, ms: number) =>
          held.isHidden ? 0 : set(callback, ms)) as typeof setTimeout;
      });
      await page.goto("http://notebook.invalid/");
      await page.waitForFunction(() => customElements.get("comove-hb") !== undefined);
      for (const count of [1, 2, 3]) {
        await beat(page, count);
        await page.clock.runFor(2_000);
      }
      const text = () => page.locator("comove-state").textContent();
      assert.equal(await text(), "● live");
      await page.evaluate(() => {
        (globalThis as unknown as { isHidden?: boolean }).isHidden = true;
      });
      await beat(page, 4);
      await beat(page, 5);
      await page.clock.runFor(40_000);
      assert.equal(await text(), "● live", "nothing wakes the page");
      await page.evaluate((type) => {
        const target = type === "visibilitychange" || type === "resume" ? document : globalThis;
        target.dispatchEvent(new Event(type));
      }, isSeenBy);
      assert.match((await text())!, /^● was live at .* · no heartbeat for \d\d s/, isSeenBy);
      await page.close();
    }
  } finally {
    await browser.close();
  }
});

const python = Deno.env.get("PYTHON");
if (python === undefined) say("PYTHON names no interpreter with JupyterLab: its check is skipped.");

Deno.test(
  { name: "panels in JupyterLab are live while their kernel is", ignore: !python },
  async (t) => {
    await using project = await copyProject();
    await using lab = await startJupyterLab(python!, project.notebooks);
    const path = `${project.notebooks}/${NOTEBOOK}`;
    const browser = await startChromium();
    try {
      const options = { height: 1_300 };
      await using notebook = await LabPage.open(browser, lab.urlOf(NOTEBOOK), options);
      const { page } = notebook;

      await t.step("Run All makes every panel live, in its own words", async () => {
        await notebook.runAll();
        await page.waitForFunction(
          (count) => document.querySelectorAll("comove-state").length === count,
          PANELS,
          { timeout: 60_000 },
        );
        const tookMs = await untilLive(page, PANELS, 10_000);
        say(
          `all ${PANELS} panels are live ${(tookMs / 1_000).toFixed(1)} s after the last was shown`,
        );
        await notebook.reveal("comove-trading-view");
        await notebook.screenshot("beat-live");
      });

      await t.step("heartbeats take no room in the page", async () => {
        const heights = await page.evaluate(() =>
          [...document.querySelectorAll("comove-hb")].map((element) =>
            element.closest(".jp-OutputArea-child")?.getBoundingClientRect().height ?? -1
          )
        );
        say(`outputs of heartbeats: ${heights.length}, each ${Math.max(...heights)} px high`);
        assert.ok(heights.length >= PANELS && Math.max(...heights) <= 4, `${heights} px`);
      });

      await t.step("after a reload nothing is live, and a cell that is run again is", async () => {
        await notebook.execute("docmanager:save");
        await page.waitForTimeout(1_000);
        await page.reload();
        await page.waitForSelector("comove-state", { timeout: 60_000, state: "attached" });
        await neverLive(page, 7_000);
        const asked = (await states(page)).filter(({ text }) => /run the cell again/.test(text));
        assert.equal(asked.length, PANELS);
        await notebook.reveal("comove-trading-view");
        await notebook.screenshot("beat-reloaded");
        await notebook.kernelIs("Idle");
        // The measures are in the same cell.
        await notebook.runCell("ticker(market)");
        const tookMs = await untilLive(page, 2, 8_000);
        say(`the ticker is live ${(tookMs / 1_000).toFixed(1)} s after its cell was run again`);
        const left = (await states(page)).filter(({ life }) => life === "left");
        assert.equal(left.length, PANELS - 2);
      });

      await t.step(
        "run again they are all live, and dead five seconds after the kernel",
        async () => {
          await notebook.runAll();
          await page.waitForTimeout(3_000);
          await untilLive(page, PANELS, 30_000);
          await notebook.execute("docmanager:save");
          await page.waitForTimeout(1_000);
          await lab.killKernels();
          const tookMs = await untilLive(page, 0, 8_000);
          say(`no panel is live ${(tookMs / 1_000).toFixed(1)} s after the kernel was killed`);
          assert.ok(tookMs <= DEAD_AFTER_MS + 1_000, `${tookMs} ms`);
          await page.waitForTimeout(2_000);
          for (const { text } of await states(page)) {
            assert.match(
              text,
              /^● was .* · no heartbeat for \d+ s: kernel stopped\? Run the cell again$/,
            );
          }
          await neverLive(page, 5_000);
          await notebook.reveal("comove-trading-view");
          await notebook.screenshot("beat-dead");
        },
      );

      assert.deepEqual(notebook.errors, []);
      await page.close();

      await t.step("the saved file says when it was live", async () => {
        await using saved = await LabPage.open(browser, lab.urlOf(NOTEBOOK), { withKernel: false });
        await saved.page.waitForSelector("comove-state", { timeout: 60_000, state: "attached" });
        await neverLive(saved.page, 7_000);
        await saved.reveal("comove-trading-view");
        await saved.screenshot("beat-saved");
      });

      await t.step("its exported page and PDF do, with scripts and without", async () => {
        const file = parseNotebook(await Deno.readTextFile(path), { name: NOTEBOOK });
        const html = `${project.notebooks}/page.html`;
        const library = () => bundleForBrowser(PAGE_CODE);
        await Deno.writeTextFile(html, await pageOf(file, { name: NOTEBOOK, library }));
        for (const javaScriptEnabled of [true, false]) {
          const exported = await browser.newPage({ javaScriptEnabled });
          await exported.goto(pathToFileURL(html).href);
          await exported.waitForTimeout(1_000);
          const texts = await exported.locator("comove-state").allTextContents();
          assert.equal(texts.length, PANELS);
          for (const text of texts) {
            assert.match(text, /^● was (live|waiting) at 2025-12-0\d \d\d:\d\d:\d\d UTC$/);
          }
          const folder = Deno.env.get("SCREENSHOTS");
          if (folder !== undefined && javaScriptEnabled) {
            await exported.screenshot({ path: `${folder}/beat-page.png`, fullPage: true });
          }
          await exported.close();
        }
        const pdf = `${Deno.env.get("SCREENSHOTS") ?? project.notebooks}/beat.pdf`;
        assert.deepEqual(await printPdf({ page: html, pdf, hasSandbox: false }), {
          kind: "printed",
        });
      });
    } finally {
      await browser.close();
    }
  },
);
