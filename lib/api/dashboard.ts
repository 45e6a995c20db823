import { MarketError } from "../model/errors.ts";
import type { Log } from "../runtime/log.ts";
import type { UpgradeToSocket } from "../runtime/web_server.ts";
import { assertUpgrade } from "./guard/assert_upgrade.ts";
import { indexPage } from "./index_page.ts";
import { PageBoard, type PageBoardParts } from "./page/page_board.ts";
import { type Bundle, PageSite } from "./page/page_site.ts";

/** What the page's files are made with. */
export interface DashboardSiteOptions {
  readonly bundle: Bundle;
  readonly log: Log;
  /** Given to the page, so that it can change things. @default none; the page asks for it */
  readonly token?: string;
}

/** The page's files, which are being made. Disposed of, what is being bundled has ended. */
export interface DashboardSite extends AsyncDisposable {
  /** Undefined where they cannot be made. */
  readonly made: Promise<PageSite | undefined>;
}

/** What the dashboard needs. */
export interface DashboardOptions extends PageBoardParts {
  readonly site: DashboardSite;
  readonly upgrade: UpgradeToSocket;
}

/** The page at `/`, its files, and the socket at `/page` that feeds it. */
export interface Dashboard extends AsyncDisposable {
  /** Undefined for a request of something else. */
  answer(request: Request): Promise<Response | undefined>;
}

/** Begins to bundle the page, which takes about as long as a market takes to open: both go on at a time. */
export function beginSite({ bundle, log, token }: DashboardSiteOptions): DashboardSite {
  const made = PageSite.make(bundle, token === undefined ? {} : { token }).catch((error) => {
    if (!(error instanceof MarketError)) throw error;
    log.warn("The page could not be made; the API is served without it", { error });
    return undefined;
  });
  const ended = made.then(() => {}, () => {});
  return { made, [Symbol.asyncDispose]: () => ended };
}

/** Requests of the page wait for its files. Where these cannot be made, `/` is a page of links. */
export function openDashboard(options: DashboardOptions): Dashboard {
  const { site, upgrade } = options;
  const board = new PageBoard(options);
  return {
    async answer(request) {
      if (new URL(request.url).pathname === "/page") return socketOf(request, board, upgrade);
      const made = await site.made;
      return made === undefined ? indexPage(request) : made.answer(request);
    },
    [Symbol.asyncDispose]: () => board.close(),
  };
}

function socketOf(request: Request, board: PageBoard, upgrade: UpgradeToSocket): Response {
  assertUpgrade(request);
  const { socket, response } = upgrade(request);
  board.take(socket);
  return response;
}
