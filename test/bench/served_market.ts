import { ApiServer } from "../../lib/api/api_server.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import type { Market } from "../../lib/market/market.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { listenWeb, upgradeToSocket, type WebHandler } from "../../lib/runtime/web_server.ts";

/** A handler made of our API; it may stand between a request and the server. */
export type Answering = (server: ApiServer) => WebHandler;

/** Our API over a market at a free port of loopback. */
export async function serveMarket(
  market: Market,
  answering: Answering = (server) => server.handle,
) {
  const listener = await listenWeb(
    { host: "127.0.0.1", port: 0 },
    (request, from) => handle(request, from),
  );
  const server = new ApiServer({
    market,
    config: parseConfig(),
    store: undefined,
    clock: systemClock,
    log: silentLog,
    address: () => ({ host: "127.0.0.1", port: listener.port }),
    token: "a-token-of-the-bench",
    upgrade: upgradeToSocket,
  });
  const handle = answering(server);
  return {
    server,
    port: listener.port,
    async close(): Promise<void> {
      server.close();
      await listener.close();
    },
  };
}
