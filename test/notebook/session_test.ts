import assert from "node:assert/strict";
import { NumberPanel, openNotebook } from "./fake_kernel.ts";

Deno.test("show waits until the output is out, and Stop ends that wait", async () => {
  const { session, clock, page, events, run } = openNotebook();
  const startedAt = clock.monotonic();
  await run(session.show("three\nlines\n<of> text"));
  assert.ok(clock.monotonic() - startedAt >= 60);
  assert.equal(page.outputs[0]!.text, "three\nlines\n<of> text");
  assert.match(page.outputs[0]!.html, /white-space:pre-wrap.*lines\n&lt;of&gt; text/s);
  const cell = session.show("more");
  events.press();
  await assert.rejects(cell, { name: "AbortError" });
  assert.equal(page.outputs.length, 2, "what was shown stays");
  assert.equal(clock.pending, 0);
  session.dispose();
});

Deno.test("show names outputs, and update replaces them in place", async () => {
  const { session, page, run } = openNotebook();
  await run(session.show({ html: "<b>1</b>", text: "1" }, { id: "answer" }));
  await run(session.show({ html: "<b>2</b>", text: "2" }, { id: "answer", update: true }));
  assert.deepEqual(page.outputs.map((output) => output.html), ["<b>2</b>"]);
  await run(session.show({ html: "<b>3</b>", text: "3" }, { id: "answer" }));
  assert.equal(page.outputs.length, 2, "running the cell again shows it again");
  await assert.rejects(session.show("x", { update: true }), /update needs the id/);
  session.dispose();
});

Deno.test("wait and runFor end at Stop with an AbortError, the panels stop, and the notebook lives on", async () => {
  const { session, clock, page, events, run } = openNotebook();
  const panel = new NumberPanel();
  const handle = await run(session.live("price", panel));
  const waits = [session.wait(60_000), session.runFor(60)];
  const outcomes = Promise.allSettled(waits);
  await clock.advance(12_300);
  assert.equal(page.last("").text, "running: 12 of 60 s, press Stop to end early");
  events.press();
  for (const outcome of await run(outcomes)) {
    assert.equal(outcome.status, "rejected");
    assert.equal((outcome as PromiseRejectedResult).reason.name, "AbortError");
  }
  assert.equal(page.last("").text, "stopped after 12 of 60 s");
  assert.equal(handle.state, "stopped");
  assert.match(page.last(":status").text, /stopped by the Stop button at .* UTC, last frame kept/);
  assert.equal(panel.subscriptions, 0);
  assert.equal(clock.pending, 0);
  events.press();
  events.press();
  await run(session.wait(100));
  const again = await run(session.live("price", panel));
  assert.equal(again.state, "running");
  session.dispose();
});

Deno.test("cellSignal is aborted by Stop, and the next cell gets a fresh one", () => {
  const { session, events } = openNotebook();
  const signal = session.cellSignal;
  events.press();
  assert.equal(signal.aborted, true);
  assert.equal(session.cellSignal.aborted, false);
  session.dispose();
});

Deno.test("live is ended by Stop while its first picture is still being drawn", async () => {
  const { session, clock, page, events } = openNotebook();
  const panel = new NumberPanel();
  panel.drawNext = () => new Promise(() => {});
  const cell = session.live("price", panel);
  await clock.advance(1_000);
  events.press();
  await assert.rejects(cell, { name: "AbortError" });
  assert.equal(session.handles.length, 0);
  assert.equal(panel.subscriptions, 0);
  assert.equal(clock.pending, 0);
  assert.equal(page.outputs.length, 0);
  session.dispose();
});

Deno.test("runFor resolves at the end, or at once when 0, and refuses what is no time", async () => {
  const { session, clock, page, run } = openNotebook();
  await session.runFor(0);
  assert.equal(page.outputs.length, 0);
  const startedAt = clock.monotonic();
  await run(session.runFor(1.5));
  assert.equal(Math.round(clock.monotonic() - startedAt), 1_560, "1.5 s and the settling");
  assert.deepEqual(page.outputs.map((output) => output.text), ["ran 1.5 s"]);
  for (const seconds of [-1, NaN, Infinity]) {
    await assert.rejects(session.runFor(seconds), /seconds must be a number of seconds, 0 or more/);
  }
  assert.throws(() => session.wait(-1), /ms must be a number of milliseconds/);
  session.dispose();
});

/** Something that notes when it is closed. */
class Door {
  closed = 0;
  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }
}

Deno.test("finish at 0 leaves everything live and says how to stop it", async () => {
  const { session, page, run } = openNotebook();
  const market = new Door();
  const handle = await run(session.live("price", new NumberPanel()));
  await run(session.finish({ after: 0, market }));
  assert.equal(handle.state, "running");
  assert.equal(market.closed, 0);
  assert.match(
    page.outputs.at(-1)!.text,
    /^1 live panel was left running\..*Stop button.*await finish\(\{ after: 1, market \}\)/,
  );
  await run(session.closeAll());
  assert.equal(handle.state, "stopped");
  assert.equal(market.closed, 1);
  session.dispose();
});

Deno.test("finish runs its time, stops and closes everything, and sums up in one sentence", async () => {
  const { session, clock, page, run } = openNotebook();
  const [market, other] = [new Door(), new Door()];
  session.keeper.add(other);
  session.keeper.add(market);
  const panel = new NumberPanel();
  await run(session.live("price", panel));
  await run(session.live("second", new NumberPanel()));
  const cell = session.finish({ after: 30, market });
  for (let second = 0; second < 30; second++) {
    panel.change();
    await clock.advance(1_000);
  }
  await run(cell);
  assert.match(
    page.last("").text,
    /^Ended after 30 s: 2 live panels stopped after \d\d updates, 2 markets closed\.$/,
  );
  assert.deepEqual([market.closed, other.closed], [1, 1]);
  assert.equal(session.handles.length, 0);
  assert.equal(panel.subscriptions, 0);
  assert.equal(clock.pending, 0);
  session.dispose();
});

Deno.test("finish paints every panel once more, of one moment, and each line says how far its picture goes", async () => {
  const { session, clock, page, run } = openNotebook();
  const panels = ["chart", "table"].map((name) => ({ name, panel: new NumberPanel() }));
  // Minutes close all the time, and neither panel is drawn for the last of them.
  for (const { panel } of panels) {
    panel.drawNext = async () => {
      const { dataTime } = panel;
      await new Promise<void>((resolve) => clock.setTimer(resolve, 300));
      return { html: `<b>to ${dataTime}</b>`, text: "chart" };
    };
  }
  for (const { name, panel } of panels) await run(session.live(name, panel));
  const cell = session.finish({ after: 3 });
  const next = () => {
    for (const { panel } of panels) panel.dataTime += 60_000;
    clock.setTimer(next, 100);
  };
  next();
  await run(cell);
  const ends = page.outputs.flatMap(({ id, html, text }) => {
    if (id?.endsWith(":frame")) return [Number(/to (\d+)/.exec(html)![1])];
    const [, newest] = /^stopped .* newest data (\S+ \S+) UTC/.exec(text) ?? [];
    return newest === undefined ? [] : [Date.parse(`${newest}Z`)];
  });
  assert.equal(ends.length, 4);
  assert.equal(new Set(ends).size, 1, `${ends}`);
  assert.ok(ends[0]! >= Date.UTC(2025, 11, 1, 14, 35) + 29 * 60_000, "the newest there was");
  session.dispose();
});

Deno.test("finish does not wait for a drawing that hangs, and its line is of the picture shown", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  await run(session.live("price", panel));
  panel.drawNext = () => new Promise(() => {});
  panel.dataTime += 60_000;
  panel.change();
  const startedAt = clock.monotonic();
  await run(session.finish({ after: 1 }));
  assert.ok(clock.monotonic() - startedAt < 4_000);
  assert.match(page.last(":status").text, /^stopped · .* newest data 2025-12-01 14:35:00 UTC/);
  assert.equal(session.handles.length, 0);
  session.dispose();
});

Deno.test("what several panels would say stands once in the first line, and what only one says in that one", async () => {
  const { session, clock, page, run } = openNotebook();
  session.showHead("Comove");
  const fault = "IBKR has been down since 14:02:10 UTC.";
  const own = "ES: not followed any more.";
  const [a, b, c] = [new NumberPanel(), new NumberPanel(), new NumberPanel()];
  for (const [i, panel] of [a, b, c].entries()) await run(session.live(`panel${i}`, panel));
  const head = () => page.outputs[0]!.text;
  const lines = () =>
    page.outputs.filter(({ id }) => id?.endsWith(":status")).map(({ text }) => text);
  const troubled = (panel: NumberPanel, ...troubles: string[]) => {
    const { freshness } = panel;
    panel.freshness = () => ({ ...freshness(), troubles, trouble: troubles.join(" ") });
  };
  const { freshness } = b;
  troubled(a, fault);
  await clock.advance(1_000);
  assert.match(lines()[0]!, /IBKR has been down/, "one panel says it by itself");
  assert.equal(head(), "Comove");
  troubled(b, own, fault);
  await clock.advance(3_000);
  assert.match(head(), /^Comove\nReported at 2025-12-03 14:00:0\d UTC, local clock: IBKR has been/);
  for (const line of lines().slice(0, 2)) {
    assert.doesNotMatch(line, /IBKR/);
    assert.match(line, /why: see the notebook's first output$/);
  }
  assert.match(lines()[1]!, /ES: not followed any more\. · why/);
  assert.doesNotMatch(lines()[2]!, /why/);
  b.freshness = freshness;
  await clock.advance(3_000);
  assert.equal(head(), "Comove");
  assert.match(lines()[0]!, /IBKR has been down/);
  session.dispose();
});

Deno.test("finish is brought to its end by Stop, and still closes", async () => {
  const { session, clock, page, events, run } = openNotebook();
  const market = new Door();
  await run(session.live("price", new NumberPanel()));
  const cell = session.finish({ after: 30, market });
  await clock.advance(4_200);
  events.press();
  await run(cell);
  assert.match(
    page.last("").text,
    /^Ended by the Stop button after 4 of 30 s: .*1 market closed\.$/,
  );
  assert.equal(market.closed, 1);
  assert.equal(clock.pending, 0);
  session.dispose();
});

Deno.test("finish goes on past what fails or hangs when closed, and says so", async () => {
  const { session, clock, page, run } = openNotebook();
  const good = new Door();
  session.keeper.add({ close: () => Promise.reject(new Error("the socket is gone")) });
  session.keeper.add({ close: () => new Promise(() => {}) });
  session.keeper.add(good);
  await run(session.finish({ after: 1 }).then(() => undefined));
  assert.equal(good.closed, 1);
  assert.match(
    page.last("").text,
    /1 market closed\. 2 errors in the background, the last: .*did not close within 5 s/,
  );
  assert.deepEqual(session.troubles.map((trouble) => trouble.message.slice(0, 18)), [
    "the socket is gone",
    "unnamed 2 did not ",
  ]);
  assert.equal(clock.pending, 0);
  session.dispose();
});

Deno.test("keeper closes what a name held before it opens the successor", async () => {
  const { session } = openNotebook();
  const story: string[] = [];
  const open = (n: number) => () => {
    story.push(`open ${n}`);
    return { n, close: () => void story.push(`close ${n}`) };
  };
  for (let n = 1; n <= 3; n++) {
    const opened = await session.keeper.replace("market", open(n));
    assert.equal(opened.n, n);
  }
  assert.deepEqual(story, ["open 1", "close 1", "open 2", "close 2", "open 3"]);
  assert.equal(session.keeper.size, 1);
  const failing = () => Promise.reject(new Error("no gateway"));
  await assert.rejects(session.keeper.replace("market", failing), /no gateway/);
  assert.equal(session.keeper.size, 0);
  session.dispose();
});

Deno.test("background errors go to the list and to the status lines, never further", async () => {
  const { session, clock, page, events, run } = openNotebook();
  session.showHead("Comove");
  await run(session.live("price", new NumberPanel()));
  events.fail(new TypeError("bars\nis not iterable"));
  await clock.advance(1_000);
  assert.match(
    page.last(":status").text,
    /^was live at .*background error at 2025-12-03 14:00:0\d UTC: bars is not iterable$/,
  );
  assert.match(
    page.outputs[0]!.text,
    /^Comove · 1 error in the background, the last at .*bars is not iterable/,
  );
  const [trouble] = session.troubles;
  assert.equal(trouble!.message, "bars is not iterable");
  assert.match(trouble!.stack!, /TypeError/);
  await clock.advance(66_000);
  assert.doesNotMatch(page.last(":status").text, /background error/);
  assert.match(page.outputs[0]!.text, /1 error in the background/, "the first line keeps it");
  session.dispose();
});

Deno.test("a storm of background errors costs few messages and little memory", async () => {
  const { session, clock, page, events, run } = openNotebook();
  session.showHead("Comove");
  await run(session.live("price", new NumberPanel()));
  const before = page.messages;
  for (let i = 0; i < 1_000; i++) {
    events.fail(new Error(`wrong ${i} ${"x".repeat(1_000)}`));
    await clock.advance(10);
  }
  await clock.advance(1_000);
  assert.ok(page.messages - before <= 24, `${page.messages - before} messages in 11 s`);
  assert.equal(session.troubles.length, 50);
  assert.match(session.troubles.at(-1)!.message, /^wrong 999 x+…$/);
  assert.ok(session.troubles.at(-1)!.message.length <= 300);
  assert.match(page.outputs[0]!.text, /1,000 errors/);
  session.dispose();
  assert.equal(clock.pending, 0);
});

Deno.test("a stopped wait that nobody awaits is no trouble, and what cannot be shown is one", () => {
  const { session, events } = openNotebook();
  const signal = session.cellSignal;
  events.press();
  events.fail(signal.reason);
  assert.equal(session.troubles.length, 0);
  events.fail({
    toString: () => {
      throw new Error("no");
    },
  });
  events.fail(undefined);
  assert.deepEqual(session.troubles.map((trouble) => trouble.message), [
    "an error that cannot be shown",
    "undefined",
  ]);
  session.dispose();
});

Deno.test("traffic counts messages and bytes, and the rate of the last minute", async () => {
  const { session, clock, run } = openNotebook();
  assert.deepEqual(session.traffic, { messages: 0, bytes: 0, bytesPerSecond: 0 });
  await run(session.show({ html: "é".repeat(3_000), text: "" }));
  const { messages, bytes, bytesPerSecond } = session.traffic;
  assert.equal(messages, 1);
  assert.ok(bytes > 6_000 && bytes < 6_200, `${bytes} bytes of UTF-8`);
  assert.equal(bytesPerSecond, bytes, "in its first second");
  await clock.advance(29_000);
  assert.ok(Math.abs(session.traffic.bytesPerSecond - bytes / 30) < 1);
  await clock.advance(29_000);
  assert.ok(session.traffic.bytesPerSecond > 100);
  await clock.advance(5_000);
  assert.equal(session.traffic.bytesPerSecond, 0, "a minute later");
  assert.equal(session.traffic.bytes, bytes);
  session.dispose();
});

Deno.test("dispose takes every listener off", () => {
  const { session, events, clock } = openNotebook();
  assert.equal(events.uncaught.size, 1);
  assert.equal(events.interrupt.size, 1);
  session.showHead("Comove");
  events.fail(new Error("odd"));
  assert.equal(clock.pending, 1, "the line is about to be repainted");
  session.dispose();
  session.dispose();
  assert.equal(events.uncaught.size, 0);
  assert.equal(events.interrupt.size, 0);
  assert.equal(clock.pending, 0);
});

/** A panel over something that can be opened anew. */
class BoundPanel extends NumberPanel {
  constructor(readonly of: { readonly name: string; close(): void }) {
    super();
  }
  readonly again = (next: object) => {
    const { name } = next as { readonly name: string };
    if (name === "without it") throw new RangeError("ES is not followed: add it.");
    const panel = new BoundPanel(next as BoundPanel["of"]);
    this.successors.push(panel);
    return panel;
  };
  readonly successors: BoundPanel[] = [];
}

Deno.test("panels go on with what is opened again under the name, in their own outputs", async () => {
  const { session, page, run } = openNotebook();
  const open = (name: string) => run(session.keep("market", () => ({ name, close() {} })));
  const first = await open("first");
  const panel = new BoundPanel(first), other = new NumberPanel();
  const handle = await run(session.live("price", panel));
  await run(session.live("other", other));
  const outputs = page.outputs.length;
  await assert.rejects(run(session.keep("market", () => Promise.reject(new Error("no ports")))));
  assert.equal(handle.state, "running", "the cell may be run once more");
  await open("second");
  const [successor] = panel.successors;
  assert.deepEqual([panel.subscriptions, successor!.subscriptions], [0, 1]);
  assert.equal(page.outputs.length, outputs, "in the outputs that are there");
  assert.equal(other.subscriptions, 1, "what shows something else is left alone");
  successor!.change(42);
  await run(session.wait(2_000));
  assert.match(page.last(":frame").text, /./);
  assert.ok(page.outputs.some(({ text }) => text.includes("42")), "the successor is drawn");
  await open("without it");
  assert.equal(handle.state, "stopped");
  assert.ok(
    page.outputs.some(({ text }) => /stopped\. ES is not followed: add it\. Ended at /.test(text)),
  );
  assert.equal(successor!.subscriptions, 0);
  session.dispose();
});
