/** No panel says live when it is not, within five seconds, whatever becomes of kernel, page and machine. */
import assert from "node:assert/strict";
import { DEAD_AFTER_MS } from "../../lib/charts/live_markup.ts";
import { HOUR, MINUTE, SECOND } from "../../lib/model/time.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { type FakeNotebook, NumberPanel, openNotebook } from "./fake_kernel.ts";
import { FakeTab, readerText, type SavedOutput } from "./fake_tab.ts";

const STEP_MS = 250;

/** A kernel with a notebook, and a browser tab on it: two machines, each with its clock. */
class Desk {
  readonly notebook: FakeNotebook;
  readonly browser = new ManualClock(Date.UTC(1999, 0, 1));
  tab: FakeTab;
  /** Real ms since the kernel last ran. */
  #deadFor = 0;

  private constructor(notebook: FakeNotebook) {
    this.notebook = notebook;
    this.tab = new FakeTab(this.browser);
    notebook.page.tabs.add(this.tab);
  }

  /** @param panels names; each is started in a cell of its own. */
  static async open(panels: readonly string[], random?: () => number): Promise<Desk> {
    const desk = new Desk(openNotebook(random));
    for (const name of panels) await desk.run(name);
    return desk;
  }

  run(name: string, panel = new NumberPanel()): Promise<unknown> {
    return this.notebook.run(this.notebook.session.live(name, panel));
  }

  /**
   * Lets time pass in which kernel and browser each run or not, and checks all the while that nothing is called live
   * longer than five seconds after the kernel, or at all where nothing is fed.
   */
  async pass(
    ms: number,
    { kernel = true, browser = true, tab = this.tab, isFed = true } = {},
  ): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      if (kernel) await this.notebook.clock.advance(STEP_MS);
      if (browser) await this.browser.advance(STEP_MS);
      // A browser that sleeps shows nothing to anybody.
      if (kernel) this.#deadFor = 0;
      else if (browser) this.#deadFor += STEP_MS;
      const live = Object.values(tab.says()).filter(isLive);
      assert.ok(
        live.length === 0 || (isFed && this.#deadFor <= DEAD_AFTER_MS),
        `${this.#deadFor} ms after the kernel: ${live}`,
      );
    }
  }

  /** Closes the tab and opens another on what the file then holds; the kernel goes on. */
  reopen(saved: readonly SavedOutput[] = this.tab.save()): void {
    this.notebook.page.tabs.clear();
    this.tab = new FakeTab(this.browser, saved);
    this.notebook.page.tabs.add(this.tab);
  }

  close(): void {
    this.notebook.session.dispose();
  }
}

function isLive(text: string): boolean {
  return /^● live/.test(text);
}

Deno.test("all panels are live while the kernel is, for half an hour", async () => {
  const desk = await Desk.open(["price", "ticker"]);
  await desk.pass(3 * SECOND);
  for (let minute = 0; minute < 30; minute++) {
    assert.deepEqual(desk.tab.says(), { price: "● live", ticker: "● live" });
    await desk.pass(MINUTE);
  }
  desk.close();
});

Deno.test("how long history takes is said while the kernel lives, and how much is in for ever", async () => {
  const desk = await Desk.open([]);
  const panel = new NumberPanel();
  const fresh = panel.freshness;
  const was = "history 17,040 of 29,895 minutes";
  panel.freshness = () => ({
    ...fresh(),
    word: "catching up",
    history: { was, now: `${was}, 10 s left` },
  });
  await desk.run("price", panel);
  await desk.pass(10 * SECOND);
  assert.equal(desk.tab.says().price, `● catching up · ${was}, 10 s left`);
  await desk.pass(DEAD_AFTER_MS, { kernel: false });
  const dead = desk.tab.says().price!;
  assert.match(
    dead,
    /^● was catching up at .* UTC · history 17,040 of 29,895 minutes · no heartbeat/,
  );
  assert.doesNotMatch(desk.notebook.page.last(":status").text, /left/);
  desk.close();
});

Deno.test("five seconds after a kernel is killed its panels say so, and for half an hour none says live", async () => {
  const desk = await Desk.open(["price", "ticker"]);
  await desk.pass(MINUTE);
  await desk.pass(DEAD_AFTER_MS, { kernel: false });
  const was = "● was live at 2025-12-01 14:35:00 UTC · no heartbeat for";
  assert.match(
    desk.tab.says().price!,
    new RegExp(`^${was} [5-7] s: kernel stopped\\? Run the cell`),
  );
  await desk.pass(30 * MINUTE, { kernel: false });
  assert.match(desk.tab.says().ticker!, new RegExp(`^${was} 30 min: kernel stopped\\?`));
  desk.close();
});

Deno.test("a kernel that was busy is silent meanwhile, and live again with its next heartbeat", async () => {
  const desk = await Desk.open(["price"]);
  await desk.pass(20 * SECOND);
  await desk.pass(40 * SECOND, { kernel: false });
  assert.match(desk.tab.says().price!, /no heartbeat for/);
  await desk.pass(2 * SECOND);
  assert.equal(desk.tab.says().price, "● live");
  desk.close();
});

Deno.test("a tab that was closed and reopened asks for its cells, while the kernel lives on", async () => {
  const desk = await Desk.open(["price", "ticker"]);
  await desk.pass(MINUTE);
  desk.reopen();
  await desk.pass(30 * MINUTE, { isFed: false });
  const { price, ticker } = desk.tab.says();
  assert.equal(price, "● was live at 2025-12-01 14:35:00 UTC · run the cell again for new data");
  assert.equal(ticker, price);
  await desk.run("price");
  await desk.pass(4 * SECOND);
  const again = desk.tab.says();
  assert.equal(again.price, "● live");
  assert.match(again.ticker!, /^● was live at .* · not updated any more: run the cell again$/);
  await desk.run("ticker");
  await desk.pass(SECOND);
  assert.equal(desk.tab.says().ticker, "● live");
  desk.close();
});

Deno.test("a file whose cells were saved at different heartbeats makes nothing live when it is opened", async () => {
  const desk = await Desk.open(["price", "ticker"]);
  await desk.pass(MINUTE);
  desk.reopen();
  await desk.run("price");
  await desk.pass(10 * SECOND);
  const saved = desk.tab.save();
  for (const outputs of [saved, saved.toReversed()]) {
    desk.reopen(outputs);
    await desk.pass(MINUTE, { isFed: false });
    desk.reopen(outputs);
    await desk.pass(30 * MINUTE, { kernel: false, isFed: false });
  }
  desk.close();
});

Deno.test("after a laptop slept its panels are live with the next heartbeat, or not within five seconds", async () => {
  for (const isKernelBack of [true, false]) {
    for (const doesClockSleep of [true, false]) {
      const desk = await Desk.open(["price"]);
      await desk.pass(MINUTE);
      // Some machines count the time they slept, others do not; timers fire in neither.
      if (!doesClockSleep) await desk.browser.advance(8 * HOUR);
      desk.tab.pulse.check();
      if (!doesClockSleep) assert.match(desk.tab.says().price!, /no heartbeat for 8 h/);
      await desk.pass(30 * SECOND, { kernel: isKernelBack });
      assert.equal(isLive(desk.tab.says().price!), isKernelBack);
      desk.close();
    }
  }
});

Deno.test("a hidden page, whose timers fire once a minute, says what holds as soon as somebody looks", async () => {
  const desk = await Desk.open(["price"]);
  await desk.pass(MINUTE);
  desk.tab.hide();
  // Heartbeats are messages, which no browser holds back: no alarm when nothing is wrong.
  await desk.pass(10 * MINUTE);
  desk.tab.show();
  assert.equal(desk.tab.says().price, "● live");
  desk.tab.hide();
  await desk.pass(30 * SECOND);
  // The kernel is gone, and the page sleeps over it.
  await desk.browser.advance(20 * SECOND);
  assert.equal(desk.tab.says().price, "● live", "its timer has not fired, and nobody sees it");
  desk.tab.show();
  assert.match(desk.tab.says().price!, /^● was live at .* · no heartbeat for 2\d s/);
  desk.tab.hide();
  await desk.browser.advance(30 * MINUTE);
  assert.match(desk.tab.says().price!, /^● was live at .* · no heartbeat for (29|30) min/);
  desk.close();
});

Deno.test("notebooks that share a page do not share heartbeats", async () => {
  const one = await Desk.open(["one"], () => 0.1);
  const two = openNotebook(() => 0.2);
  two.page.tabs.add(one.tab);
  await two.run(two.session.live("two", new NumberPanel()));
  for (let i = 0; i < 20; i++) {
    await two.clock.advance(STEP_MS);
    await one.pass(STEP_MS);
  }
  assert.deepEqual(one.tab.says(), { one: "● live", two: "● live" });
  await one.pass(10 * SECOND);
  assert.equal(one.tab.says().one, "● live");
  assert.match(one.tab.says().two!, /kernel stopped\?/);
  two.session.dispose();
  one.close();
});

Deno.test("what a restarted kernel's predecessor left is not live by the new one's heartbeats", async () => {
  const old = await Desk.open(["price", "ticker"], () => 0.1);
  await old.pass(10 * SECOND);
  const restarted = openNotebook(() => 0.2);
  restarted.page.tabs.add(old.tab);
  await restarted.run(restarted.session.live("again", new NumberPanel()));
  for (let passed = 0; passed < 10 * SECOND; passed += STEP_MS) {
    await restarted.clock.advance(STEP_MS);
    await old.pass(STEP_MS, { kernel: false, tab: new FakeTab(old.browser) });
  }
  const { price, ticker, again } = old.tab.says();
  assert.equal(again, "● live");
  for (const text of [price, ticker]) assert.match(text!, /kernel stopped\? Run the cell again$/);
  restarted.session.dispose();
  old.close();
});

Deno.test("without scripts, in a saved file and in an exported page a panel was live, at a time", async () => {
  const desk = await Desk.open(["price"]);
  await desk.pass(MINUTE);
  const texts = desk.tab.save().map(({ html }) => readerText(html)).join(" ");
  assert.match(texts, /● was live at 2025-12-01 14:35:00 UTC simulated data/);
  assert.doesNotMatch(texts, /● live|age|ago/);
  for (const { text } of desk.notebook.page.outputs) assert.doesNotMatch(text, /^live/);
  desk.close();
});

Deno.test("a finished replay says finished, for ever, and nothing says live", async () => {
  const desk = await Desk.open([]);
  const panel = new NumberPanel();
  const fresh = panel.freshness;
  let isOver = false;
  panel.freshness = () => isOver ? { ...fresh(), word: "finished", source: "replay" } : fresh();
  await desk.run("price", panel);
  await desk.pass(10 * SECOND);
  isOver = true;
  await desk.pass(DEAD_AFTER_MS);
  const line = desk.notebook.page.last(":status");
  assert.equal(line.text, "finished · replayed data · newest data 2025-12-01 14:35:00 UTC");
  assert.match(readerText(line.html), /^● finished replayed data/);
  assert.deepEqual(desk.tab.says(), {}, "no statement that could lapse");
  const ended = /<comove-state [^>]*data-panel="price-[^"]*">● finished</;
  assert.match(line.html, ended, "the page knows which panel is fed no more");
  await desk.pass(30 * MINUTE);
  desk.close();
});

Deno.test("a heartbeat is one message of at most 100 bytes every two seconds, however many panels run", async () => {
  const names = Array.from({ length: 12 }, (_, i) => `panel ${i}`);
  const desk = await Desk.open(names);
  const { heartbeats } = desk.notebook.page;
  const shown = heartbeats.length;
  assert.equal(new Set(heartbeats.map(({ id }) => id)).size, 1, "one display");
  await desk.notebook.clock.advance(30 * MINUTE);
  assert.equal(heartbeats.length - shown, 900);
  const { bytes, html } = heartbeats.at(-1)!;
  // Five weeks later the count has four digits of base 36.
  const digits = html.length - html.indexOf(".") - 2;
  assert.ok(digits <= 3 && bytes + 4 - digits <= 100, `${bytes} bytes: ${html}`);
  await desk.notebook.run(desk.notebook.session.stopAll());
  const ended = heartbeats.length;
  await desk.notebook.clock.advance(MINUTE);
  assert.equal(heartbeats.length, ended, "none when nothing runs");
  desk.close();
});

Deno.test("in VS Code each cell has a heartbeat of its own, all of one count", async () => {
  const { session, clock, page, run } = openNotebook(undefined, { frontEnd: "vscode" });
  const handles = [];
  for (const name of ["price", "ticker", "table"]) {
    handles.push(await run(session.live(name, new NumberPanel())));
  }
  await run(handles[1]!.stop());
  const before = page.heartbeats.length;
  await clock.advance(2 * SECOND);
  const sent = page.heartbeats.slice(before);
  assert.deepEqual([sent.length, new Set(sent.map(({ id }) => id)).size], [2, 2]);
  assert.equal(new Set(sent.map(({ html }) => html)).size, 1);
  for (const { bytes } of sent) assert.ok(bytes <= 100, `${bytes} bytes`);
  session.dispose();
  assert.equal(clock.pending, 0);
});

Deno.test("twelve panels at rest cost under 600 bytes a second", async () => {
  const desk = await Desk.open(Array.from({ length: 12 }, (_, i) => `panel ${i}`));
  await desk.notebook.clock.advance(5 * MINUTE);
  const { bytesPerSecond } = desk.notebook.session.traffic;
  assert.ok(bytesPerSecond < 600, `${bytesPerSecond} bytes a second`);
  desk.close();
});
