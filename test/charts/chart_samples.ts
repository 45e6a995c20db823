import { DOMParser } from "linkedom";
import type { Figure } from "../../lib/charts/figure.ts";
import type { PriceSeries } from "../../lib/charts/price_series.ts";
import type { Bar } from "../../lib/model/bar.ts";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";

/** A Wednesday, in US hours. */
export const END = Date.UTC(2025, 11, 3, 14, 35);

const model = createMarketModel({ seed: 3, from: END - 2 * DAY });

/** Minutes of the simulated market. */
export function modelBars(symbol: string, from: number, to: number): Bar[] {
  const bars: Bar[] = [];
  for (let time = from; time < to; time += MINUTE) {
    const minute = model.minute(symbol, time);
    if (minute !== undefined) {
      bars.push({ ...minute, closed: true, revision: 0, source: "simulated" });
    }
  }
  return bars;
}

/** Bars of given closes, a minute each, from `from` on; each opens where the last closed. */
export function barsOfCloses(
  closes: readonly number[],
  from = END - closes.length * MINUTE,
): Bar[] {
  return closes.map((close, i) => {
    const open = closes[i - 1] ?? close;
    const [low, high] = [Math.min(open, close), Math.max(open, close)];
    const openTime = from + i * MINUTE;
    return { openTime, open, high, low, close, volume: 1 + i, ...SIMULATED };
  });
}

const SIMULATED = { closed: true, revision: 0, source: "simulated" } as const;

export function bitcoin(bars: readonly Bar[], rest: Partial<PriceSeries> = {}): PriceSeries {
  return { id: "BTCUSDT", label: "BTC/USDT (Binance.com)", ...base(bars), ...rest };
}

export function future(bars: readonly Bar[], rest: Partial<PriceSeries> = {}): PriceSeries {
  return { id: "ES", label: "ES Futures (CME via IBKR Paper)", ...base(bars), ...rest };
}

function base(bars: readonly Bar[]) {
  return { source: "simulated" as const, bars, breaks: [], rolls: [], decimals: 2 };
}

/** The figure's tree; fails on what an XML reader would refuse, as the page then shows a broken picture. */
export function treeOf(figure: Figure): Element {
  assertWellFormed(figure.svg);
  return new DOMParser().parseFromString(figure.svg, "image/svg+xml")
    .documentElement as unknown as Element;
}

/** All words in the figure. */
export function textsOf(tree: Element): string[] {
  return [...tree.querySelectorAll("text")].map((text) => text.textContent ?? "");
}

export function labelled(tree: Element, label: string): Element[] {
  return [...tree.querySelectorAll("[aria-label]")].filter((one) =>
    one.getAttribute("aria-label") === label
  );
}

/** How many strokes the paths below hold. */
export function strokesIn(elements: Iterable<Element>): number {
  let count = 0;
  for (const one of elements) {
    for (const path of one.localName === "path" ? [one] : one.querySelectorAll("path")) {
      count += (path.getAttribute("d") ?? "").split("m").length - 1;
    }
  }
  return count;
}

/**
 * A strict reading of the little XML that figures use: every element closed in order, attributes quoted and not
 * repeated, only the five named entities and character references, no control characters.
 */
export function assertWellFormed(svg: string): void {
  // deno-lint-ignore no-control-regex
  const refused = svg.match(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
  if (refused !== null || !svg.isWellFormed()) throw new Error("a character that XML cannot hold");
  const open: string[] = [];
  const rest = svg.replace(/<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g, (...match) => {
    const [, end, name, attributes, isEmpty] = match as string[];
    const names = [...attributes!.matchAll(/([\w:-]+)="/g)].map(([, one]) => one);
    if (new Set(names).size < names.length) throw new Error(`${name} repeats an attribute`);
    if (end === "/" && open.pop() !== name) throw new Error(`${name} is closed out of order`);
    if (end !== "/" && isEmpty !== "/") open.push(name!);
    return "";
  });
  if (open.length > 0) throw new Error(`${open.join(", ")} is not closed`);
  if (/[<>]/.test(rest)) throw new Error(`not an element: ${rest.match(/.{0,20}[<>].{0,40}/)}`);
  const stray = svg.match(/&(?!(amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);).{0,12}/i);
  if (stray !== null) throw new Error(`not an entity: ${stray[0]}`);
}
