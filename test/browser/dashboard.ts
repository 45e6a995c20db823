/**
 * The dashboard in a real browser, over the embedded market: every view drawn, at three widths and in both themes, with
 * no request to elsewhere; folding, pausing, keys and addresses; a server that goes away and comes back.
 * Not part of `deno task test`: `deno test -A test/browser/dashboard.ts`. `SCREENSHOTS` names a folder for pictures.
 */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { PageSite } from "../../lib/api/page/page_site.ts";
import { pictureRoom } from "../../lib/api/page/picture_room.ts";
import { PAGE_VIEWS } from "../../lib/api/page/page_views.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { bundleForBrowser } from "../../lib/runtime/bundle.ts";
import { goToHash, hashOf } from "./support/address.ts";
import { startChromium } from "./support/chromium.ts";
import { DashboardServer } from "./support/dashboard_server.ts";
import { cutParts, seriousFindings, smallTexts } from "./support/look.ts";
import { pageTime } from "./support/page_time.ts";

const WIDTHS = [1_300, 700, 390];
/** What the page may weigh as it travels. */
const MOST_BYTES = 250_000;
/** A lost server is shown within. */
const LOST_MS = 2_000;

const TOKEN = "a-token-of-the-test";
const site = await PageSite.make(bundleForBrowser, { token: TOKEN });

/** A page that notes what goes wrong in it, and what it asks for. */
async function pageOf(browser: Browser, address: string) {
  const page = await browser.newPage();
  const wrong: string[] = [], elsewhere: string[] = [];
  page.on("pageerror", (error) => wrong.push(`${error}`));
  page.on("console", (message) => {
    if (message.type() === "error") wrong.push(message.text());
  });
  page.on("request", (request) => {
    const { host, protocol } = new URL(request.url());
    if (host !== new URL(address).host && protocol !== "data:") elsewhere.push(request.url());
  });
  await page.goto(address);
  return { page, wrong, elsewhere };
}

const filled = () => {
  const cards = [...document.querySelectorAll<HTMLElement>(".card")];
  const charts = [...document.querySelectorAll<HTMLElement>("[data-setting]")];
  return cards.length > 0 && cards.every((card) => "filled" in card.dataset) &&
    charts.every((chart) => chart.dataset.ready === "true") &&
    !/computing|drawing/.test(document.querySelector("main")!.textContent!);
};

/** Waits until the server has drawn what it draws for a window so wide. */
async function fitted(page: Page): Promise<void> {
  const place = await page.locator("#panels").evaluate(({ clientWidth }) => clientWidth);
  await page.locator(`#panels[data-width="${pictureRoom(place) ?? ""}"]`).waitFor();
  await page.waitForFunction(filled, undefined, { timeout: 40_000 });
}

/** Pictures that do not fit into their panel, and panels of which a part is out of sight. */
function widePictures(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = [...document.querySelectorAll<HTMLElement>(".slots img")].filter((image) =>
      image.getBoundingClientRect().right >
        image.closest(".slots")!.getBoundingClientRect().right + 1
    );
    const cut = [...document.querySelectorAll<HTMLElement>("#panels .slots, #forms .form")].filter(
      ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth,
    );
    return [...wide, ...cut].map((one) =>
      `${one.closest<HTMLElement>(".card")!.dataset.panel}: ${one.scrollWidth} px of ${one.tagName}`
    );
  });
}

/** Words of a picture that begin or end outside of it. */
function cutWords(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const place = document.createElement("div");
    place.style.cssText = "position:absolute;left:0;top:0;visibility:hidden";
    document.body.append(place);
    const cut = [...document.querySelectorAll<HTMLImageElement>(".slots img")].flatMap((image) => {
      const bytes = Uint8Array.from(atob(image.src.split(",")[1]!), (sign) => sign.charCodeAt(0));
      place.innerHTML = new TextDecoder().decode(bytes);
      const { left, right } = place.querySelector("svg")!.getBoundingClientRect();
      return [...place.querySelectorAll("text")].filter((text) => {
        const words = text.getBoundingClientRect();
        return words.width > 0 && (words.left < left - 1 || words.right > right + 1);
      }).map((text) =>
        `${image.closest<HTMLElement>(".card")!.dataset.panel}: ${text.textContent}`
      );
    });
    place.remove();
    return cut;
  });
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("SCREENSHOTS");
  if (folder !== undefined) {
    await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  }
}

Deno.test("the dashboard in a browser", async (t) => {
  const market = await openMarket({
    source: "simulated",
    simulatedSpeed: 30,
    data: { backfillHours: 48, trades: true },
  });
  let server = await DashboardServer.start(market, site);
  const browser = await startChromium();
  try {
    const address = `http://127.0.0.1:${server.port}/`;
    const { page, wrong, elsewhere } = await pageOf(browser, address);

    await t.step("weighs little, and has a first picture soon", async () => {
      assert.ok(site.packedBytes <= MOST_BYTES, `${site.packedBytes} bytes`);
      await page.waitForFunction(filled, undefined, { timeout: 20_000 });
      assert.equal(await page.locator("#source").textContent(), "simulated");
      await page.getByText("● live").first().waitFor({ timeout: 5_000 });
    });

    for (const { name, panels } of PAGE_VIEWS) {
      await t.step(`${name}: drawn at three widths, in both themes`, async () => {
        await page.setViewportSize({ width: WIDTHS[0]!, height: 900 });
        await goToHash(page, `#view=${name}&days=1`);
        await page.waitForFunction((count) => {
          return document.querySelectorAll("#panels .card").length === count;
        }, panels.length);
        await page.waitForFunction(filled, undefined, { timeout: 40_000 });
        assert.deepEqual(await page.locator(".fault:visible").allTextContents(), []);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          await pageTime(page, 300);
          const cut = [
            ...await cutParts(page, ".slots"),
            ...await widePictures(page),
            ...await cutWords(page),
          ];
          assert.deepEqual([...cut, ...await smallTexts(page, "body", 11)], [], `${width} px`);
          await picture(page, `dashboard-${name}-${width}`);
        }
        for (const theme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme: theme });
          assert.deepEqual(await seriousFindings(page, "body"), [], theme);
          await picture(page, `dashboard-${name}-${theme}`);
        }
      });
    }

    await t.step(
      "on a phone a table keeps its names in sight, and says when more can be scrolled to",
      async () => {
        await page.setViewportSize({ width: 390, height: 900 });
        await page.evaluate(() => location.hash = "#view=correlation");
        await page.waitForFunction(filled, undefined, { timeout: 20_000 });
        // In one turn: the table is put anew with each minute.
        const places = await page.evaluate(() => {
          const box = document.querySelector(".card[data-panel=table] .slots [tabindex='0']")!;
          box.scrollLeft = box.scrollWidth;
          const name = box.querySelector("tr:nth-child(2) > td")!.getBoundingClientRect();
          const { left } = box.getBoundingClientRect();
          const hint = box.nextElementSibling!.getBoundingClientRect().height;
          return { scrolled: box.scrollLeft, apart: name.left - left, width: name.width, hint };
        });
        assert.ok(places.scrolled > 0 && places.hint > 6, JSON.stringify(places));
        assert.ok(Math.abs(places.apart) < 1 && places.width < 160, JSON.stringify(places));
        await page.setViewportSize({ width: WIDTHS[0]!, height: 900 });
        await fitted(page);
        const hint = await page.evaluate(() =>
          document.querySelector(".card[data-panel=table] .slots [tabindex='0'] + [aria-hidden]")!
            .getBoundingClientRect().height
        );
        assert.equal(hint, 0);
      },
    );

    await t.step("a row of the screener opens its pair, and the way back leads to it", async () => {
      await goToHash(page, "#view=screener");
      await page.waitForFunction(filled, undefined, { timeout: 40_000 });
      const row = page.locator("comove-screener tr[data-pair]").nth(1);
      const pair = await row.getAttribute("data-pair");
      await row.click();
      const { view, ...others } = Object.fromEntries(
        new URLSearchParams((await hashOf(page)).slice(1)),
      );
      assert.equal(view, "pair");
      assert.ok([pair, pair!.split("/").reverse().join("/")].includes(others.pair ?? ""));
      assert.equal(await page.locator("#pair").inputValue(), others.pair);
      // At once: ten seconds after its last reader the server ends a panel, and what was chosen in it is forgotten.
      await page.goBack();
      await page.waitForSelector("comove-screener tr[data-pair][aria-selected=true]");
      await page.locator("comove-screener tr[data-pair]").first().press("Enter");
      assert.match(await hashOf(page), /view=pair/);
      await page.waitForSelector(".card[data-panel=spread][data-filled]");
      assert.deepEqual(await page.locator(".fault:visible").allTextContents(), []);
    });

    await t.step(
      "rules are rehearsed and armed, instruments followed, by requests with the token",
      async () => {
        const asked: string[] = [];
        await page.route("**/api/v1/**", (route) => {
          const request = route.request();
          const { pathname } = new URL(request.url());
          const key = request.headers()["authorization"] ?? "no token";
          asked.push([request.method(), pathname, key, request.postData() ?? ""].join(" "));
          const isBad = pathname.endsWith("/NOPE");
          return route.fulfill({
            status: isBad ? 404 : 200,
            contentType: isBad ? "application/problem+json" : "application/json",
            body: JSON.stringify(
              isBad ? { title: "Not found", detail: "No venue has NOPE." } : { rules: [] },
            ),
          });
        });
        await goToHash(page, "#view=alerts");
        const rules = page.locator("[data-form=rules]");
        for (
          const [name, value] of [["name", "apart"], ["of", "BTCUSDT/ES"], ["fire", "below 0.9"], [
            "window",
            "40",
          ]]
        ) {
          await rules.locator(`[name=${name}]`).fill(value!);
        }
        await rules.locator("[name=metric]").selectOption("correlation");
        await rules.getByText("Rehearse on the past").click();
        await page.getByText(/apart.*correlation|below 0.9/).first().waitFor({ timeout: 10_000 });
        assert.deepEqual(await page.locator(".fault:visible").allTextContents(), []);
        await rules.getByText("Arm", { exact: true }).click();
        await rules.getByText("apart is armed.").waitFor();
        await goToHash(page, "#view=health");
        const instruments = page.locator("[data-form=instruments]");
        await instruments.locator("[name=id]").fill("NOPE");
        await instruments.getByText("Follow", { exact: true }).click();
        await instruments.getByText("No venue has NOPE.").waitFor();
        await instruments.locator("[data-id=NQ] button").click();
        await instruments.getByText("NQ is followed no more.").waitFor();
        const rule =
          '{"name":"apart","metric":"correlation","of":"BTCUSDT/ES","fire":"below 0.9","window":40,"during":"always","severity":"minor"}';
        assert.deepEqual(asked.filter((one) => !one.startsWith("GET")), [
          `PUT /api/v1/rules/apart Bearer ${TOKEN} ${rule}`,
          `PUT /api/v1/instruments/NOPE Bearer ${TOKEN} {}`,
          `DELETE /api/v1/instruments/NQ Bearer ${TOKEN} `,
        ]);
        const files = page.locator("[data-form=files]");
        await files.locator("[name=of]").selectOption("NQ");
        const download = page.waitForEvent("download");
        await files.getByText("Download").click();
        await (await download).delete();
        assert.ok(asked.some((one) => one.startsWith("GET /api/v1/exports/bars ")), `${asked}`);
        await page.unroute("**/api/v1/**");
        wrong.splice(0);
      },
    );

    await t.step("a venue is stopped and started by keys, and says so", async () => {
      await page.route("**/api/v1/venues/**", async (route) => {
        const { running } = route.request().postDataJSON();
        if (running) market.startVenue("binance");
        else await market.stopVenue("binance");
        return route.fulfill({ status: 200, contentType: "application/json", body: "{}" });
      });
      await goToHash(page, "#view=health");
      await page.getByRole("button", { name: "Stop Binance", exact: true }).press("Enter");
      await page.getByText("Binance is stopped.", { exact: true }).waitFor();
      const start = page.getByRole("button", { name: "Start Binance", exact: true });
      await start.waitFor();
      await page.getByText("Binance is stopped by the user.").first().waitFor();
      await picture(page, "venue-stopped");
      // The button that takes its place has the focus of the one that was pressed.
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Stop Binance", exact: true }).waitFor();
      await page.unroute("**/api/v1/venues/**");
      await page.locator("#market", { hasText: /^All (open )?streams deliver/ }).waitFor();
      assert.deepEqual(await page.locator(".fault:visible").allTextContents(), []);
    });

    await t.step("a panel that is folded away stays so, and nothing draws it", async () => {
      await goToHash(page, "#view=log");
      await page.waitForSelector(".card[data-panel=journal][data-filled]");
      await page.locator(".card[data-panel=journal] summary").click();
      // The click is received in a later turn, and its result is kept then.
      await page.waitForSelector(".card[data-panel=journal]:not([open])");
      await page.waitForFunction(() =>
        localStorage.getItem("comove-page")?.includes('"journal"') === true
      );
      await page.reload();
      await page.waitForSelector(".card[data-panel=journal]:not([open])");
      await page.locator(".card[data-panel=journal] summary").click();
      await page.waitForSelector(".card[data-panel=journal][open][data-filled]");
    });

    await t.step("a panel that is moved stays there, and another view as it was", async () => {
      await goToHash(page, "#view=correlation");
      await page.waitForFunction(filled, undefined, { timeout: 20_000 });
      const names = () =>
        page.locator("#panels .card").evaluateAll((cards) =>
          cards.map((card) => (card as HTMLElement).dataset.panel)
        );
      assert.deepEqual(await names(), ["table", "lines", "explorer", "ratio"]);
      await page.getByLabel("Move Over the last day up").press("Enter");
      await page.getByLabel("Move Ratio down").click();
      const wanted = ["lines", "table", "explorer", "ratio"];
      assert.deepEqual(await names(), wanted);
      await page.waitForFunction(filled, undefined, { timeout: 20_000 });
      await picture(page, "dashboard-moved");
      await page.reload();
      await page.waitForFunction(filled, undefined, { timeout: 20_000 });
      assert.deepEqual(await names(), wanted);
      await goToHash(page, "#view=evidence");
      await page.waitForSelector(".card[data-panel=path]");
      assert.equal((await names())[0], "path");
    });

    await t.step(
      "a panel has the width that its edge was given, also later, and all of a phone",
      async () => {
        await goToHash(page, "#view=correlation");
        await page.waitForFunction(filled, undefined, { timeout: 20_000 });
        const card = (name: string) => page.locator(`#panels .card[data-panel=${name}]`);
        const widthOf = async (name: string) => (await card(name).boundingBox())!.width;
        const whole = await widthOf("lines");
        const edge = page.getByRole("separator", { name: "Width of Over the last day" });
        await edge.focus();
        for (let i = 0; i < 10; i++) await page.keyboard.press("ArrowLeft");
        assert.equal(await edge.getAttribute("aria-valuenow"), "50");
        assert.ok(Math.abs(await widthOf("lines") - (whole / 2 - 16)) < 2);
        const other = page.getByRole("separator", { name: "Width of By timeframe" });
        const box = (await other.boundingBox())!;
        await page.mouse.move(box.x + 4, box.y + 20);
        await page.mouse.down();
        await page.mouse.move(box.x - whole / 2, box.y + 20, { steps: 5 });
        await page.mouse.up();
        const dragged = await widthOf("table");
        assert.ok(dragged > 0.4 * whole && dragged < 0.55 * whole, `${dragged} of ${whole}`);
        await pageTime(page, 500);
        await picture(page, "dashboard-narrow");
        await page.reload();
        await page.waitForFunction(filled, undefined, { timeout: 20_000 });
        assert.ok(Math.abs(await widthOf("lines") - (whole / 2 - 16)) < 2, "it is remembered");
        const size = page.viewportSize()!;
        await page.setViewportSize({ width: 390, height: 800 });
        assert.equal(await edge.isVisible(), false);
        const rest = await card("lines").evaluate((one) =>
          one.parentElement!.clientWidth - one.clientWidth
        );
        assert.equal(rest, 0, "a phone shows one beneath the other");
        await page.setViewportSize(size);
        await edge.dblclick();
        await other.press("End");
        assert.ok(
          Math.abs(await widthOf("lines") - whole) < 1 && await widthOf("table") > whole - 1,
        );
      },
    );

    await t.step("the error of one chart stays in it, and the others go on", async () => {
      await goToHash(page, "#view=market");
      await page.waitForFunction(filled, undefined, { timeout: 20_000 });
      // A packet that the chart cannot take. What it says is read in the same turn: the next packet mends it.
      const trouble = await page.evaluate(() => {
        const chart = document.querySelector<HTMLElement>(
          ".card[data-panel=charts] [data-setting]",
        )!;
        const feed = document.createElement("comove-feed");
        feed.dataset.id = chart.dataset.id;
        feed.dataset.packet = JSON.stringify({ charts: 7 });
        document.body.append(feed);
        return chart.shadowRoot!.textContent;
      });
      assert.match(trouble ?? "", /This chart could not be drawn here/);
      const header = page.locator(".card[data-panel=header] .slots");
      const before = await header.innerText();
      await page.waitForFunction(
        (text) =>
          document.querySelector<HTMLElement>(".card[data-panel=header] .slots")!.innerText !==
            text,
        before,
        { timeout: 5_000 },
      );
      assert.deepEqual(wrong, []);
      // The next full picture mends it.
      await page.reload();
      await page.waitForFunction(filled, undefined, { timeout: 20_000 });
    });

    await t.step("paused, nothing moves; it goes on with what is newest", async () => {
      await goToHash(page, "#view=market");
      await page.waitForFunction(filled, undefined, { timeout: 20_000 });
      const header = page.locator(".card[data-panel=header] .slots");
      await page.locator("#pause").click();
      const before = await header.innerText();
      await pageTime(page, 1_500);
      assert.equal(await header.innerText(), before);
      await page.locator("#pause").click();
      await page.waitForFunction(filled, undefined, { timeout: 20_000 });
      assert.notEqual(await header.innerText(), before);
    });

    await t.step("a server that hangs is shown within two seconds, and found again", async () => {
      const other = await browser.newPage();
      let hangs = false;
      await other.routeWebSocket(/\/page$/, (socket) => {
        const upstream = socket.connectToServer();
        socket.onMessage((text) => upstream.send(text));
        upstream.onMessage((text) => {
          if (!hangs) socket.send(text);
        });
      });
      await other.goto(address);
      await other.waitForFunction(filled, undefined, { timeout: 20_000 });
      hangs = true;
      // In the page's own time: this process may be busy.
      const tookMs = await other.evaluate(() =>
        new Promise<number>((resolve) => {
          const since = performance.now();
          const look = () => {
            if (document.body.classList.contains("lost")) resolve(performance.now() - since);
            else setTimeout(look, 20);
          };
          look();
        })
      );
      assert.ok(tookMs <= LOST_MS, `${tookMs} ms`);
      hangs = false;
      await other.waitForSelector("body:not(.lost)", { timeout: 10_000 });
      await other.close();
    });

    await t.step("a server that is away is shown at once, and found again", async () => {
      const { port } = server;
      wrong.splice(0);
      const since = performance.now();
      await server.close();
      await page.waitForSelector("body.lost", { timeout: LOST_MS });
      assert.ok(performance.now() - since < LOST_MS + 1_000);
      assert.match((await page.locator("#note").textContent())!, /server is away since .* UTC/);
      server = await DashboardServer.start(market, site, port);
      await page.waitForSelector("body:not(.lost)", { timeout: 10_000 });
      await page.waitForFunction(filled, undefined, { timeout: 20_000 });
      // What failed meanwhile were attempts to connect.
      assert.deepEqual(wrong.filter((text) => !/WebSocket|ERR_CONNECTION/.test(text)), []);
      wrong.splice(0);
    });

    assert.deepEqual([wrong, elsewhere], [[], []]);
    await page.close();
  } finally {
    await browser.close();
    await server.close();
    await market.close();
  }
});
