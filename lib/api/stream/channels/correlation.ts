import type { PairCorrelation } from "../../../market/correlation_board.ts";
import { CORRELATION_COLUMNS, correlationRow } from "../../correlation_rows.ts";
import type { ChannelKind } from "../channel_source.ts";

/** A pair at every timeframe, once a minute, and again where a minute is revised. */
export const correlation: ChannelKind = {
  name: "correlation",
  form: "correlation:A/B",
  open({ market }, of) {
    if (!market.pairs.some(({ name }) => name === of)) return undefined;
    const bodyOf = (
      rows: readonly PairCorrelation[],
      openTime: number | undefined,
      revision: number | undefined,
    ) => ({
      openTime: openTime ?? null,
      revision: revision ?? null,
      columns: CORRELATION_COLUMNS,
      data: rows.filter(({ pair }) => pair === of).map(correlationRow),
    });
    return {
      snapshot() {
        const { latest } = market;
        return bodyOf(latest?.correlations ?? [], latest?.openTime, latest?.revision);
      },
      update(event) {
        if (event.kind !== "minute") return undefined;
        const { correlations, openTime, revision } = event;
        return { data: () => bodyOf(correlations, openTime, revision) };
      },
    };
  },
};
