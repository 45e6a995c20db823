import type { Clock } from "../runtime/clock.ts";
import { type BinanceServer, startBinanceServer } from "./binance/server.ts";
import type { Truth } from "./truth.ts";
import { startTwsServer, type TwsServer } from "./tws/server.ts";
import { VenueTime } from "./venue_time.ts";

export interface EmbeddedVenuesOptions<T extends Truth> {
  readonly truth: T;
  readonly clock: Clock;
  /** Venue time at the start, epoch ms UTC. */
  readonly start: number;
  /** Venue seconds per local second. @default 1 */
  readonly speed?: number;
  /** Loopback address to listen on. @default "127.0.0.1" */
  readonly host?: string;
  /** Port of the TWS server; 0 takes a free one. @default 0 */
  readonly twsPort?: number;
  /** Port of the Binance server (REST and WebSocket); 0 takes a free one. @default 0 */
  readonly binancePort?: number;
}

/** Both simulated venues, listening, on one clock and one truth. */
export interface EmbeddedVenues<T extends Truth = Truth> {
  readonly truth: T;
  readonly time: VenueTime;
  readonly tws: TwsServer;
  readonly binance: BinanceServer;
  close(): Promise<void>;
}

/**
 * Starts the simulated IBKR and Binance venues on loopback. Any client of the real venues can be pointed
 * at them.
 *
 * @throws the system's error when a port is taken; nothing is left listening then.
 */
export async function startEmbeddedVenues<T extends Truth>(
  options: EmbeddedVenuesOptions<T>,
): Promise<EmbeddedVenues<T>> {
  const { truth, clock, start, speed = 1, host = "127.0.0.1" } = options;
  const time = new VenueTime({ clock, start, speed });
  const common = { truth, time, clock, host };
  const tws = await startTwsServer({ ...common, port: options.twsPort ?? 0 });
  try {
    const binance = await startBinanceServer({ ...common, port: options.binancePort ?? 0 });
    return {
      truth,
      time,
      tws,
      binance,
      async close() {
        await Promise.all([tws.close(), binance.close()]);
      },
    };
  } catch (error) {
    await tws.close();
    throw error;
  }
}
