import { MarketError } from "../model/errors.ts";
import type { UpgradeToSocket } from "../runtime/web_server.ts";
import { assertUpgrade } from "./guard/assert_upgrade.ts";
import { indexPage } from "./index_page.ts";
import { PageBoard, type PageBoardParts } from "./page/page_board.ts";
import { type Bundle, PageSite } from "./page/page_site.ts";

/** What the dashboard needs. */
export interface DashboardOptions extends PageBoardParts {
  readonly bundle: Bundle;
  readonly upgrade: UpgradeToSocket;
  /** Given to the page, so that it can change things. @default none; the page asks for it */
  readonly token?: string;
}

/** The page at `/`, its files, and the socket at `/page` that feeds it. */
export interface Dashboard extends AsyncDisposable {
  /** Undefined for a request of something else. */
  answer(request: Request): Promise<Response | undefined>;
}

/** Begins to bundle the page; requests of it wait. Where it cannot be bundled, `/` is a page of links. */
export function openDashboard(options: DashboardOptions): Dashboard {
  const { bundle, upgrade, token, log } = options;
  const board = new PageBoard(options);
  const site = PageSite.make(bundle, token === undefined ? {} : { token }).catch((error) => {
    if (!(error instanceof MarketError)) throw error;
    log.warn("The page could not be made; the API is served without it", { error });
    return undefined;
  });
  site.catch(() => {});
  return {
    async answer(request) {
      if (new URL(request.url).pathname === "/page") return socketOf(request, board, upgrade);
      const made = await site;
      return made === undefined ? indexPage(request) : made.answer(request);
    },
    async [Symbol.asyncDispose]() {
      await board.close();
      // What is being bundled ends before the process does.
      await site.catch(() => {});
    },
  };
}

function socketOf(request: Request, board: PageBoard, upgrade: UpgradeToSocket): Response {
  assertUpgrade(request);
  const { socket, response } = upgrade(request);
  board.take(socket);
  return response;
}
