import type { ChannelKind } from "../channel_source.ts";

/** Fifty a second. */
const PACE_MS = 20;

/** The newest trade, at most fifty times a second; `trades` and `volume` count those since the update before. */
export const ticks: ChannelKind = {
  name: "ticks",
  form: "ticks:ID",
  open({ market }, of) {
    if (!market.instruments.some(({ id }) => id === of)) return undefined;
    let trades = 0, volume = 0;
    return {
      paceMs: PACE_MS,
      snapshot: () => {
        const forming = market.forming(of!);
        return { time: forming?.openTime ?? null, price: forming?.close ?? null };
      },
      update(event) {
        if (event.kind !== "trade" || event.instrument !== of) return undefined;
        trades++;
        volume += event.size;
        const { id, time, price, size, side } = event;
        return {
          isFleeting: true,
          data: () => {
            const since = { trades, volume };
            trades = 0;
            volume = 0;
            return {
              id,
              time,
              price,
              size,
              side: side ?? null,
              trades: since.trades,
              volume: since.volume,
            };
          },
        };
      },
    };
  },
};
