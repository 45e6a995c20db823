/**
 * How a page announces alerts, in a real browser. Not part of `deno task test`: run
 * `deno test -A test/browser/alerts.ts`. `CHROMIUM` names the browser, `SCREENSHOTS` a folder for pictures.
 */
import assert from "node:assert/strict";
import { alertBellFeed } from "../../lib/charts/alert_view.ts";
import { panelMarkup } from "../../lib/charts/live_markup.ts";
import { HOST_STYLE, PAGE } from "../../lib/charts/page_theme.ts";
import { pageStyle } from "../../lib/cli/page_style.ts";
import { AlertRig, pageAlert } from "./alert_rig.ts";
import { pageTime } from "./support/page_time.ts";

const OLD = pageAlert("old/BTCUSDT/ES/1");
const NEW = pageAlert("apart/BTCUSDT/ES/2");

Deno.test("a page announces each new alert once, and none of a dead kernel", async (t) => {
  await using rig = await AlertRig.start();
  const granted = { permissions: ["notifications"] };

  await t.step("what was there at first is no news, and what fires then is a toast", async () => {
    const page = await rig.open([OLD]);
    await page.live();
    assert.deepEqual((await page.state()).toasts, []);
    await page.bring([OLD, NEW]);
    const { toasts, played, sound, text, canEnable } = await page.state();
    assert.equal(toasts.length, 1);
    assert.equal(toasts[0]![0], "alert");
    assert.match(
      toasts[0]![1],
      /^!! major · apart.*correlation 0\.12.*14:02:00 UTC · simulated data$/,
    );
    // Nobody has clicked.
    assert.deepEqual([sound, played, canEnable], ["locked", 0, true]);
    assert.match(text, /sound off until you click/);
    await page.bring([OLD, NEW]);
    await page.bring([OLD, NEW]);
    assert.equal((await page.state()).toasts.length, 1, "the same once more is no news");

    await page.bring([OLD, { ...NEW, kind: "resolved", message: "back above 0.4" }]);
    const after = await page.state();
    assert.equal(after.toasts.length, 1);
    assert.equal(after.toasts[0]![0], "status", "only what has just fired interrupts");
    assert.match(after.toasts[0]![1], /✓ resolved · apart.*back above 0\.4/);
    assert.deepEqual(page.errors, []);
    await page.close();
  });

  await t.step("after a reload what was seen stays seen", async () => {
    const page = await rig.open([OLD]);
    await page.live();
    await page.bring([OLD, NEW]);
    assert.equal((await page.state()).toasts.length, 1);
    // What is kept is written a moment later.
    await pageTime(page.page, 400);
    await page.page.reload();
    await page.ready();
    await page.live();
    await page.bring([OLD, NEW]);
    assert.deepEqual((await page.state()).toasts, []);
    await page.bring([OLD, NEW, pageAlert("third/BTCUSDT/ES/3")]);
    assert.equal((await page.state()).toasts.length, 1);
    await page.close();
  });

  await t.step("sound is locked before the click, and plays after it", async () => {
    const page = await rig.open([OLD], { context: granted });
    await page.live();
    await page.bring([OLD, pageAlert("before/BTCUSDT/ES/2")]);
    assert.deepEqual((({ sound, played }) => [sound, played])(await page.state()), ["locked", 0]);
    await page.page.locator("comove-alerts").getByRole("button", { name: /Enable/ }).click();
    await pageTime(page.page, 300);
    const on = await page.state();
    assert.deepEqual([on.sound, on.played, on.canEnable], ["on", 1, false], "one to try it");
    assert.match(on.text, /sound on · notifications on/);
    await pageTime(page.page, 900);
    await page.bring([OLD, pageAlert("after/BTCUSDT/ES/3")]);
    assert.equal((await page.state()).played, 2);
    await page.close();
  });

  await t.step(
    "a notification has the alert's id, and what comes later takes its place",
    async () => {
      const page = await rig.open([OLD], { context: granted });
      await page.live();
      await page.bring([OLD, NEW]);
      await page.bring([OLD, { ...NEW, kind: "repeat-1" }]);
      await page.bring([OLD, { ...NEW, kind: "resolved" }]);
      assert.deepEqual((await page.state()).notes, [
        { title: "apart: major", tag: NEW.id, renotify: true },
        { title: "apart: major", tag: NEW.id, renotify: true },
        { title: "apart: resolved", tag: NEW.id, renotify: false },
      ]);
      await page.close();
    },
  );

  await t.step("where notifications are refused the strip says so, and none is shown", async () => {
    // To grant something else alone is to deny this.
    const page = await rig.open([OLD], { context: { permissions: ["geolocation"] } });
    await page.live();
    assert.equal(await page.page.evaluate(() => Notification.permission), "denied");
    await page.page.locator("comove-alerts").getByRole("button", { name: /Enable/ }).click();
    await pageTime(page.page, 300);
    await page.bring([OLD, NEW]);
    const { text, notes, toasts, canEnable } = await page.state();
    assert.match(text, /sound on · notifications blocked: allow them for this site/);
    assert.deepEqual([notes.length, toasts.length, canEnable], [0, 1, false]);
    await page.close();
  });

  await t.step("a frame of another page says that it may show none", async () => {
    const inner = await rig.open([OLD]);
    const { pathname } = new URL(inner.page.url());
    await inner.page.setContent(
      `<iframe sandbox="allow-scripts" style="width:800px;height:300px" src="${rig.origin}${pathname}"></iframe>`,
    );
    const frame = inner.page.frames()[1]!;
    await frame.waitForSelector('comove-alerts[data-ready="true"]', { state: "attached" });
    const text = await frame.locator("comove-alerts span").textContent();
    assert.match(text!, /a frame of another page may show none/);
    await inner.close();
  });

  await t.step("a saved page, a stopped panel and a silent kernel announce nothing", async () => {
    const saved = await rig.open([OLD]);
    await saved.bring([OLD, NEW]);
    await saved.says("run the cell again");
    const unfed = await saved.state();
    assert.deepEqual(unfed.toasts, []);
    assert.equal(unfed.text, "No new alerts come to this page: run the cell again.");
    assert.equal(unfed.canEnable, false);
    await saved.close();

    const stopped = await rig.open([OLD], { isEnded: true });
    await stopped.bring([OLD, NEW]);
    await pageTime(stopped.page, 300);
    assert.deepEqual((await stopped.state()).toasts, []);
    assert.equal((await stopped.state()).text, "No new alerts come to this page.");
    await stopped.close();

    const silent = await rig.open([OLD]);
    await silent.live();
    await silent.says("The kernel is silent");
    await silent.bring([OLD, NEW]);
    assert.deepEqual((await silent.state()).toasts, []);
    assert.match((await silent.state()).text, /kernel is silent/);
    await silent.close();
  });

  await t.step(
    "a page that is muted says nothing, after a reload too, until it is unmuted",
    async () => {
      const page = await rig.open([OLD]);
      await page.live();
      await page.page.locator("comove-alerts").getByRole("button", { name: /Mute/ }).click();
      await pageTime(page.page, 400);
      await page.page.reload();
      await page.ready();
      await page.live();
      await page.bring([OLD, NEW]);
      const muted = await page.state();
      assert.deepEqual(muted.toasts, []);
      assert.match(muted.text, /This page is muted until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
      await page.page.locator("comove-alerts").getByRole("button", { name: /Unmute/ }).click();
      await page.bring([OLD, NEW, pageAlert("third/BTCUSDT/ES/3")]);
      assert.equal((await page.state()).toasts.length, 1);
      await page.close();
    },
  );

  await t.step(
    "the table of the panel is seen where outputs without content take no room",
    async () => {
      const feed = alertBellFeed("alerts", { run: "1", alerts: [OLD] });
      const outputs = [
        panelMarkup(`<p>Rules</p>${feed}`, "alerts", PAGE),
        panelMarkup(feed, "b", PAGE),
      ]
        .map((html) =>
          `<div class="jp-OutputArea-child"><div class="output html">${html}</div></div>`
        );
      const page = await rig.browser.newPage();
      for (const style of [HOST_STYLE, pageStyle()]) {
        await page.setContent(`<style>${style}</style>${outputs.join("")}`);
        const heights = await page.locator(".output").evaluateAll((found) =>
          found.map((each) => each.getBoundingClientRect().height)
        );
        assert.ok(heights[0]! > 10 && heights[1] === 0, `${heights} px high`);
      }
      await page.close();
    },
  );

  await t.step("toasts are few, can be closed, and hold hostile text as text", async () => {
    const page = await rig.open([]);
    await page.live();
    const hostile = pageAlert("x/y/1", {
      rule: "<img src=x onerror=alert(1)>",
      message: "</div><script>globalThis.broken=1</script>".repeat(200),
    });
    const more = [2, 3, 4, 5, 6].map((i) => pageAlert(`rule-${i}/BTCUSDT/${i}`));
    await page.bring([hostile, ...more]);
    assert.equal((await page.state()).toasts.length, 4);
    await page.bring([hostile, ...more, { ...hostile, id: "x/y/2" }]);
    const { toasts } = await page.state();
    assert.ok(toasts.at(-1)![1].includes("<img src=x onerror=alert(1)>"));
    const broken = await page.page.evaluate(() =>
      (globalThis as unknown as { broken?: number }).broken
    );
    assert.equal(broken, undefined);
    await page.page.getByRole("button", { name: "Close the alert rule-6" }).click();
    assert.equal((await page.state()).toasts.length, 3);
    assert.deepEqual(page.errors, []);
    await page.close();
  });
});
