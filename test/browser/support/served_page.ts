import type { Page } from "playwright-core";
import { Dashboard } from "../../../lib/api/dashboard.ts";
import { PageBoard } from "../../../lib/api/page/page_board.ts";
import { bundleForBrowser } from "../../../lib/runtime/bundle.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { systemRandom } from "../../../lib/runtime/random.ts";
import { upgradeToSocket } from "../../../lib/runtime/web_server.ts";
import { type FixtureOptions, TOKEN, withApi } from "../../api/api_fixture.ts";
import { startChromium } from "./chromium.ts";

/** The page in Chromium over the real API of a market whose minutes a test writes. @param hash of the address */
export async function withServedPage(
  hash: string,
  body: (page: Page, api: Parameters<Parameters<typeof withApi>[0]>[0]) => Promise<void>,
  options: FixtureOptions = {},
): Promise<void> {
  const dashboard = new Dashboard({
    bundle: bundleForBrowser,
    clock: systemClock,
    log: silentLog,
    upgrade: upgradeToSocket,
    opening: () => "",
    token: TOKEN,
  });
  const browser = await startChromium();
  try {
    await withApi(async (api) => {
      const { market, root } = api;
      dashboard.open(
        new PageBoard({ market, clock: systemClock, random: systemRandom, log: silentLog }),
      );
      const page = await browser.newPage();
      await page.goto(`${root}/${hash}`);
      await body(page, api);
      await dashboard.close();
    }, { ...options, others: (request) => dashboard.answer(request) });
  } finally {
    await browser.close();
    await dashboard.close();
  }
}
