import { MarketError } from "../model/errors.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Log } from "../runtime/log.ts";
import type { UpgradeToSocket } from "../runtime/web_server.ts";
import { assertUpgrade } from "./guard/assert_upgrade.ts";
import { indexPage } from "./index_page.ts";
import type { PageBoard } from "./page/page_board.ts";
import { type Bundle, PageSite } from "./page/page_site.ts";
import { WaitingRoom } from "./page/waiting_room.ts";

/** What the dashboard needs before there is a market. */
export interface DashboardOptions {
  readonly bundle: Bundle;
  readonly clock: Clock;
  readonly log: Log;
  readonly upgrade: UpgradeToSocket;
  /** How the opening of the market goes, in a sentence. */
  readonly opening: () => string;
  /** Given to the page, so that it can change things. @default none; the page asks for it */
  readonly token?: string;
}

/**
 * The page at `/`, its files, and the socket at `/page` that feeds it. It answers from its first moment on, as bundling the
 * page and opening a market take seconds: pages that are there before the market wait, and say so.
 */
export class Dashboard implements AsyncDisposable {
  readonly #options: DashboardOptions;
  /** Undefined where the page cannot be made. */
  readonly #site: Promise<PageSite | undefined>;
  readonly #room: WaitingRoom;
  #board: PageBoard | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: DashboardOptions) {
    this.#options = options;
    const { bundle, clock, log, token, opening } = options;
    this.#room = new WaitingRoom(clock, opening);
    this.#site = PageSite.make(bundle, token === undefined ? {} : { token }).catch((error) => {
      if (!(error instanceof MarketError)) throw error;
      log.warn("The page could not be made; the API is served without it", { error });
      return undefined;
    });
    // Who never asks for the page is not to be ended by it.
    this.#site.catch(() => {});
  }

  /** The market is there: the board feeds all pages from now on, also those that wait. */
  open(board: PageBoard): void {
    this.#board = board;
    this.#room.leave((socket) => board.take(socket));
  }

  /** Undefined for a request of something else. Where the page cannot be made, `/` is a page of links. */
  async answer(request: Request): Promise<Response | undefined> {
    if (new URL(request.url).pathname === "/page") return this.#socket(request);
    const site = await this.#site;
    return site === undefined ? indexPage(request) : site.answer(request);
  }

  #socket(request: Request): Response {
    assertUpgrade(request);
    const { socket, response } = this.#options.upgrade(request);
    if (this.#board === undefined) this.#room.take(socket);
    else this.#board.take(socket);
    return response;
  }

  /** Resolves when no page is fed any more and nothing is being bundled. Safe to call twice. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#room.leave((socket) => socket.close(1001, "the server stops"));
    await Promise.all([this.#board?.close(), this.#site.catch(() => {})]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
