import { BusGauge } from "../bus/bus_gauge.ts";
import { connectBus } from "../bus/market_bus.ts";
import type { Config } from "../feeds/config.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { StoreOfMarket } from "../store/store_of.ts";

/** What measures the configured broker for the metrics of `serve`. */
export function busGauge(
  config: Config,
  { store, clock, folder, log }: {
    readonly store: StoreOfMarket | undefined;
    readonly clock: Clock;
    /** Of the configuration. */
    readonly folder: string;
    readonly log: Log;
  },
): BusGauge {
  return new BusGauge({
    connect: () => connectBus(config, { clock, log, name: "comove metrics", folder, forMs: 0 }),
    stream: config.bus.stream,
    store: async () => await store?.reader(),
    clock,
  });
}
