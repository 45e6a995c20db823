/**
 * Notebook 04 in the real JupyterLab, in a real browser, as a reader uses it. Not part of `deno task test`:
 * run `PYTHON=… deno test -A test/browser/lab.ts` with an interpreter that has
 * `test/browser/requirements.txt`. `SCREENSHOTS` names a folder for pictures to look at.
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Page as ComovePage } from "../../lib/charts/browser/page.ts";
import type { TradingViewPanel } from "../../lib/charts/browser/trading_view_panel.ts";
import { say } from "../support/say.ts";
import { startChromium } from "./support/chromium.ts";
import { startJupyterLab } from "./support/jupyter_lab.ts";
import { LabPage } from "./support/lab_page.ts";
import { cutParts, seriousFindings, smallTexts } from "./support/look.ts";
import { copyProject } from "./support/project_copy.ts";
import { pageTime } from "./support/page_time.ts";

declare const comove: ComovePage;

const OUTPUTS = ".jp-OutputArea-output";
const NOTEBOOK = "04_live_correlation.ipynb";
/** The most an hour of streaming may leave in the file, and what one run may begin with. */
const MOST_BYTES = 2_000_000;

/** What the reader sees of the interactive pair: a range of time. */
function visibleTimes(page: Page): Promise<{ from: number; to: number }[]> {
  return page.evaluate(() => {
    const panel = [...comove.panels].find(({ id }) => id.startsWith("markets")) as TradingViewPanel;
    return panel.visibleTimes();
  });
}

/** Feeds that the interactive pair has taken in. */
function feedsTaken(page: Page): Promise<number> {
  return page.evaluate(() => {
    const feed = document.querySelector<HTMLElement>('comove-feed[data-id^="markets"]');
    return JSON.parse(feed?.dataset.packet ?? '{"sequence":0}').sequence;
  });
}

/** Changes cells of a notebook's file. */
async function change(path: string, changes: readonly (readonly [string, string])[]) {
  let text = await Deno.readTextFile(path);
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), from);
    text = text.replace(from, to);
  }
  await Deno.writeTextFile(path, text);
}

const BOTH_READY = () =>
  ["comove-trading-view", "comove-window-view"].every((name) =>
    document.querySelector<HTMLElement>(name)?.dataset.ready === "true"
  );

const python = Deno.env.get("PYTHON");
if (python === undefined) say("PYTHON names no interpreter with JupyterLab: its check is skipped.");

Deno.test({ name: "notebook 04 in JupyterLab", ignore: python === undefined }, async (t) => {
  await using project = await copyProject();
  await change(`${project.notebooks}/${NOTEBOOK}`, [
    // Its panels follow JupyterLab, and are fed each second.
    ["await setup({ ", 'await setup({ theme: \\"auto\\", '],
    ["var SPEED = 30;", "var SPEED = 90;"],
  ]);
  await using lab = await startJupyterLab(python!, project.notebooks);
  const browser = await startChromium();
  try {
    await using notebook = await LabPage.open(browser, lab.urlOf(NOTEBOOK), { height: 1_100 });
    const { page } = notebook;

    await t.step("Run All shows the charts", async () => {
      const startedAt = performance.now();
      await notebook.runAll();
      await page.waitForSelector("comove-trading-view[data-ready=true]", { timeout: 20_000 });
      const firstMs = performance.now() - startedAt;
      say(`Run All to the first interactive chart: ${(firstMs / 1_000).toFixed(1)} s`);
      await page.waitForFunction(BOTH_READY, undefined, { timeout: 20_000 });
      await notebook.kernelIs("Idle");
      assert.equal(await page.locator(".jp-OutputArea-output[data-mime-type*=stderr]").count(), 0);
      assert.equal(await page.locator(".jp-OutputArea-output[data-mime-type*=error]").count(), 0);
      const broken = await page.evaluate(() =>
        [...document.querySelectorAll(".jp-OutputArea-output img")].filter((image) =>
          (image as HTMLImageElement).naturalWidth === 0
        ).length
      );
      assert.equal(broken, 0, "every picture is drawn");
      assert.ok(firstMs < 10_000, `the first chart took ${firstMs} ms`);
      await notebook.reveal("comove-trading-view");
      await notebook.screenshot("lab-1300");
    });

    await t.step(
      "charts repaint in their cell, and the reader's zoom stays for 20 feeds",
      async () => {
        await notebook.reveal("comove-trading-view");
        const box = (await page.locator("comove-trading-view").boundingBox())!;
        await page.mouse.move(box.x + box.width * 0.6, box.y + 80);
        for (let i = 0; i < 6; i++) await page.mouse.wheel(0, -240);
        await pageTime(page, 400);
        const zoomed = await visibleTimes(page);
        const before = await feedsTaken(page);
        await page.waitForFunction(
          (least) => {
            const feed = document.querySelector<HTMLElement>('comove-feed[data-id^="markets"]');
            return JSON.parse(feed!.dataset.packet!).sequence >= least;
          },
          before + 20,
          { timeout: 90_000 },
        );
        assert.deepEqual(await visibleTimes(page), zoomed);
        await notebook.screenshot("lab-zoomed");
      },
    );

    await t.step("the window slider answers within 50 ms", async () => {
      await notebook.reveal("comove-window-view");
      const slider = page.locator("comove-window-view input[type=range]").first();
      const drawMs: number[] = [];
      for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight", "ArrowLeft"]) {
        await slider.press(key);
        await pageTime(page, 80);
        drawMs.push(Number(await page.getAttribute("comove-window-view", "data-draw-ms")));
      }
      say(`the window slider redraws in ${drawMs.toSorted((a, b) => a - b)[2]} ms`);
      assert.ok(drawMs.toSorted((a, b) => a - b)[2]! < 50, `took ${drawMs} ms`);
      await notebook.screenshot("lab-window");
    });

    await t.step(
      "panels follow JupyterLab from a desk to a phone, and nothing is cut",
      async () => {
        const views = [[1_300, "Light"], [700, "Light"], [700, "Dark"], [390, "Dark"]] as const;
        for (const [width, theme] of views) {
          // What is out of sight may not be attached.
          await page.setViewportSize({ width, height: 8_000 });
          await notebook.turn(theme);
          await page.waitForFunction(BOTH_READY, undefined, { timeout: 20_000 });
          const shown = await page.evaluate(() =>
            getComputedStyle(document.querySelector("comove-panel")!).colorScheme
          );
          assert.equal(shown, theme.toLowerCase());
          const wrong = [...await cutParts(page, OUTPUTS), ...await smallTexts(page, OUTPUTS, 11)];
          // Contrast differs by theme alone, all else is one.
          if (width === 700) wrong.push(...await seriousFindings(page, OUTPUTS));
          assert.deepEqual(wrong, [], `${width} px, ${theme}`);
          await notebook.screenshot(`lab-${width}-${theme}`);
        }
        await page.setViewportSize({ width: 1_300, height: 1_100 });
      },
    );

    await t.step("Stop leaves the kernel and its variables alive", async () => {
      await notebook.execute("notebook:interrupt-kernel");
      await page.waitForFunction(() => document.body.innerText.includes("stopped"), undefined, {
        timeout: 5_000,
      });
      const text = await notebook.run("await show(`kept: ${market.pairs[0].name}`);");
      assert.match(text, /kept: BTCUSDT\/ES/);
    });

    await t.step("the saved file holds the last frames and stays small", async () => {
      await notebook.execute("docmanager:save");
      await pageTime(page, 1_000);
      const path = `${project.notebooks}/${NOTEBOOK}`;
      const { size } = await Deno.stat(path);
      say(`the saved notebook has ${(size / 1_000).toFixed(0)} kB`);
      assert.ok(size < MOST_BYTES, `${size} bytes`);
      assert.match(await Deno.readTextFile(path), /data:image\/svg\+xml;base64/);
    });

    const shownBefore = await page.locator("comove-feed").allTextContents();
    assert.deepEqual(notebook.errors, []);
    await notebook.page.close();
    await lab.stopKernels();

    await t.step("reopened without a kernel it shows the last data, at 700 px too", async () => {
      const options = { withKernel: false, width: 700 };
      await using saved = await LabPage.open(browser, lab.urlOf(NOTEBOOK), options);
      await saved.page.waitForFunction(BOTH_READY, undefined, { timeout: 20_000 });
      assert.deepEqual(await saved.page.locator("comove-feed").allTextContents(), shownBefore);
      await saved.reveal("comove-trading-view");
      await saved.screenshot("lab-700");
      assert.deepEqual(saved.errors, []);
    });

    await t.step("an untrusted copy runs no script and shows the pictures", async () => {
      const text = await Deno.readTextFile(`${project.notebooks}/${NOTEBOOK}`);
      const copy = JSON.parse(text);
      copy.cells[0].source = ["# A copy from somewhere"];
      await Deno.writeTextFile(`${project.notebooks}/copy.ipynb`, JSON.stringify(copy));
      const options = { withKernel: false };
      await using untrusted = await LabPage.open(browser, lab.urlOf("copy.ipynb"), options);
      await untrusted.page.waitForSelector(".jp-OutputArea-output img", { timeout: 20_000 });
      await pageTime(untrusted.page, 1_000);
      const { ready, pictures } = await untrusted.page.evaluate(() => ({
        ready: document.querySelectorAll("[data-ready=true]").length,
        pictures: [...document.querySelectorAll(".jp-OutputArea-output img")].map((image) =>
          (image as HTMLImageElement).naturalWidth
        ),
      }));
      assert.equal(ready, 0);
      assert.ok(pictures.length >= 3 && pictures.every((width) => width > 0), `${pictures}`);
      await untrusted.reveal(".jp-OutputArea-output img");
      await untrusted.screenshot("lab-untrusted");
    });
  } finally {
    await browser.close();
  }
});
