/**
 * A rule's rehearsal in an exported page, from disk, without a kernel. Not part of `deno task test`: run
 * `deno test -A test/browser/rehearsal.ts`. `CHROMIUM` names the browser, `SCREENSHOTS` a folder for pictures.
 */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Page as ComovePage } from "../../lib/charts/browser/page.ts";
import type { RehearsalPanel } from "../../lib/charts/browser/rehearsal_panel.ts";
import { PAGE_CODE } from "../../lib/charts/library_tag.ts";
import { dressed, PAGE, pageTheme } from "../../lib/charts/page_theme.ts";
import { rehearsalFigure } from "../../lib/charts/rehearsal_figure.ts";
import { rehearsalFeed, rehearsalMount } from "../../lib/charts/rehearsal_view.ts";
import { ruleWith, studyRule } from "../../lib/charts/rehearsal_study.ts";
import { stillPicture } from "../../lib/charts/still_picture.ts";
import type { ThemeName } from "../../lib/charts/theme.ts";
import { pageOf } from "../../lib/cli/notebook_page.ts";
import { printPdf } from "../../lib/cli/pdf.ts";
import { parseCondition } from "../../lib/model/condition.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { bundleForBrowser } from "../../lib/runtime/bundle.ts";
import { code, notebookOf, shown } from "../cli/page_notebook.ts";
import { say } from "../support/say.ts";
import { startChromium } from "./support/chromium.ts";

declare const comove: ComovePage;

/** A redraw of a day of minutes takes less, ms; half of them. */
const REDRAW_MS = 60;

/** A day of a correlation that falls apart twice, and is unknown for an hour. */
const SERIES = {
  start: Date.UTC(2025, 11, 3, 0, 1),
  value: Float64Array.from({ length: 1_440 }, (_, i) => {
    if (i > 1_300 && i < 1_360) return NaN;
    return 0.45 + 0.35 * Math.cos(i / 110) + 0.08 * Math.sin(i * 1.7) * Math.cos(i / 3);
  }),
};
const FIRE = parseCondition("below 0.2")!;
const RULE = {
  fire: FIRE,
  clear: parseCondition("above 0.4", FIRE),
  forMs: 2 * MINUTE,
  keepFiringForMs: 0,
  repeatMs: undefined,
};

function outputsOf(theme: ThemeName | undefined, name: string): string[] {
  const setting = {
    rule: RULE,
    name,
    severity: "major" as const,
    watches: "correlation of BTCUSDT/ES, 1m, window 60",
    unit: "",
    theme: theme === undefined ? PAGE : pageTheme(theme),
  };
  const data = { series: SERIES, unknown: { closed: 59 }, source: "simulated" };
  return [
    rehearsalMount("apart", setting),
    rehearsalFeed({ ...setting, ...data, id: "apart" }),
    stillPicture("apart", rehearsalFigure(SERIES, setting, "simulated")),
  ].map((html) => dressed(html, setting.theme));
}

async function exported(folder: string, name: string, theme?: ThemeName): Promise<string> {
  const path = `${folder}/page-${theme ?? "page"}.html`;
  const cells = outputsOf(theme, name).map((html) => shown({ "text/html": html }));
  const library = () => bundleForBrowser(PAGE_CODE);
  await Deno.writeTextFile(
    path,
    await pageOf(notebookOf(code("x", cells)), { name: "r", library }),
  );
  return path;
}

const READY = 'comove-rehearsal[data-ready="true"]';

Deno.test("a rehearsal in an exported page recomputes with the slider, by the kernel's own code", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "comove-rehearsal-" });
  const browser = await startChromium();
  try {
    const hostile = `<img src=x onerror="globalThis.broken=1">'"&`;
    const path = await exported(folder, hostile);

    await t.step("each threshold gives the alerts that the kernel finds for it", async () => {
      const page = await browser.newPage({ viewport: { width: 1_300, height: 900 } });
      const errors: string[] = [], requests: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("request", (request) => {
        if (!/^(data|blob|file):/.test(request.url())) requests.push(request.url());
      });
      await page.goto(pathToFileURL(path).href);
      await page.waitForSelector(READY);
      const found = await page.evaluate(() => {
        const panel = [...comove.panels].find(({ id }) => id === "apart") as RehearsalPanel;
        const host = document.querySelector<HTMLElement>("comove-rehearsal")!;
        const [threshold, wait] = host.shadowRoot!.querySelectorAll("input");
        const turn = (input: HTMLInputElement, value: number) => {
          input.valueAsNumber = value;
          input.dispatchEvent(new Event("input"));
        };
        const steps = [];
        for (const share of [0, 0.2, 0.35, 0.5, 0.8, 1]) {
          for (const minutes of [0, 5]) {
            const [least, most] = [Number(threshold!.min), Number(threshold!.max)];
            turn(threshold!, least + share * (most - least));
            turn(wait!, minutes);
            steps.push({
              threshold: threshold!.valueAsNumber,
              minutes,
              alerts: panel.study!.alerts,
              rows: host.shadowRoot!.querySelectorAll("tr").length,
              said: host.shadowRoot!.querySelector(".answer")!.textContent!,
              tookMs: Number(host.dataset.drawMs),
            });
          }
        }
        return steps;
      });
      const counts = new Set<number>();
      for (const { threshold, minutes, alerts, rows, said } of found) {
        const rule = ruleWith(RULE, { threshold, forMs: minutes * MINUTE });
        const kernel = studyRule(SERIES, rule).alerts;
        assert.deepEqual(JSON.parse(JSON.stringify(alerts)), JSON.parse(JSON.stringify(kernel)));
        assert.equal(rows, kernel.length === 0 ? 0 : 1 + Math.min(12, kernel.length));
        assert.match(said, kernel.length === 0 ? /never fires/ : /fires (once|\d+ times)/);
        counts.add(kernel.length);
      }
      assert.ok(counts.size >= 3, `${[...counts]} alerts: the slider must change something`);
      const took = found.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
      say(
        `redraw of ${SERIES.value.length} minutes: ${took[took.length >> 1]} ms, most ${
          took.at(-1)
        } ms`,
      );
      assert.ok(took[took.length >> 1]! < REDRAW_MS, `${took} ms`);

      await page.getByRole("button", { name: "As armed" }).click();
      const armed = await page.evaluate(() =>
        ([...comove.panels].find(({ id }) => id === "apart") as RehearsalPanel).study!.rule
      );
      assert.equal(armed.fire.threshold, 0.2);
      const broken = await page.evaluate(() =>
        (globalThis as unknown as { broken?: number }).broken
      );
      assert.deepEqual([errors, requests, broken], [[], [], undefined]);
      await page.close();
    });

    await t.step("at every width it fits, and without scripts its picture stands", async () => {
      for (const theme of ["dark", "light"] as const) {
        const own = await exported(folder, "apart", theme);
        for (const width of [1_300, 700, 390]) {
          const page = await browser.newPage({ viewport: { width, height: 900 } });
          await page.goto(pathToFileURL(own).href);
          await page.waitForSelector(READY);
          const { scroll, client, still } = await page.evaluate(() => ({
            scroll: document.documentElement.scrollWidth,
            client: document.documentElement.clientWidth,
            still: document.querySelector<HTMLElement>("comove-feed img")!.offsetHeight,
          }));
          assert.ok(scroll <= client, `${scroll} at ${width}`);
          assert.equal(still, 0, "the picture is for readers who do not see the panel");
          const shots = Deno.env.get("SCREENSHOTS");
          if (shots) {
            await page.screenshot({
              path: `${shots}/rehearsal_${theme}_${width}.png`,
              fullPage: true,
            });
          }
          await page.close();
        }
      }
      const page = await browser.newPage({ javaScriptEnabled: false });
      await page.goto(pathToFileURL(path).href);
      assert.ok(await page.locator("comove-feed img").isVisible());
      const shots = Deno.env.get("SCREENSHOTS");
      if (shots) await page.screenshot({ path: `${shots}/rehearsal_still.png`, fullPage: true });
      await page.close();
    });

    await t.step("on paper it is drawn", async () => {
      const pdf = `${folder}/page.pdf`;
      assert.deepEqual(await printPdf({ page: path, pdf, hasSandbox: false }), { kind: "printed" });
      assert.ok((await Deno.stat(pdf)).size > 10_000);
    });
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
});
