import type { Page } from "./page.ts";

/** Where a reader points: all panels of the page show the same moment. */
export interface Crosshair {
  /** The panel that is pointed at. */
  readonly from: string;
  /** Epoch ms UTC; undefined when nothing is pointed at any more. */
  readonly time: number | undefined;
}

const CHANNEL = "crosshair";

/** Shows the other panels where the reader points in this one. */
export function pointTo(page: Page, crosshair: Crosshair): void {
  const last = page.packet(CHANNEL) as Crosshair | undefined;
  if (last?.from === crosshair.from && last.time === crosshair.time) return;
  page.publish(CHANNEL, crosshair);
}

/** Calls back with the time pointed at in any other panel, until the returned function is called. */
export function onPointed(
  page: Page,
  id: string,
  callback: (time: number | undefined) => void,
): () => void {
  return page.subscribe(CHANNEL, (packet) => {
    const { from, time } = packet as Crosshair;
    if (from !== id) callback(time);
  });
}
