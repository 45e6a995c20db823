/** An API over a market whose minutes a test writes, on a free port. */
import { ApiServer, type ApiServerOptions } from "../../lib/api/api_server.ts";
import { parseConfig } from "../../lib/feeds/config.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { silentLog } from "../../lib/runtime/log.ts";
import { listenWeb, upgradeToSocket } from "../../lib/runtime/web_server.ts";
import { fakeMarket } from "../support/fake_market.ts";

export const TOKEN = "a-token-of-the-test";

/** Options that a test may choose; the rest is usual. */
export interface FixtureOptions extends Partial<ApiServerOptions> {
  readonly yaml?: string;
}

/** Serves a fake market while `body` runs. */
export async function withApi(
  body: (api: Awaited<ReturnType<typeof serveFake>>) => Promise<void>,
  options: FixtureOptions = {},
): Promise<void> {
  const api = await serveFake(options);
  try {
    await body(api);
  } finally {
    await api.end();
  }
}

async function serveFake({ yaml = "", ...options }: FixtureOptions) {
  const fake = fakeMarket();
  const served: { server?: ApiServer } = {};
  const listener = await listenWeb(
    { host: "127.0.0.1", port: 0 },
    (request, from) => served.server!.handle(request, from),
  );
  const { port } = listener;
  const server = served.server = new ApiServer({
    market: fake.market,
    config: parseConfig({ yaml }),
    store: undefined,
    clock: systemClock,
    log: silentLog,
    address: () => ({ host: "127.0.0.1", port }),
    token: TOKEN,
    upgrade: upgradeToSocket,
    ...options,
  });
  const root = `http://127.0.0.1:${port}`;
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${root}/api/v1${path}`, init);
    const text = await response.text();
    const type = response.headers.get("content-type") ?? "";
    return {
      response,
      status: response.status,
      body: type.includes("json") && text !== "" ? JSON.parse(text) : text,
    };
  };
  return {
    ...fake,
    server,
    root,
    base: `${root}/api/v1`,
    get,
    /** A change, with the token. */
    change(method: string, path: string, body?: unknown) {
      const init: RequestInit = {
        method,
        headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
      };
      return get(path, body === undefined ? init : { ...init, body: JSON.stringify(body) });
    },
    async end() {
      server.close();
      await fake.market.close();
      await listener.close();
    },
  };
}
