import assert from "node:assert/strict";
import { type Life, Pulse } from "../../../lib/charts/browser/pulse.ts";
import { stateText } from "../../../lib/charts/browser/state_text.ts";
import { beatText, claimMarkup, readBeat } from "../../../lib/charts/live_markup.ts";
import { pulseOn, readerText } from "../../notebook/fake_tab.ts";
import { ManualClock } from "../../support/manual_clock.ts";

const at = (count: number, kernel = "k") => ({ kernel, count });

Deno.test("a kernel is alive once its heartbeats follow each other in time, not for what a file holds", async () => {
  const clock = new ManualClock(), pulse = pulseOn(clock);
  // A file: cells that were saved at different times, rendered together or as the reader scrolls.
  for (const count of [40, 57, 58, 90]) pulse.beat(at(count));
  assert.equal(pulse.lifeOf(at(58), clock.monotonic()).kind, "open");
  await clock.advance(3_000);
  pulse.beat(at(300));
  assert.equal(pulse.lifeOf(at(300), clock.monotonic()).kind, "open");
  await clock.advance(2_000);
  pulse.beat(at(301));
  assert.equal(pulse.lifeOf(at(300), 0).kind, "alive");
  assert.equal(pulse.lifeOf(at(90), 0).kind, "left");
  assert.equal(pulse.lifeOf(at(300, "other"), 0).kind, "unfed");
});

Deno.test("a statement lapses exactly five seconds after the last heartbeat, and its silence is counted", async () => {
  const clock = new ManualClock(), pulse = pulseOn(clock);
  pulse.beat(at(1));
  await clock.advance(2_000);
  pulse.beat(at(2));
  const seen: Life[] = [];
  const stop = pulse.watch(at(1), (life) => seen.push(life));
  await clock.advance(4_999);
  assert.ok(seen.every(({ kind }) => kind === "alive"));
  await clock.advance(1);
  assert.deepEqual(seen.at(-1), { kind: "silent", forMs: 5_000 });
  await clock.advance(60_000);
  assert.deepEqual(seen.at(-1), { kind: "silent", forMs: 65_000 });
  // One that returns to sight is old news; a new one is not.
  pulse.beat(at(2));
  assert.equal(seen.at(-1)!.kind, "silent");
  pulse.beat(at(40));
  assert.equal(seen.at(-1)!.kind, "alive");
  stop();
  assert.equal(clock.pending, 0, "no timer without statements");
});

Deno.test("a statement lapses though its timer fires a little early, and time goes on while it is judged", () => {
  let now = 0, pending: { at: number; callback: () => void } | undefined;
  const pulse = new Pulse({
    // Each look at the clock takes time.
    monotonic: () => now += 0.2,
    after(ms, callback) {
      const timer = pending = { at: now + ms, callback };
      return () => {
        if (pending === timer) pending = undefined;
      };
    },
  });
  const seen: string[] = [];
  pulse.watch(at(1), ({ kind }) => seen.push(kind));
  for (let fired = 0; pending !== undefined && fired < 10; fired++) {
    const { at, callback } = pending;
    pending = undefined;
    // Browsers round the times of timers.
    now = Math.max(now, at - 0.55);
    callback();
  }
  assert.equal(seen.at(-1), "unfed");
});

Deno.test("what a server sends over an open connection is live at once, and away when its heartbeats end", async () => {
  const clock = new ManualClock(), pulse = pulseOn(clock);
  const seen: Life[] = [];
  // Drawn for an earlier reader: its beat is older than the first that comes here.
  const stop = pulse.watch(at(3), (life) => seen.push(life));
  assert.equal(seen.at(-1)!.kind, "open");
  pulse.receive(at(40));
  assert.equal(seen.at(-1)!.kind, "alive");
  await clock.advance(4_999);
  assert.equal(seen.at(-1)!.kind, "alive");
  await clock.advance(1);
  assert.deepEqual(seen.at(-1), { kind: "away", forMs: 5_000 });
  pulse.receive(at(41));
  assert.equal(seen.at(-1)!.kind, "alive");
  stop();
  assert.equal(clock.pending, 0);
});

Deno.test("nothing is live while the reader has paused the page", async () => {
  const clock = new ManualClock(), pulse = pulseOn(clock);
  const seen: string[] = [];
  pulse.watch(at(3), ({ kind }) => seen.push(kind));
  pulse.receive(at(3));
  pulse.hold();
  await clock.advance(60_000);
  pulse.receive(at(4));
  assert.deepEqual(seen, ["open", "alive", "held", "alive"]);
});

Deno.test("a page without heartbeats keeps no timer", async () => {
  const clock = new ManualClock(), pulse = pulseOn(clock);
  const seen: string[] = [];
  pulse.watch(at(1), ({ kind }) => seen.push(kind));
  await clock.advance(60_000);
  assert.deepEqual(seen, ["open", "unfed"]);
  assert.equal(clock.pending, 0);
});

Deno.test("a statement claims the present only while it is alive", () => {
  const claim = { now: "● live", was: "● was live at noon" };
  for (const kind of ["open", "unfed", "left", "held"] as const) {
    assert.match(stateText({ kind }, claim).text, /^● was live at noon/);
  }
  assert.deepEqual(stateText({ kind: "alive" }, claim), { text: "● live", tone: "now" });
  const { text, tone } = stateText({ kind: "silent", forMs: 192_000 }, claim);
  assert.equal(
    text,
    "● was live at noon · no heartbeat for 3 min: kernel stopped? Run the cell again",
  );
  assert.equal(tone, "alarm");
  assert.equal(
    stateText({ kind: "away", forMs: 8_000 }, claim).text,
    "● was live at noon · the server is away for 8 s",
  );
});

Deno.test("heartbeats are read as they are written, and nothing else is", () => {
  assert.deepEqual(readBeat(beatText(at(123_456, "ab12cd"))), at(123_456, "ab12cd"));
  for (const text of [undefined, null, "", "ab", "ab.", ".1", "a b.1", "ab.1.2", "ab.123456789"]) {
    assert.equal(readBeat(text), undefined, String(text));
  }
});

Deno.test("claimMarkup escapes what it is given, and shows what was", () => {
  const html = claimMarkup({
    beat: at(1),
    now: '● "live" <b>',
    was: "● was <b>",
    ink: "#fff",
    alarm: "#f00",
  }, 'p"><script>');
  assert.doesNotMatch(html, /<b>|<script>/);
  assert.match(html, /data-now="● &quot;live&quot; &lt;b&gt;"/);
  assert.equal(readerText(html), "● was &lt;b&gt;");
});
