/** Markets that publish to a broker, and markets of what is published. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { parseConfig } from "../../../lib/feeds/config.ts";
import type { EmbeddedVenues } from "../../../lib/market/embedded_venues.ts";
import type { Market } from "../../../lib/market/market.ts";
import { exportMarket } from "../../../lib/market/market_export.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import { systemFiles } from "../../../lib/runtime/files.ts";
import type { MarketModel } from "../../../lib/simulator/market_model.ts";
import { until } from "../../support/simulated_market.ts";
import { withTempFolder } from "../../support/temp_folder.ts";
import type { NatsServer } from "./nats_server.ts";

/** Venue seconds per second. */
export const SPEED = 60;

interface Ports {
  readonly onEvent?: Parameters<Market["onEvent"]>[0];
}

interface Publishing {
  /** That go on beside it. @default venues of its own */
  readonly venues?: EmbeddedVenues<MarketModel>;
  /** @default as the configuration has it */
  readonly waitingTrades?: number;
}

export function publishing(
  { url }: NatsServer,
  { venues, waitingTrades }: Publishing = {},
): Promise<Market> {
  const web = (port: number) => ({
    streamUrl: `ws://127.0.0.1:${port}`,
    restUrl: `http://127.0.0.1:${port}`,
    streamAlternatives: [],
    restAlternatives: [],
  });
  const config = parseConfig({
    overrides: {
      ...(venues === undefined ? { source: "simulated" } : {
        source: "live",
        ibkr: {
          host: "127.0.0.1",
          port: venues.tws.port,
          futures: [{ symbol: "ES", exchange: "CME" }],
        },
        binance: { ...web(venues.binance.port), symbols: ["BTCUSDT"] },
        deribit: { enabled: false },
      }),
      clock: { speed: SPEED },
      data: { backfillHours: 6, trades: true },
      bus: { kind: "nats", url, ...(waitingTrades === undefined ? {} : { waitingTrades }) },
    },
  });
  return openMarket({}, { config });
}

export function reading(
  { url }: NatsServer,
  ports: Ports = {},
  instruments: readonly string[] | null = null,
): Promise<Market> {
  const config = parseConfig({
    overrides: {
      source: "bus",
      data: { backfillHours: 12, trades: true },
      bus: { kind: "nats", url, instruments: instruments === null ? null : [...instruments] },
    },
  });
  return openMarket({}, { config, ...ports });
}

/** Stops the publisher's venues, so that both hold the same, and compares what they export. */
export async function assertSameBytes(publisher: Market, reader: Market): Promise<void> {
  for (const { venue } of publisher.status().venues) await publisher.stopVenue(venue);
  await until(
    () => reader.status().venues.every(({ state }) => state === "stopped"),
    5_000,
    "the reader hears that the venues were stopped",
  );
  // A publisher waits some seconds before it tries a broker again.
  const isSame = () =>
    publisher.instruments.every(({ id }) => publisher.bars(id).length === reader.bars(id).length);
  await until(isSame, 20_000, "the reader has all minutes");
  await pause(500);
  await withTempFolder(async (folder) => {
    const [there, here] = [join(folder, "there"), join(folder, "here")];
    // One of them may know that a minute more has passed, of which there is no bar.
    const to = Math.min(
      ...[publisher, reader].flatMap((market) =>
        market.instruments.map(({ id }) => market.coverage(id).to)
      ),
    );
    const options = { files: systemFiles, events: [], to };
    await exportMarket(publisher, there, options);
    await exportMarket(reader, here, options);
    const files = (await Array.fromAsync(Deno.readDir(there))).map(({ name }) => name);
    assert.ok(files.includes("correlation.csv") && files.length >= 8, `${files}`);
    for (const name of files) {
      // How often a minute came again differs.
      if (name === "coverage.json") continue;
      const [text, other] = await Promise.all(
        [there, here].map((dir) => Deno.readTextFile(join(dir, name))),
      );
      assert.equal(other, text, name);
    }
  });
}

export function isLive(market: Market): boolean {
  return market.status().state === "live";
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
