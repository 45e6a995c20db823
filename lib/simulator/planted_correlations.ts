import type { ModelInstrument } from "./model_instruments.ts";
import { ETH_WITH_BTC, NQ_WITH_ES } from "./price_path.ts";

/** How far a price moves with its group's: its first path, and its correlation with it. */
interface Share {
  readonly group: "equities" | "coins" | "gold";
  readonly loading: number;
  /** What is correlated with it by the loading alone has another name. */
  readonly name: string;
}

/**
 * The planted correlations of every pair, by `X/Y`, while the regime's level is that of BTCUSDT with ES. Two prices
 * of one path have 1. A coin that is priced in a coin is left out, and one that is tied to another: what they do depends
 * on both volatilities.
 */
export function plantedCorrelations(
  instruments: readonly ModelInstrument[],
  level: number,
): Record<string, number> {
  const plain = instruments.filter(({ quote, path }) =>
    quote === undefined && (typeof path === "string" || path.tie === undefined)
  );
  const found: Record<string, number> = {};
  plain.forEach((x, i) => {
    for (const y of plain.slice(i + 1)) {
      found[`${x.root}/${y.root}`] = correlationOf(shareOf(x), shareOf(y), level);
    }
  });
  return found;
}

function correlationOf(x: Share, y: Share, level: number): number {
  if (x.name === y.name) return 1;
  if (x.group === y.group) return x.loading * y.loading;
  return x.group === "gold" || y.group === "gold" ? 0 : level * x.loading * y.loading;
}

function shareOf({ path }: ModelInstrument): Share {
  if (typeof path !== "string") {
    const group = path.leader === "BTCUSDT" ? "coins" : "equities";
    return { group, loading: path.loading, name: path.name };
  }
  switch (path) {
    case "ES":
      return { group: "equities", loading: 1, name: path };
    case "NQ":
      return { group: "equities", loading: NQ_WITH_ES, name: path };
    case "BTCUSDT":
      return { group: "coins", loading: 1, name: path };
    case "ETHUSDT":
      return { group: "coins", loading: ETH_WITH_BTC, name: path };
    case "GC":
      return { group: "gold", loading: 1, name: path };
  }
}
