import type { Interval } from "../../model/time.ts";
import { TIME_ATTRIBUTE } from "../time_link.ts";
import type { Page } from "./page.ts";

const TIME_CHANNEL = "chart:time";
const SPANS_CHANNEL = "chart:spans";
/** More spans than a chart has pixels show nothing more. */
const MOST_SPANS = 5_000;

/** Scrolls every candle chart of the page to a time, epoch ms UTC; the zoom stays. */
export function showTime(page: Page, time: number): void {
  if (Number.isFinite(time)) page.publish(TIME_CHANNEL, time);
}

/** Calls back with each time that is to be shown, until the returned function is called. */
export function onShowTime(page: Page, callback: (time: number) => void): () => void {
  return page.subscribe(TIME_CHANNEL, (packet) => callback(packet as number));
}

/**
 * Highlights these spans of time in every candle chart of the page, in place of those highlighted before.
 *
 * @param spans in any order, they may overlap; at most the first 5,000 are shown. None takes the highlight away.
 */
export function highlightSpans(page: Page, spans: readonly Interval[]): void {
  page.publish(SPANS_CHANNEL, joined(spans.slice(0, MOST_SPANS)));
}

/** Calls back with the spans that are highlighted, also with those of before, until the returned function is called. */
export function onHighlight(
  page: Page,
  callback: (spans: readonly Interval[]) => void,
): () => void {
  return page.subscribe(SPANS_CHANNEL, (packet) => callback(packet as readonly Interval[]));
}

/** What is highlighted now. */
export function highlightedSpans(page: Page): readonly Interval[] {
  return page.packet(SPANS_CHANNEL) as readonly Interval[] | undefined ?? [];
}

/** Makes the page's time links work, those within panels too. */
export function followTimeLinks(page: Page): void {
  document.addEventListener("click", (event) => {
    const link = event.composedPath().find((one): one is HTMLElement =>
      one instanceof HTMLElement && one.hasAttribute(TIME_ATTRIBUTE)
    );
    if (link === undefined) return;
    event.preventDefault();
    showTime(page, Number(link.getAttribute(TIME_ATTRIBUTE) || NaN));
    document.querySelector("comove-trading-view")?.scrollIntoView({ block: "nearest" });
  });
}

/** The same time as fewer spans: ascending, none touching another. */
export function joined(spans: readonly Interval[]): Interval[] {
  const found: { from: number; to: number }[] = [];
  const known = spans.filter(({ from, to }) => to > from);
  for (const { from, to } of known.toSorted((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else found.push({ from, to });
  }
  return found;
}
