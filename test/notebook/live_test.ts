import assert from "node:assert/strict";
import { FakePage, NumberPanel, openNotebook } from "./fake_kernel.ts";

Deno.test("live shows mount, first frame and status in this order and returns once they have settled", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  const ids: string[] = [];
  const mount = (id: string) => {
    ids.push(id);
    return { html: `<i id="${id}"></i>`, text: "mount" };
  };
  panel.drawNext = (id) => {
    ids.push(id);
    return panel.frame();
  };
  const startedAt = clock.monotonic();
  const cell = session.live("my price", { ...panel, mount });
  const handle = await run(cell);
  assert.ok(clock.monotonic() - startedAt >= 60, "it waits until the outputs are out");
  assert.deepEqual(page.outputs.map((output) => output.id?.split(":")[1]), [
    "mount",
    "frame",
    "status",
  ]);
  assert.equal(new Set(ids).size, 1, "mount and draw get one id");
  assert.match(ids[0]!, /^my-price-[a-z0-9]+-\d+$/, "usable as an element's id");
  assert.equal(page.last(":frame").html, "<b>0</b>");
  assert.match(
    page.last(":status").text,
    /^was live at 2025-12-01 14:35:00 UTC · simulated data · newest data 2025-12-01 14:35:00 UTC$/,
  );
  assert.equal(handle.name, "my price");
  assert.equal(handle.state, "running");
  assert.equal(handle.repaints, 0);
  assert.equal(page.messages, 3);
  // What Deno's kernel asks of the last value of a cell.
  const display: unknown = Reflect.get(handle, Symbol.for("Jupyter.display"));
  assert.ok(typeof display === "function", "a cell that ends in the handle does not print it");
  assert.deepEqual(display.call(handle), {});
  session.dispose();
});

Deno.test("live mounts once, and feeds from then on", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  let mounts = 0;
  const mount = () => ({ html: `<i>${++mounts}</i>`, text: "mount" });
  await run(session.live("chart", { ...panel, mount }));
  for (let i = 0; i < 5; i++) {
    panel.change();
    await clock.advance(1_000);
  }
  assert.equal(mounts, 1);
  assert.equal(page.last(":mount").html, "<i>1</i>");
  assert.equal(page.last(":frame").html, "<b>5</b>");
  session.dispose();
});

Deno.test("live tries a mount that failed again, and the feed waits for it", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  let mounts = 0;
  const mount = () => {
    if (++mounts < 3) throw new Error("no bars yet");
    return { html: "<i>ready</i>", text: "mount" };
  };
  const handle = await run(session.live("chart", { ...panel, mount }));
  assert.match(page.last(":mount").text, /no picture yet/);
  assert.match(
    page.last(":status").text,
    /^had an error at .*Drawing failed, trying again: no bars yet/,
  );
  assert.equal(panel.draws, 0);
  await clock.advance(3_100);
  assert.equal(page.last(":mount").html, "<i>ready</i>");
  assert.equal(page.last(":frame").html, "<b>0</b>");
  assert.match(page.last(":status").text, /^was live at/);
  assert.equal(handle.lastError, undefined);
  session.dispose();
});

Deno.test("live repaints in place, at most once an interval, and always draws the last change", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  const handle = await run(session.live("price", panel));
  const shown = new Set<string>();
  const drawsBefore = panel.draws;
  for (let i = 0; i < 500; i++) {
    panel.change();
    await clock.advance(10);
    shown.add(page.last(":frame").html);
  }
  const last = panel.value;
  await clock.advance(2_000);
  assert.equal(page.last(":frame").html, `<b>${last}</b>`, "the trailing change is drawn");
  const draws = panel.draws - drawsBefore;
  assert.ok(draws >= 5 && draws <= 7, `5 s of changes made ${draws} drawings`);
  assert.equal(handle.repaints, draws);
  assert.equal(page.outputs.length, 2, "no new output");
  assert.equal(page.lost, 0);
  await clock.advance(10_000);
  assert.equal(panel.draws - drawsBefore, draws, "nothing is drawn without a change");
  session.dispose();
});

Deno.test("live draws one picture for the changes of one moment, outside their callback", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  await run(session.live("price", panel));
  await clock.advance(5_000);
  const before = panel.draws;
  for (let i = 0; i < 7; i++) panel.change();
  assert.equal(panel.draws, before, "whoever tells of a change is not held up by the drawing");
  await clock.advance(0);
  assert.equal(panel.draws, before + 1);
  assert.equal(page.last(":frame").html, "<b>7</b>");
  session.dispose();
});

Deno.test("live does not send a picture that is the same again", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  const handle = await run(session.live("price", panel));
  await clock.advance(1_000);
  const before = page.messages;
  panel.change(panel.value);
  await clock.advance(1_000);
  assert.equal(panel.draws, 2);
  assert.equal(handle.repaints, 0);
  assert.equal(page.messages, before, "neither picture nor status");
  session.dispose();
});

Deno.test("live names the file of a picture by panel, source and the time of its data", async () => {
  const { session, clock, page, run } = openNotebook();
  const sent: string[] = [];
  page.tabs.add({
    broadcast(_type, { data }) {
      const { "text/html": html = "" } = data as Record<string, string>;
      const [, file] = / data-file="([^"]*)"/.exec(html) ?? [];
      if (html.startsWith("<comove-panel")) sent.push(file ?? "none");
    },
  });
  const panel = new NumberPanel();
  await run(session.live("price & volume", panel));
  assert.deepEqual(sent, ["price &amp; volume simulated 2025-12-01 14:35:00 UTC"]);
  panel.dataTime += 60_000;
  panel.change(panel.value);
  await clock.advance(1_000);
  assert.equal(sent.length, 1, "the same picture is not sent for its name alone");
  panel.change();
  await clock.advance(1_000);
  assert.deepEqual(sent.slice(1), ["price &amp; volume simulated 2025-12-01 14:36:00 UTC"]);
  const mount = () => ({ html: "<i></i>", text: "mount" });
  await run(session.live("chart", { ...new NumberPanel(), mount }));
  assert.deepEqual(sent.slice(2), ["none", "none"], "a chart of the page names its files itself");
  session.dispose();
});

Deno.test("live never draws a panel twice at a time, and rests as long as it has drawn", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  await run(session.live("slow", panel));
  panel.drawNext = async () => {
    const frame = panel.frame();
    await new Promise<void>((resolve) => clock.setTimer(resolve, 3_000));
    return frame;
  };
  const before = panel.draws;
  for (let i = 0; i < 300; i++) {
    panel.change();
    await clock.advance(100);
  }
  assert.equal(panel.mostAtOnce, 1);
  const draws = panel.draws - before;
  assert.ok(draws >= 4 && draws <= 6, `30 s at 3 s a drawing made ${draws}`);
  const last = panel.value;
  await clock.advance(10_000);
  assert.equal(page.last(":frame").html, `<b>${last}</b>`);
  session.dispose();
});

Deno.test("live says that a drawing takes long, and stop does not wait for it", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  let finishDrawing = () => {};
  const handle = await run(session.live("stuck", panel));
  panel.drawNext = () =>
    new Promise((resolve) => finishDrawing = () => resolve({ html: "late", text: "late" }));
  panel.change();
  await clock.advance(7_500);
  assert.match(page.last(":status").text, /still drawing, for [67] s/);
  await run(handle.stop());
  finishDrawing();
  await clock.advance(5_000);
  assert.equal(page.last(":frame").html, "<b>0</b>", "the last frame is kept");
  assert.equal(clock.pending, 0);
});

Deno.test("live returns after five seconds without a first picture, which comes later", async () => {
  const { session, clock, page } = openNotebook();
  const panel = new NumberPanel();
  let finishDrawing = () => {};
  panel.drawNext = () => new Promise((resolve) => finishDrawing = () => resolve(panel.frame()));
  const cell = session.live("slow start", panel);
  await clock.advance(4_900);
  assert.equal(page.outputs.length, 0);
  await clock.advance(200);
  await cell;
  assert.match(page.last(":frame").text, /no picture yet/);
  assert.match(page.last(":status").text, /still drawing/);
  finishDrawing();
  await clock.advance(0);
  assert.equal(page.last(":frame").html, "<b>0</b>");
  session.dispose();
});

Deno.test("live five times under one name leaves one timer and one subscription", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  const all = [];
  for (let i = 0; i < 5; i++) all.push(await run(session.live("price", panel)));
  assert.equal(panel.subscriptions, 1);
  assert.equal(clock.pending, 2, "the watch of the one that runs, and the heartbeat");
  assert.deepEqual(all.map((handle) => handle.state), [
    "stopped",
    "stopped",
    "stopped",
    "stopped",
    "running",
  ]);
  assert.equal(session.handles.length, 1);
  assert.equal(new Set(page.outputs.map((output) => output.id)).size, 10, "no id is used twice");
  const replaced = page.outputs.filter((o) =>
    o.text.includes("replaced by a later run of its cell")
  );
  assert.equal(replaced.length, 4);
  panel.change();
  await clock.advance(1_000);
  assert.equal(all.at(-1)!.repaints, 1);
  session.dispose();
  assert.equal(clock.pending, 0);
  assert.equal(panel.subscriptions, 0);
});

Deno.test("live started twice at the same moment leaves the later one", async () => {
  const { session, clock, run } = openNotebook();
  const panel = new NumberPanel();
  const [first, second] = await run(
    Promise.all([session.live("price", panel), session.live("price", panel)]),
  );
  assert.equal(first.state, "stopped");
  assert.equal(second.state, "running");
  assert.equal(panel.subscriptions, 1);
  assert.equal(clock.pending, 2);
  session.dispose();
});

Deno.test("live gives no output the id of an older kernel's", async () => {
  const [one, two] = [openNotebook(() => 0.123), openNotebook(() => 0.456)];
  for (const { session, run } of [one, two]) {
    await run(session.live("price", new NumberPanel()));
    await run(session.show("note", { id: "note" }));
  }
  const ids = (page: FakePage) => page.outputs.map((output) => output.id);
  assert.equal(new Set([...ids(one.page), ...ids(two.page)]).size, 6);
  for (const { session } of [one, two]) session.dispose();
});

Deno.test("live tells a failed drawing at once, keeps trying, and clears it after the next success", async () => {
  const { session, clock, page, run } = openNotebook();
  const [bad, good] = [new NumberPanel(), new NumberPanel()];
  const failing = await run(session.live("bad", bad));
  const other = await run(session.live("good", good));
  await clock.advance(1_000);
  const status = () =>
    page.outputs.find((o) => o.id?.startsWith("bad-") && o.id.endsWith(":status"))!;
  bad.drawNext = () => {
    throw new Error("bars <b>missing</b>");
  };
  bad.change();
  await clock.advance(999);
  assert.match(
    status().text,
    /^had an error at .*Drawing failed, trying again: bars <b>missing<\/b>/,
  );
  assert.ok(status().html.includes("bars &lt;b&gt;missing&lt;/b&gt;"));
  assert.equal((failing.lastError as Error).message, "bars <b>missing</b>");
  assert.equal(failing.state, "running");
  for (let i = 0; i < 8; i++) {
    good.change();
    await clock.advance(1_000);
  }
  assert.equal(other.repaints, 8, "the other panel ticks on");
  assert.equal(failing.state, "failed");
  assert.match(status().text, /^had an error at .*Drawing failed 4 times/);
  assert.ok(bad.draws <= 6, `retries back off: ${bad.draws} drawings`);
  bad.drawNext = undefined;
  await clock.advance(30_000);
  assert.equal(failing.state, "running");
  assert.equal(failing.lastError, undefined);
  assert.match(status().text, /^was live at/);
  assert.doesNotMatch(status().text, /failed/);
  session.dispose();
});

Deno.test("live draws a change at once even while a retry is far away", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  panel.drawNext = () => Promise.reject("a text, not an error");
  const handle = await run(session.live("price", panel));
  await clock.advance(62_000);
  assert.match(page.last(":status").text, /failed 7 times.*a text, not an error/);
  panel.drawNext = undefined;
  panel.change();
  await clock.advance(1_000);
  assert.equal(handle.state, "running");
  assert.equal(page.last(":frame").html, "<b>1</b>");
  session.dispose();
});

Deno.test("live marks a stale panel within a second, says since when, and takes the mark off again", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  await run(session.live("price", panel));
  panel.isStale = true;
  panel.lastAt = panel.dataTime + 18_000;
  panel.trouble = "binance is recovering.";
  await clock.advance(1_000);
  const { html, text } = page.last(":frame");
  assert.match(html, /STALE · newest data 2025-12-01 14:35:00 UTC/);
  assert.match(html, /opacity:0\.9"><b>0<\/b>/, "the picture is kept, dimmed");
  assert.match(text, /^STALE/);
  assert.match(
    page.last(":status").text,
    /^was stale at .* · last message 2025-12-01 14:35:18 UTC · binance is recovering\./,
  );
  const before = page.messages;
  for (let second = 0; second < 20; second++) {
    // The venue's time is an estimate.
    panel.lastAt += second % 2 === 0 ? 700 : -700;
    await clock.advance(1_000);
  }
  assert.ok(page.messages - before <= 1, "an age that only grows costs nothing");
  panel.change();
  await clock.advance(1_000);
  assert.match(
    page.last(":frame").html,
    /STALE.*<b>1<\/b>/s,
    "a late picture is no fresher than its data",
  );
  Object.assign(panel, { isStale: false, ageMs: 100, trouble: undefined });
  await clock.advance(1_000);
  assert.equal(page.last(":frame").html, "<b>1</b>");
  assert.match(page.last(":status").text, /^was live at .* UTC$/);
  session.dispose();
});

Deno.test("live draws a panel of ages anew by itself, and does not dim what tells its age", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = Object.assign(new NumberPanel(), { everyMs: 2_000, tellsAge: true });
  await run(session.live("connection", panel));
  const before = panel.draws;
  panel.isStale = true;
  await clock.advance(10_000);
  const drawn = panel.draws - before;
  assert.ok(drawn >= 3 && drawn <= 5, `${drawn} drawings in ten seconds without a change`);
  assert.equal(page.last(":frame").html, "<b>0</b>", "no banner, not dimmed");
  assert.match(page.last(":status").text, /^was stale/);
  const idle = new NumberPanel();
  await run(session.live("price", idle));
  const once = idle.draws;
  await clock.advance(10_000);
  assert.equal(idle.draws, once);
  session.dispose();
});

Deno.test("live begins its status line with the panel's own word, and says which data lags", async () => {
  const { session, page, run } = openNotebook();
  const panel = new NumberPanel();
  const { dataTime } = panel;
  const newest = [
    { instrument: "BTCUSDT", dataTime },
    { instrument: "NQ", dataTime: dataTime - 60_000 },
    { instrument: "ES", dataTime: dataTime - 13 * 60_000 },
    { instrument: "RTY", dataTime: NaN },
  ];
  const freshness = panel.freshness;
  panel.freshness = () => ({ ...freshness(), word: "part live", remark: "ES closed", newest });
  await run(session.live("price", panel));
  assert.equal(
    page.last(":status").text,
    "was part live at 2025-12-01 14:35:00 UTC · simulated data · " +
      "newest data 2025-12-01 14:35:00 UTC, ES 14:22:00 UTC, RTY none yet · ES closed",
  );
  session.dispose();
});

Deno.test("live leaves a mounted chart's feed as it is when stale; its status line tells", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  await run(
    session.live("chart", { ...panel, freshness: () => panel.freshness(), mount: panel.draw }),
  );
  panel.isStale = true;
  await clock.advance(1_000);
  assert.equal(page.last(":frame").html, "<b>0</b>");
  assert.match(page.last(":status").text, /^was stale/);
  session.dispose();
});

Deno.test("live waits visibly while there is no data, and says when freshness itself fails", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  Object.assign(panel, { dataTime: NaN, ageMs: undefined });
  let isBroken = false;
  const freshness = () => {
    if (isBroken) throw new Error("no such instrument");
    return panel.freshness();
  };
  await run(session.live("price", { ...panel, freshness }));
  assert.equal(page.last(":status").text, "was waiting · simulated data · no data yet");
  isBroken = true;
  await clock.advance(1_000);
  assert.match(
    page.last(":status").text,
    /^had an error · .*The age of the data is unknown: no such instrument/,
  );
  session.dispose();
});

Deno.test("live says every 90 seconds that its line still holds, and once soon after the start", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  panel.freshness = () => ({
    source: "simulated",
    dataTime: panel.dataTime,
    at: clock.now(),
    ageMs: panel.ageMs,
    isStale: false,
    trouble: undefined,
  });
  await run(session.live("price", panel));
  const before = page.messages;
  for (let second = 1; second <= 120; second++) {
    panel.ageMs = second * 1_000;
    await clock.advance(1_000);
  }
  assert.equal(page.messages - before, 2, "after 4 and after 94 seconds");
  assert.match(page.last(":status").text, /^was live at 2025-12-03 14:01:34 UTC/);
  session.dispose();
});

Deno.test("live keeps a ticker to four small updates a second", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  const handle = await run(session.live("ticker", panel, { minIntervalMs: 250 }));
  await clock.advance(1_000);
  const before = page.messages;
  for (let i = 0; i < 1_000; i++) {
    panel.change();
    await clock.advance(10);
  }
  assert.ok(handle.repaints >= 38 && handle.repaints <= 41, `${handle.repaints} in 10 s`);
  const statuses = page.messages - before - handle.repaints;
  assert.ok(statuses <= 1, `${statuses} status lines in 10 s`);
  assert.ok(session.traffic.bytesPerSecond < 6_000, `${session.traffic.bytesPerSecond} bytes/s`);
  session.dispose();
});

Deno.test("live refuses what is no panel, an empty name and an interval that would stall the page", async () => {
  const { session, clock } = openNotebook();
  const panel = new NumberPanel();
  await assert.rejects(
    session.live("x", (() => {}) as never),
    /panel must be made by a function such as priceChart\(market\); it lacks draw, freshness, subscribe/,
  );
  await assert.rejects(session.live("", panel), /name must say what the panel shows/);
  for (const minIntervalMs of [0, 249, NaN]) {
    await assert.rejects(session.live("x", panel, { minIntervalMs }), RangeError);
  }
  assert.equal(panel.subscriptions, 0);
  assert.equal(clock.pending, 0);
  session.dispose();
});

Deno.test("live rejects when a panel cannot be subscribed to, and leaves nothing behind", async () => {
  const { session, clock } = openNotebook();
  const subscribe = () => {
    throw new Error("the market is closed");
  };
  await assert.rejects(
    session.live("x", { ...new NumberPanel(), subscribe }),
    /the market is closed/,
  );
  assert.equal(session.handles.length, 0);
  assert.equal(clock.pending, 0);
  session.dispose();
});

Deno.test("stop keeps the last frame, says so, and leaves no timer and no subscription", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  const handle = await run(session.live("price", panel));
  panel.change();
  await clock.advance(2_000);
  panel.change();
  const draws = panel.draws;
  await run(handle.stop());
  assert.equal(panel.draws, draws, "what was waiting to be drawn is not");
  assert.equal(handle.state, "stopped");
  assert.equal(page.last(":frame").html, "<b>1</b>");
  assert.match(
    page.last(":status").text,
    /^stopped · simulated data · newest data 2025-12-01 14:35:00 UTC · stopped at 2025-12-03 14:00:0\d UTC, last frame kept$/,
  );
  assert.equal(clock.pending, 0);
  assert.equal(panel.subscriptions, 0);
  const before = page.messages;
  await handle.stop();
  panel.change();
  await clock.advance(60_000);
  assert.equal(page.messages, before);
  session.dispose();
});

Deno.test("stopAll ends every panel even where one cannot be unsubscribed from", async () => {
  const { session, clock, run } = openNotebook();
  const panel = new NumberPanel();
  const subscribe = () => () => {
    throw new Error("already gone");
  };
  await run(session.live("odd", { ...new NumberPanel(), subscribe }));
  await run(session.live("plain", panel));
  await run(session.stopAll());
  assert.equal(panel.subscriptions, 0);
  assert.equal(session.handles.length, 0);
  assert.equal(clock.pending, 0);
  assert.deepEqual(session.troubles.map((trouble) => trouble.message), ["already gone"]);
  await session.stopAll();
  session.dispose();
});

Deno.test("live keeps its memory over 10,000 repaints", async () => {
  const { session, clock, page, run } = openNotebook();
  const panel = new NumberPanel();
  // 20 kB each, 200 MB in all if they were kept.
  panel.drawNext = () => ({ html: `${panel.value}`.padEnd(20_000, "x"), text: "big" });
  const handle = await run(session.live("price", panel));
  const heap: number[] = [];
  for (let i = 0; i < 10_000; i++) {
    panel.change();
    await clock.advance(1_000);
    if (i % 500 === 499) heap.push(Deno.memoryUsage().heapUsed);
  }
  assert.equal(handle.repaints, 10_000);
  assert.equal(clock.pending, 2);
  assert.equal(page.outputs.length, 2);
  const [early, late] = [Math.min(...heap.slice(0, 10)), Math.min(...heap.slice(10))];
  assert.ok(late - early < 20e6, `heap grew by ${((late - early) / 1e6).toFixed(1)} MB`);
  session.dispose();
});
