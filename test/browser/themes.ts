/**
 * Themes in a real browser: every part of a panel in dark and light, as JupyterLab, VS Code, the system, an exported
 * page's switch or paper ask for it. Not part of `deno task test`: run `deno test -A test/browser/themes.ts`.
 */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Locator, Page } from "playwright-core";
import { coverageStrip } from "../../lib/charts/coverage_strip.ts";
import { figureImage } from "../../lib/charts/figure.ts";
import { PAGE_CODE } from "../../lib/charts/library_tag.ts";
import { dressed, PAGE, pageTheme } from "../../lib/charts/page_theme.ts";
import { htmlTable } from "../../lib/charts/table.ts";
import { tickerLine } from "../../lib/charts/ticker_line.ts";
import { DARK, LIGHT, type ThemeName } from "../../lib/charts/theme.ts";
import { pageOf } from "../../lib/cli/notebook_page.ts";
import { plainLine } from "../../lib/notebook/plain_line.ts";
import { statusLine } from "../../lib/notebook/status_line.ts";
import { bundleForBrowser } from "../../lib/runtime/bundle.ts";
import { code, notebookOf, prose, shown } from "../cli/page_notebook.ts";
import { say } from "../support/say.ts";
import { READY, Rig } from "./chart_rig.ts";
import type { ChartSite } from "./chart_site.ts";
import { pageTime } from "./support/page_time.ts";

const AT = Date.UTC(2025, 11, 3, 14, 8);

/** One of everything that a notebook shows, in the colours of the notebook's theme. */
function outputs(site: ChartSite, name: ThemeName): string[] {
  const theme = pageTheme(name);
  const strip = coverageStrip([], { source: "simulated", theme: PAGE, width: 600, updatedAt: AT });
  const entry = {
    ...{ label: "ES", price: 6_091.25, ageMs: 0, lastAt: AT, source: "live", decimals: 2 } as const,
  };
  const ticker = tickerLine(
    [{ ...entry, changePercent: 1 }, { ...entry, label: "NQ", changePercent: -1 }],
    { venueTime: AT, theme: PAGE },
  );
  const status = statusLine({
    panel: "x",
    word: "failed",
    freshness: { source: "live", isStale: true, dataTime: AT, ageMs: 0, trouble: undefined },
    beat: { kernel: "ab12cd", count: 1 },
    notes: ["something is wrong"],
  }, theme);
  const table = htmlTable({
    ...{ caption: "Prices", columns: ["", "close"], rows: [["ES", "6,091.25"]], theme: PAGE },
    note: "below the table",
  });
  return [
    site.library,
    ...[site.mount(PAGE), site.feed(1, PAGE), site.window(PAGE), table, ticker.html]
      .map((html) => dressed(html, theme)),
    dressed(`<div id="picture">${figureImage(strip)}</div>`, theme),
    status.html,
    plainLine("a line", theme).html,
  ];
}

type Rgb = readonly number[];

/** The colour in a corner of what is shown, as it is painted. */
async function pixelOf(page: Page, place: Locator): Promise<string> {
  const png = (await place.screenshot()).toString("base64");
  return await page.evaluate(async (png) => {
    const bytes = Uint8Array.from(atob(png), (sign) => sign.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const pen = canvas.getContext("2d")!;
    pen.drawImage(bitmap, 0, 0);
    const [r, g, b] = pen.getImageData(4, bitmap.height - 5, 1, 1).data;
    return `#${[r, g, b].map((part) => part!.toString(16).padStart(2, "0")).join("")}`;
  }, png);
}

/** Every text on the page with its colour and what is behind it; those in pictures and on canvases are not seen. */
function inks(page: Page): Promise<{ text: string; ink: Rgb; behind: Rgb }[]> {
  return page.evaluate(() => {
    const channels = (colour: string) => {
      const [r, g, b, a = "1"] = colour.match(/[\d.]+/g) ?? ["0", "0", "0", "0"];
      return [r, g, b, a].map(Number);
    };
    const found: { text: string; ink: number[]; behind: number[] }[] = [];
    const parentOf = (node: Element) =>
      node.parentElement ?? (node.getRootNode() as ShadowRoot).host ?? null;
    const look = (root: ParentNode) => {
      for (const node of root.querySelectorAll("*")) {
        if (node.shadowRoot) look(node.shadowRoot);
        const isText = [...node.childNodes].some((child) =>
          child.nodeType === Node.TEXT_NODE && child.textContent!.trim() !== ""
        );
        const { width } = node.getBoundingClientRect();
        // The credit line is written in the page's own colours.
        if (
          node.closest("[data-comove-credit]") || !isText || width === 0 ||
          /^(style|script|option|title)$/i.test(node.tagName)
        ) continue;
        let behind = [0, 0, 0, 0];
        for (let at: Element | null = node; at !== null && behind[3]! < 1; at = parentOf(at)) {
          const colour = channels(getComputedStyle(at).backgroundColor);
          if (colour[3] === 1) behind = colour;
        }
        const style = getComputedStyle(node);
        const ink = node instanceof SVGElement ? style.fill : style.color;
        found.push({ text: node.textContent!.slice(0, 30), ink: channels(ink), behind });
      }
    };
    look(document);
    return found;
  });
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.slice(0, 3).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

/** Every part of the page is in this theme, and readable. */
async function assertTheme(page: Page, expected: "dark" | "light", where: string): Promise<void> {
  await pageTime(page, 150);
  const theme = expected === "dark" ? DARK : LIGHT;
  for (const place of ["comove-trading-view canvas", "#picture img"]) {
    const locator = page.locator(place).first();
    assert.equal(await pixelOf(page, locator), theme.background, `${place}, ${where}`);
  }
  const texts = await inks(page);
  assert.ok(texts.length > 40, `${texts.length} texts`);
  const least = Math.min(...texts.map(({ text, ink, behind }) => {
    assert.equal(behind[3], 1, `${text} stands on nothing, ${where}`);
    assert.equal(luminance(behind) > 0.5, expected === "light", `${text}, ${where}`);
    const found = contrast(ink, behind);
    assert.ok(found >= 4.5, `${text}: ${ink} on ${behind} is ${found.toFixed(2)}, ${where}`);
    return found;
  }));
  say(`${where}: ${texts.length} texts, least contrast ${least.toFixed(2)}`);
}

Deno.test("every part of a notebook follows what stands around it", async () => {
  await using rig = await Rig.start();
  const { page, errors } = await rig.open("auto", outputs(rig.site, "auto"), DARK);
  await page.waitForFunction(READY, undefined, { timeout: 4_000 });
  const body = page.locator("body");
  const set = (name: string, value: string) =>
    body.evaluate((node, [name, value]) => {
      for (const old of ["class", "data-jp-theme-light"]) node.removeAttribute(old);
      node.setAttribute(name!, value!);
    }, [name, value]);
  const hosts = [
    ["data-jp-theme-light", "true", "light"],
    ["data-jp-theme-light", "false", "dark"],
    ["class", "vscode-light", "light"],
    ["class", "vscode-high-contrast", "dark"],
    ["class", "vscode-high-contrast vscode-high-contrast-light", "light"],
    ["class", "vscode-dark", "dark"],
  ] as const;
  for (const [name, value, expected] of hosts) {
    await set(name, value);
    await assertTheme(page, expected, `auto, ${name}=${value}`);
  }
  await set("class", "");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await assertTheme(page, colorScheme, `auto, the system is ${colorScheme}`);
  }
  await page.emulateMedia({ media: "print" });
  await assertTheme(page, "light", "auto, on paper");
  assert.deepEqual(errors, []);
});

Deno.test("a notebook's own theme holds in any surroundings, but not on paper", async () => {
  await using rig = await Rig.start();
  for (const name of ["dark", "light"] as const) {
    const { page } = await rig.open(name, outputs(rig.site, name), DARK);
    await page.waitForFunction(READY, undefined, { timeout: 4_000 });
    const other = String(name === "dark");
    await page.locator("body").evaluate(
      (node, light) => node.setAttribute("data-jp-theme-light", light),
      other,
    );
    await assertTheme(page, name, `${name}, JupyterLab is the other`);
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await assertTheme(page, "light", `${name}, before paper`);
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await assertTheme(page, name, `${name}, after paper`);
    await page.close();
  }
});

Deno.test("an exported page's switch turns every part, and is remembered", async () => {
  await using rig = await Rig.start();
  const folder = await Deno.makeTempDir({ prefix: "comove-themes-" });
  try {
    const cells = outputs(rig.site, "dark").map((html) =>
      code("x", [shown({ "text/html": html })])
    );
    const path = `${folder}/page.html`;
    const library = () => bundleForBrowser(PAGE_CODE);
    const notebook = notebookOf(
      prose("# T\n\nWith `code` and [a link](https://a.example/)."),
      ...cells,
    );
    await Deno.writeTextFile(path, await pageOf(notebook, { library }));
    const page = await rig.browser.newPage({ colorScheme: "light" });
    await page.goto(pathToFileURL(path).href);
    await page.waitForFunction(READY, undefined, { timeout: 6_000 });
    await assertTheme(page, "dark", "an exported page as it opens");
    await page.getByText("Light", { exact: true }).click();
    await assertTheme(page, "light", "an exported page turned light");
    await page.reload();
    await page.waitForFunction(READY, undefined, { timeout: 6_000 });
    await assertTheme(page, "light", "an exported page opened again");
    await page.getByText("Dark", { exact: true }).click();
    await assertTheme(page, "dark", "an exported page turned dark");
    await page.getByText("Auto", { exact: true }).click();
    await assertTheme(page, "light", "an exported page that follows the system");
    await page.emulateMedia({ colorScheme: "dark" });
    await assertTheme(page, "dark", "an exported page that follows the system by night");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
