import { PageBoard } from "../../../lib/api/page/page_board.ts";
import type { PageSite } from "../../../lib/api/page/page_site.ts";
import type { Market } from "../../../lib/market/market.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { systemRandom } from "../../../lib/runtime/random.ts";
import { listenWeb, upgradeToSocket } from "../../../lib/runtime/web_server.ts";

/** The dashboard of a market on loopback, without an API. */
export class DashboardServer {
  private constructor(
    readonly port: number,
    readonly board: PageBoard,
    readonly close: () => Promise<void>,
  ) {}

  static async start(market: Market, site: PageSite, port = 0): Promise<DashboardServer> {
    const board = new PageBoard({
      market,
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
    });
    const listener = await listenWeb({ host: "127.0.0.1", port }, (request) => {
      if (new URL(request.url).pathname !== "/page") {
        return site.answer(request) ?? new Response("", { status: 404 });
      }
      const { socket, response } = upgradeToSocket(request);
      board.take(socket);
      return response;
    });
    return new DashboardServer(listener.port, board, async () => {
      await board.close();
      await listener.close();
    });
  }
}
