import assert from "node:assert/strict";
import { DAY, MINUTE } from "../../lib/model/time.ts";
import type { EmbeddedServer, EmbeddedVenue } from "../../lib/simulator/embedded_venue.ts";
import { createMarketModel, type MarketModel } from "../../lib/simulator/market_model.ts";
import type { PairStats } from "../../lib/simulator/pair_venue.ts";
import { SeededRandom } from "../../lib/simulator/seeded_random.ts";
import type { ListenVenue } from "../../lib/simulator/venue_socket.ts";
import { VenueTime } from "../../lib/simulator/venue_time.ts";
import { Network } from "../simulation/network.ts";
import { VirtualClock } from "../simulation/virtual_clock.ts";
import { WebNetwork } from "../simulation/web_network.ts";

type Server = EmbeddedServer & { stats(): PairStats };

/** A socket of a client. */
export interface Client {
  readonly texts: string[];
  /** What came, parsed. */
  readonly messages: () => Record<string, unknown>[];
  readonly ended: () => boolean;
  send(value: unknown): void;
}

/** A server of a venue of pairs on a simulated network, in virtual time. */
export interface PairStage {
  readonly server: Server;
  readonly truth: MarketModel;
  readonly time: VenueTime;
  get(path: string): Promise<{ status: number; headers: Record<string, string>; body: unknown }>;
  open(path: string): Promise<Client>;
  pass(ms: number): Promise<void>;
}

const START = Date.UTC(2025, 11, 3, 15, 0, 30);

export async function onPairStage(
  venue: EmbeddedVenue,
  body: (stage: PairStage) => Promise<void>,
  { tradesPerMinute = 4 }: { readonly tradesPerMinute?: number } = {},
): Promise<void> {
  const clock = new VirtualClock(Date.UTC(2031, 0, 1));
  const time = new VenueTime({ clock: clock.of("world"), start: START });
  const network = new Network(clock, new SeededRandom(5, "pairs"));
  const web = new WebNetwork(network, clock.of("client"), () => {});
  const truth = createMarketModel({ seed: 5, from: START - DAY, tradesPerMinute });
  const options = { truth, time, clock: clock.of("world"), host: "127.0.0.1", port: 0 };
  const listening = { ...options, tickMs: 100, listen: web.listen as ListenVenue };
  const server = await venue.start(listening) as Server;
  try {
    await body({
      server,
      truth,
      time,
      pass: (ms) => clock.run(clock.now + ms),
      async get(path) {
        const { status, headers, text } = await clock.during(
          web.httpGet(`http://rest.simulated${path}`, { timeoutMs: 5_000 }),
          MINUTE,
        );
        const isJson = text.startsWith("{") || text.startsWith("[");
        return { status, headers: { ...headers }, body: isJson ? JSON.parse(text) : text };
      },
      async open(path) {
        const texts: string[] = [];
        let isOpen = false, hasEnded = false;
        const socket = web.openSocket(`ws://stream.simulated${path}`, {
          onOpen: () => void (isOpen = true),
          onText: (text) => void texts.push(text),
          onEnd: () => void (hasEnded = true),
        });
        await clock.run(clock.now + 1_000);
        assert.ok(isOpen || hasEnded, "the socket neither opened nor ended");
        return {
          texts,
          messages: () => texts.map((text) => JSON.parse(text)),
          ended: () => hasEnded,
          send: (value) => socket.send(typeof value === "string" ? value : JSON.stringify(value)),
        };
      },
    });
  } finally {
    await clock.during(server.close(), MINUTE);
  }
}
