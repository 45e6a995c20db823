import { pathToFileURL } from "node:url";
import { libraryTag } from "../../lib/charts/library_tag.ts";
import type { Theme } from "../../lib/charts/theme.ts";
import {
  tradingViewFeed,
  tradingViewForming,
  tradingViewMount,
} from "../../lib/charts/trading_view.ts";
import {
  windowViewFeed,
  windowViewMount,
  type WindowViewOptions,
} from "../../lib/charts/window_view.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { bundleForBrowser } from "../../lib/runtime/bundle.ts";
import { type ChartData, chartData, gridOf, START } from "./chart_data.ts";

/** Minutes of the views; the feeds go further. */
export const MINUTES = 1_440;
const FEEDS = 40;
const SHOWN = 500;

/** The time that the feed of this number reaches. */
export function chartSpan(sequence: number): { end: number } {
  return { end: START + (MINUTES + sequence - 2) * MINUTE };
}

const PICTURE =
  '<img alt="candles of both markets" width="300" height="80" src="data:image/svg+xml;' +
  "base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSIzMDAiIGhlaWdodD0iODAiPjxyZWN0" +
  'IHdpZHRoPSIzMDAiIGhlaWdodD0iODAiIGZpbGw9InRlYWwiLz48L3N2Zz4=">';

/** HTML as a notebook's outputs would be, and the pages made of it, on disk. */
export class ChartSite implements AsyncDisposable {
  readonly #data: ChartData = chartData(MINUTES + FEEDS);
  readonly #folder: string;
  readonly #library: string;

  private constructor(folder: string, library: string) {
    this.#folder = folder;
    this.#library = library;
  }

  static async make(): Promise<ChartSite> {
    const entry = new URL("../../lib/charts/browser/mod.ts", import.meta.url);
    const folder = await Deno.makeTempDir({ prefix: "comove-charts-" });
    return new ChartSite(folder, await libraryTag(await bundleForBrowser(entry)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Deno.remove(this.#folder, { recursive: true });
  }

  /** The library's output, as the set-up cell shows it. */
  get library(): string {
    return this.#library;
  }

  mount(theme: Theme): string {
    return tradingViewMount({
      ...{ id: "pair", theme, fallbackHtml: PICTURE, height: 260 },
      series: [
        {
          ...{ id: "BTCUSDT", label: "BTC/USDT (Binance.com)" },
          ...{ source: "simulated", decimals: 2 },
        },
        {
          ...{ id: "ES", label: "ES Futures (CME via IBKR Paper)" },
          ...{ source: "simulated", decimals: 2 },
        },
      ],
    });
  }

  /**
   * @param sequence 1, 2, …: each brings one more minute.
   * @param shutFor minutes for which the future has been shut.
   */
  feed(sequence: number, theme: Theme, shutFor = 0): string {
    const end = START + (MINUTES + sequence - 1) * MINUTE;
    const { bitcoin, future, breaks, rolls } = this.#data;
    const newest = (bars: typeof bitcoin, to = end) =>
      bars.filter((bar) => bar.openTime < to).slice(-SHOWN);
    const shutAt = end - shutFor * MINUTE;
    return tradingViewFeed({
      ...{ id: "pair", sequence, updatedAt: end, theme },
      series: [
        { id: "BTCUSDT", bars: newest(bitcoin) },
        { id: "ES", bars: newest(future, shutAt), breaks, rolls },
      ],
    });
  }

  /** Bitcoin's minute after that of the first feed, at so many times its price. */
  forming(order: number, factor = 1): string {
    const openTime = START + MINUTES * MINUTE;
    const bar = this.#data.bitcoin.find((bar) => bar.openTime === openTime)!;
    const [open, high, low, close] = [bar.open, bar.high * factor, bar.low, bar.close * factor];
    const moved = { ...bar, open, high, low, close, closed: false };
    return tradingViewForming("pair", [{ id: "BTCUSDT", bar: moved }], order);
  }

  window(theme: Theme): string {
    const { bitcoin, future, breaks } = this.#data;
    const shut = breaks.filter(({ kind }) => kind === "session");
    const before = (bars: typeof bitcoin) =>
      bars.filter((b) => b.openTime < START + MINUTES * MINUTE);
    const options: WindowViewOptions = {
      ...{ id: "window", pair: "BTCUSDT/ES", source: "simulated", theme, fallbackHtml: PICTURE },
      series: {
        a: { label: "BTCUSDT", grid: gridOf(before(bitcoin), MINUTES, []) },
        b: { label: "ES", grid: gridOf(before(future), MINUTES, shut) },
      },
    };
    return windowViewMount(options) + windowViewFeed(options);
  }

  /** Writes a page of these outputs and gives its address. */
  async page(name: string, outputs: readonly string[], background: string): Promise<string> {
    const path = `${this.#folder}/${name}.html`;
    const cells = outputs.map((output) => `<div class="output">${output}</div>`).join("\n");
    // What notebooks do to tables, which breaks charts that do not shut it out.
    const css = `body{background:${background};margin:12px}td,th{padding:.5em!important}`;
    await Deno.writeTextFile(
      path,
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title>` +
        `<style>${css}</style><body>${cells}</body></html>`,
    );
    return pathToFileURL(path).href;
  }
}
