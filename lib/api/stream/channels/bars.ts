import type { Bar } from "../../../model/bar.ts";
import { MINUTE } from "../../../model/time.ts";
import type { ChannelKind } from "../channel_source.ts";

/** Minutes that a snapshot holds, to the newest. */
const SNAPSHOT_MS = 120 * MINUTE;
const PACE_MS = 250;

function barBody(bar: Bar) {
  return {
    openTime: bar.openTime,
    open: bar.open,
    high: bar.high,
    low: bar.low,
    close: bar.close,
    volume: Number.isNaN(bar.volume) ? null : bar.volume,
    closed: bar.closed,
    revision: bar.revision,
    source: bar.source,
  };
}

/** Minutes as they close or are revised, and four times a second the one that forms. */
export const bars: ChannelKind = {
  name: "bars",
  form: "bars:ID",
  open({ market }, of) {
    if (!market.instruments.some(({ id }) => id === of)) return undefined;
    const id = of!;
    return {
      paceMs: PACE_MS,
      snapshot() {
        const last = market.bars(id).at(-1)?.openTime ?? 0;
        const forming = market.forming(id);
        return {
          bars: market.bars(id, { from: last - SNAPSHOT_MS }).map(barBody),
          forming: forming === undefined ? null : barBody(forming),
        };
      },
      update(event) {
        if (event.kind !== "bar" && event.kind !== "forming") return undefined;
        if (event.instrument !== id) return undefined;
        const { bar } = event;
        return { data: () => barBody(bar), isFleeting: event.kind === "forming" };
      },
    };
  },
};
