/** Each failure a newcomer can run into says its own sentence within ten seconds, and nothing hangs. */
import assert from "node:assert/strict";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { DAY } from "../../lib/model/time.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { startBinanceServer } from "../../lib/simulator/binance/server.ts";
import { createMarketModel } from "../../lib/simulator/market_model.ts";
import type { Truth } from "../../lib/simulator/truth.ts";
import { startTwsServer } from "../../lib/simulator/tws/server.ts";
import { VenueTime } from "../../lib/simulator/venue_time.ts";
import { startCommand } from "../support/command.ts";

const START = Date.UTC(2025, 11, 3, 15, 0);
const WITHIN_MS = 10_000;
const truth = createMarketModel({ seed: 3, from: START - 2 * DAY });

interface Scenario {
  readonly ibkr?: string;
  readonly binance?: string;
  readonly says: RegExp;
  /** Exit code when the process must end by itself; undefined when it must go on trying. */
  readonly exits?: number;
}

/** Starts `stream`, waits for the sentence, and checks that it ends or goes on as it should. */
async function expectFailure(scenario: Scenario): Promise<void> {
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  const parts = ["source: live", "data: { backfillHours: 1 }"];
  if (scenario.ibkr !== undefined) parts.push(`ibkr: ${scenario.ibkr}`);
  if (scenario.binance !== undefined) parts.push(`binance: ${scenario.binance}`);
  await Deno.writeTextFile(file, parts.join("\n"));
  const command = startCommand("stream", ["--config", file]);
  try {
    await command.until(scenario.says, WITHIN_MS);
    if (scenario.exits !== undefined) {
      const code = await Promise.race([
        command.exit,
        new Promise<string>((resolve) => setTimeout(() => resolve("still running"), WITHIN_MS)),
      ]);
      assert.equal(code, scenario.exits);
    } else {
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(await command.stop(), 0, "Ctrl-C must end it cleanly");
    }
  } finally {
    await command.stop();
    await Deno.remove(file);
  }
}

/** No Binance symbols: only the IBKR side is under test. */
const NO_BINANCE = "{ symbols: [] }";
const NO_IBKR = "{ futures: [] }";

/** A simulated venue for the length of `body`, which gets its port. */
async function withVenue<Options>(
  start: (setup: VenueSetup & { options?: Options }) => Promise<Venue>,
  options: Options | undefined,
  body: (port: number) => Promise<void>,
  served: Truth = truth,
): Promise<void> {
  const time = new VenueTime({ clock: systemClock, start: START });
  const setup = { truth: served, time, clock: systemClock };
  const venue = await start(options === undefined ? setup : { ...setup, options });
  try {
    await body(venue.port);
  } finally {
    await venue.close();
  }
}

/** The simulated market without the contracts of a root that Comove knows. */
function withoutRoot(root: string): Truth {
  return new Proxy<Truth>(truth, {
    get(market, name) {
      if (name === "listings") {
        return (at: number) => market.listings(at).filter((listing) => listing.root !== root);
      }
      const value: unknown = Reflect.get(market, name, market);
      return typeof value === "function" ? value.bind(market) : value;
    },
  });
}

interface VenueSetup {
  readonly truth: Truth;
  readonly time: VenueTime;
  readonly clock: typeof systemClock;
}

interface Venue {
  readonly port: number;
  close(): Promise<void>;
}

async function withServer(server: Server, body: (port: number) => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  try {
    await body((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A port nobody listens on. */
async function freePort(): Promise<number> {
  let port = 0;
  await withServer(createServer(), (taken) => Promise.resolve(void (port = taken)));
  return port;
}

Deno.test("stream says that IB Gateway refused, what to check, and goes on trying", async () => {
  const port = await freePort();
  await expectFailure({
    ibkr: `{ port: ${port} }`,
    binance: NO_BINANCE,
    says: new RegExp(
      `IB Gateway refused 127.0.0.1:${port}.*Configuration, API, Settings.*4002.*7497`,
    ),
  });
});

Deno.test("stream says that a web server on the Gateway's port is not TWS, and ends", async () => {
  const web = createHttpServer((_, response) => response.end("<html>hello</html>"));
  await withServer(web, (port) =>
    expectFailure({
      ibkr: `{ port: ${port} }`,
      binance: NO_BINANCE,
      says: /not as TWS/,
      exits: 1,
    }));
});

Deno.test("stream says that a port accepts and never answers, and goes on trying", async () => {
  await withServer(createServer(() => {}), (port) =>
    expectFailure({
      ibkr: `{ port: ${port} }`,
      binance: NO_BINANCE,
      says: /took the connection and has said nothing/,
    }));
});

Deno.test("stream says that the client id is taken and recovers with another", async () => {
  await withVenue(startTwsServer, undefined, async (port) => {
    const ibkr = `{ port: ${port}, clientId: 55 }`;
    const file = await Deno.makeTempFile({ suffix: ".yaml" });
    await Deno.writeTextFile(
      file,
      `source: live\ndata: { backfillHours: 1 }\nibkr: ${ibkr}\nbinance: ${NO_BINANCE}`,
    );
    const first = startCommand("stream", ["--config", file]);
    try {
      await first.until(/→ live/, WITHIN_MS);
      await expectFailure({ ibkr, binance: NO_BINANCE, says: /client id 55 .*in use/i });
    } finally {
      await first.stop();
      await Deno.remove(file);
    }
  });
});

Deno.test("stream says that market-data permission is missing, and ends", async () => {
  await withVenue(
    startTwsServer,
    { permissions: { ES: "none", NQ: "none" } },
    (port) =>
      expectFailure({
        ibkr: `{ port: ${port} }`,
        binance: NO_BINANCE,
        says: /no live market-data permission for (ES|NQ)/,
        exits: 1,
      }),
  );
});

Deno.test("stream refuses a future that the table of products does not know, by name", async () => {
  await withVenue(startTwsServer, undefined, (port) =>
    expectFailure({
      ibkr: `{ port: ${port}, futures: [{ symbol: XQ, exchange: CME }] }`,
      binance: NO_BINANCE,
      says: /XQ/,
      exits: 2,
    }));
});

Deno.test("stream says that IBKR does not list a future, and ends", async () => {
  await withVenue(startTwsServer, undefined, (port) =>
    expectFailure({
      ibkr: `{ port: ${port}, futures: [{ symbol: RTY, exchange: CME }] }`,
      binance: NO_BINANCE,
      says: /RTY/,
      exits: 1,
    }), withoutRoot("RTY"));
});

Deno.test("stream says that Binance does not know a symbol, and ends", async () => {
  await withVenue(startBinanceServer, undefined, (port) =>
    expectFailure({
      ibkr: NO_IBKR,
      binance:
        `{ streamUrl: "ws://127.0.0.1:${port}", restUrl: "http://127.0.0.1:${port}", symbols: [NOSUCH] }`,
      says: /Binance does not know.*NOSUCH/,
      exits: 1,
    }));
});

Deno.test("stream explains a geo-block once, and ends", async () => {
  await withVenue(startBinanceServer, { geoBlocked: true }, (port) =>
    expectFailure({
      ibkr: NO_IBKR,
      binance: `{ streamUrl: "ws://127.0.0.1:${port}", restUrl: "http://127.0.0.1:${port}" }`,
      says: /451/,
      exits: 1,
    }));
});

Deno.test("stream says that the Binance host cannot be found, and goes on trying", async () => {
  await expectFailure({
    ibkr: NO_IBKR,
    binance: `{ streamUrl: "wss://no-such-host.invalid", restUrl: "https://no-such-host.invalid" }`,
    says: /no-such-host\.invalid/,
  });
});

Deno.test("stream names an unknown configuration key and what was meant, and ends", async () => {
  await expectFailure({ ibkr: "{ prot: 4002 }", says: /ibkr\.prot.*ibkr\.port/, exits: 2 });
});
