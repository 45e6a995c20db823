import type { Finding } from "../finding.ts";
import { checkStreaming } from "../streaming/doctor.ts";
import type { Probes } from "../venue_definition.ts";
import { binanceAdapter } from "./adapter.ts";
import type { BinanceMarket } from "./api.ts";

/** What is checked. */
interface Checked {
  readonly market: BinanceMarket;
  readonly restUrl: string;
  readonly streamUrl: string;
  readonly symbols: readonly string[];
}

/** REST, clock and stream of Binance, or with `usdm` of its futures beside spot, which have a clock of their own. */
export function checkBinance(
  { market, restUrl, streamUrl, symbols }: Checked,
  probes: Probes,
  section: "binance" | "usdm" = "binance",
): Promise<Finding[]> {
  const adapter = binanceAdapter(market, section);
  const names = section === "usdm" ? { title: "Binance USD-M" } : { clockName: "Clock" };
  return checkStreaming({ adapter, restUrl, streamUrl, symbols, ...names }, probes);
}
