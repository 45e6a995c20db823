/** An API over the simulated market and a real SQLite file, as `serve` makes it. */
import { ApiServer } from "../../lib/api/api_server.ts";
import { type ConfigOverrides, parseConfig } from "../../lib/feeds/config.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { listenWeb, upgradeToSocket } from "../../lib/runtime/web_server.ts";
import { storeOf } from "../../lib/store/store_of.ts";
import { TOKEN } from "./api_fixture.ts";

/** Opens market and server; `end` closes both, after which the file may be opened again. */
export async function serveStored(overrides: ConfigOverrides) {
  const config = parseConfig({ overrides: { source: "simulated", ...overrides } });
  const market = await openMarket({}, { config });
  const served: { server?: ApiServer } = {};
  const listener = await listenWeb(
    { host: "127.0.0.1", port: 0 },
    (request, from) => served.server!.handle(request, from),
  );
  const { port } = listener;
  const server = served.server = new ApiServer({
    market,
    config,
    store: storeOf(market),
    clock: systemClock,
    log: silentLog,
    address: () => ({ host: "127.0.0.1", port }),
    token: TOKEN,
    upgrade: upgradeToSocket,
  });
  let isOver = false;
  const base = `http://127.0.0.1:${port}/api/v1`;
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${base}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") && text !== "";
    return { response, status: response.status, body: isJson ? JSON.parse(text) : text };
  };
  return {
    market,
    server,
    base,
    get: ask,
    change: (method: string, path: string, body?: unknown, type = "application/json") =>
      ask(path, {
        method,
        headers: { authorization: `Bearer ${TOKEN}`, "content-type": type },
        ...(body === undefined
          ? {}
          : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      }),
    /** Safe to call twice. */
    async end() {
      if (isOver) return;
      isOver = true;
      server.close();
      await listener.close();
      await market.close();
    },
  };
}
