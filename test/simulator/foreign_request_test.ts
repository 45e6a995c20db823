import assert from "node:assert/strict";
import { connect } from "node:net";
import { startEmbeddedVenues } from "../../lib/market/embedded_venues.ts";
import { HOUR } from "../../lib/model/time.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { DEFAULT_START, modelOpeningAt } from "../../lib/simulator/opening.ts";

interface Asked {
  readonly host?: string | undefined;
  readonly lines?: readonly string[];
}

/** The status that a server gives to a request, or to an upgrade, written by hand. */
function statusOf(
  port: number,
  target: string,
  { host = `127.0.0.1:${port}`, lines = [] }: Asked,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port });
    let text = "";
    socket.on("connect", () => {
      const head = [`GET ${target} HTTP/1.1`, ...(host === "" ? [] : [`Host: ${host}`]), ...lines];
      socket.write(`${head.join("\r\n")}\r\n\r\n`);
    });
    socket.on("data", (chunk: Uint8Array) => {
      text += new TextDecoder().decode(chunk);
      if (text.includes("\r\n\r\n")) socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? NaN)));
  });
}

const UPGRADE = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];

/** A request and an upgrade that each simulated venue of the web answers. */
const TARGETS: Readonly<Record<string, { readonly get: string; readonly stream: string }>> = {
  binance: { get: "/api/v3/ping", stream: "/stream?streams=btcusdt@kline_1m" },
  usdm: { get: "/fapi/v1/ping", stream: "/market/stream?streams=btcusdt@kline_1m" },
  coinbase: { get: "/time", stream: "/" },
  kraken: { get: "/0/public/Time", stream: "/v2" },
  deribit: { get: "/api/v2/public/get_time", stream: "/ws/api/v2" },
};

const FOREIGN_HOSTS = [
  "evil.example",
  "evil.example:9080",
  "127.0.0.1.evil.example",
  "localhost.evil.example:80",
  "evil.example:80, 127.0.0.1",
  "127.0.0.1@evil.example",
  "evil.example#127.0.0.1",
  "192.168.1.7:9080",
  "0.0.0.0:9080",
  "[fe80::1]:9080",
];

const FOREIGN_ORIGINS = [
  "https://evil.example",
  "http://127.0.0.1.evil.example:8888",
  "http://localhost@evil.example",
  "http://evil.example/http://localhost",
  "null",
  "file://",
  "chrome-extension://abcdefgh",
  "",
];

Deno.test("the simulated venues serve programs and pages of this machine, and nobody else's page", async () => {
  const embedded = await startEmbeddedVenues({
    truth: modelOpeningAt({ seed: 84, start: DEFAULT_START, backfillMs: HOUR }),
    clock: systemClock,
    start: DEFAULT_START,
  });
  try {
    const web = embedded.servers.filter(({ venue }) => venue !== "ibkr");
    assert.deepEqual(web.map(({ venue }) => venue), Object.keys(TARGETS));
    for (const { venue, port } of web) {
      const { get, stream } = TARGETS[venue]!;
      const both = async (asked: Asked) => [
        await statusOf(port, get, asked),
        await statusOf(port, stream, { ...asked, lines: [...UPGRADE, ...(asked.lines ?? [])] }),
      ];
      const served = async (asked: Asked) =>
        assert.deepEqual(await both(asked), [200, 101], `${venue} ${JSON.stringify(asked)}`);
      const refused = async (status: number, asked: Asked) =>
        assert.deepEqual(await both(asked), [status, status], `${venue} ${JSON.stringify(asked)}`);

      for (const name of ["127.0.0.1", "localhost", "LocalHost", "127.0.0.2", "[::1]"]) {
        await served({ host: `${name}:${port}` });
        await served({ lines: [`Origin: http://${name}:8888`, "Sec-Fetch-Site: same-site"] });
      }
      for (const host of FOREIGN_HOSTS) await refused(421, { host });
      for (const origin of FOREIGN_ORIGINS) {
        await refused(403, { lines: [`Origin: ${origin}`] });
      }
      // An image or a script of a page is asked for without an Origin.
      await refused(403, { lines: ["Sec-Fetch-Site: cross-site"] });
    }
  } finally {
    await embedded.close();
  }
});
