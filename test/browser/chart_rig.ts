import type { Browser, Page } from "playwright-core";
import type { Page as ComovePage } from "../../lib/charts/browser/page.ts";
import type { TradingViewPanel } from "../../lib/charts/browser/trading_view_panel.ts";
import type { Theme } from "../../lib/charts/theme.ts";
import { ChartSite } from "./chart_site.ts";
import { startChromium } from "./support/chromium.ts";
import { pageTime } from "./support/page_time.ts";

declare const comove: ComovePage;

export const READY = () =>
  ["comove-trading-view", "comove-window-view"].every((name) =>
    document.querySelector<HTMLElement>(name)?.dataset.ready === "true"
  );

/** What a page under test did that it must not do. */
export interface Watched {
  readonly page: Page;
  readonly errors: string[];
  readonly requests: string[];
}

export class Rig implements AsyncDisposable {
  private constructor(readonly site: ChartSite, readonly browser: Browser) {}

  static async start(): Promise<Rig> {
    return new Rig(await ChartSite.make(), await startChromium());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    await this.site[Symbol.asyncDispose]();
  }

  /** A page of these outputs, with every request refused and counted. */
  async open(
    name: string,
    outputs: readonly string[],
    theme: Theme,
    width = 1300,
  ): Promise<Watched> {
    const url = await this.site.page(name, outputs, theme.background);
    const page = await this.browser.newPage({ viewport: { width, height: 1100 } });
    const errors: string[] = [], requests: string[] = [];
    page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    await page.route("**/*", (route) => {
      const asked = route.request().url();
      if (asked === url) return route.continue();
      requests.push(asked);
      return route.abort();
    });
    await page.goto(url);
    return { page, errors, requests };
  }

  /** The page as a rendered notebook has it: the library first, then the charts with their data. */
  openCharts(name: string, theme: Theme, width?: number): Promise<Watched> {
    const { site } = this;
    const outputs = [site.library, site.mount(theme), site.feed(1, theme), site.window(theme)];
    return this.open(name, outputs, theme, width);
  }
}

/** Replaces the chart's feed, as a display update does. */
export async function bringFeed(page: Page, html: string): Promise<void> {
  await page.evaluate((html) => {
    const output = document.querySelector('comove-feed[data-id="pair"]')!.parentElement!;
    output.innerHTML = html;
  }, html);
  await pageTime(page, 60);
}

/** Brings the newest bar between two feeds. */
export async function bringForming(page: Page, html: string): Promise<void> {
  await page.evaluate((html) => {
    const id = "forming-output";
    const output = document.getElementById(id) ??
      document.body.appendChild(Object.assign(document.createElement("div"), { id }));
    output.innerHTML = html;
  }, html);
  await pageTime(page, 60);
}

/** Width of the plots beside their price axes, px. */
export function plotWidths(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const panel = [...comove.panels].find(({ id }) => id === "pair") as TradingViewPanel;
    return panel.charts.map((chart) => chart.element.clientWidth - chart.axisWidth);
  });
}

export function visibleTimes(page: Page): Promise<{ from: number; to: number }[]> {
  return page.evaluate(() => {
    const panel = [...comove.panels].find(({ id }) => id === "pair") as TradingViewPanel;
    return panel.visibleTimes();
  });
}

/** Where each chart has the bar that opens then, CSS px. */
export function barPlaces(page: Page, openTime: number): Promise<(number | undefined)[]> {
  return page.evaluate((openTime) => {
    const panel = [...comove.panels].find(({ id }) => id === "pair") as TradingViewPanel;
    return panel.charts.map((chart) => chart.xOf(openTime));
  }, openTime);
}

/** Moves every control of the window view through its range, and gives what each redraw took, ms. */
export function sweepSliders(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const host = document.querySelector<HTMLElement>("comove-window-view")!;
    const root = host.shadowRoot!;
    const took: number[] = [];
    const turn = (input: HTMLInputElement | HTMLSelectElement, value: string, event: string) => {
      input.value = value;
      input.dispatchEvent(new Event(event));
      took.push(Number(host.dataset.drawMs));
    };
    const [window, lag] = root.querySelectorAll("input");
    for (const timeframe of ["1m", "5m", "15m", "1h", "1m"]) {
      turn(root.querySelector("select")!, timeframe, "change");
      for (let share = 0; share <= 1; share += 0.1) {
        for (const input of [window!, lag!]) {
          const [least, most] = [Number(input.min), Number(input.max)];
          turn(input, String(Math.round(least + share * (most - least))), "input");
        }
      }
    }
    return took;
  });
}

export function legends(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelector("comove-trading-view")!.shadowRoot!.querySelectorAll(".figures")]
      .map((figures) => figures.textContent)
  );
}

/** Where the `n`-th chart is, CSS px. */
export function chartBox(page: Page, n: number): Promise<{ x: number; y: number; width: number }> {
  return page.evaluate((n) => {
    const charts = document.querySelector("comove-trading-view")!.shadowRoot!
      .querySelectorAll(".chart");
    const { x, y, width } = charts[n]!.getBoundingClientRect();
    return { x, y, width };
  }, n);
}

export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("SCREENSHOTS");
  if (folder !== undefined) {
    await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  }
}

export async function hasChromium(): Promise<boolean> {
  const path = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";
  return await Deno.stat(path).then((file) => file.isFile, () => false);
}
