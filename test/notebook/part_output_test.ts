import assert from "node:assert/strict";
import { DARK } from "../../lib/charts/theme.ts";
import { Outputs } from "../../lib/notebook/outputs.ts";
import { PartOutput } from "../../lib/notebook/part_output.ts";
import { ManualClock } from "../support/manual_clock.ts";

Deno.test("PartOutput sends a part when it changes, says why it failed, and ends with one last frame", async () => {
  const clock = new ManualClock();
  const sent: string[] = [];
  const jupyter = {
    broadcast: (type: string, content: Record<string, unknown>) =>
      void sent.push(`${type} ${(content.data as Record<string, string>)["text/html"]}`),
  };
  const outputs = new Outputs({ jupyter: jupyter as never, clock, random: () => 0.5 });
  let change = () => {}, value: string | undefined = "<i>1</i>", isBroken = false;
  const part = new PartOutput({
    name: "forming",
    draw() {
      if (isBroken) throw new Error("no bars");
      return value === undefined ? undefined : { html: value, text: "" };
    },
    subscribe(onChange) {
      change = onChange;
      return () => change = () => {};
    },
  }, { id: "chart", outputs, clock, minIntervalMs: 1_000, theme: DARK });
  part.start();
  part.show();
  assert.deepEqual(sent, ["display_data <i>1</i>"]);
  value = undefined;
  change();
  await clock.advance(1_000);
  assert.equal(sent.length, 1, "what still holds is not sent again");
  isBroken = true;
  change();
  await clock.advance(1_000);
  assert.match(part.error!, /The forming part could not be drawn: .*no bars/);
  isBroken = false;
  value = "<i>2</i>";
  part.drawLast();
  assert.deepEqual([part.error, sent.at(-1)], [undefined, "update_display_data <i>2</i>"]);
  let left = 0;
  part.goOnWith({
    name: "forming",
    draw: () => ({ html: "<i>other</i>", text: "" }),
    subscribe: () => () => left++,
  });
  value = "<i>3</i>";
  change();
  await clock.advance(2_000);
  assert.equal(sent.length, 2, "after the last frame nothing is drawn");
  part.end();
  assert.equal(left, 1);
  change();
  await clock.advance(5_000);
  assert.equal(sent.length, 2);
});

Deno.test("PartOutput draws again what a part held back, though nothing more changes", async () => {
  const clock = new ManualClock();
  const sent: string[] = [];
  const jupyter = {
    broadcast: (_: string, content: Record<string, unknown>) =>
      void sent.push((content.data as Record<string, string>)["text/html"]!),
  };
  const outputs = new Outputs({ jupyter: jupyter as never, clock, random: () => 0.5 });
  let drawings = 0;
  const part = new PartOutput({
    name: "ticks",
    // It may send at its third drawing.
    holdsBack: () => drawings < 3,
    draw: () => ++drawings < 3 ? undefined : { html: "<i>last</i>", text: "" },
    subscribe: () => () => {},
  }, { id: "header", outputs, clock, minIntervalMs: 20, theme: DARK });
  part.start();
  part.show();
  await clock.advance(1_000);
  assert.deepEqual([sent.at(-1), drawings], ["<i>last</i>", 3]);
  part.end();
});

Deno.test("PartOutput draws a part that is out of step at once, and one in step with the others", async () => {
  for (const isInStep of [true, false]) {
    const clock = new ManualClock();
    const drawnAt: number[] = [];
    const outputs = new Outputs({
      jupyter: { broadcast: () => {} } as never,
      clock,
      random: () => 0.5,
    });
    let change = () => {};
    const part = new PartOutput({
      name: "ticks",
      minIntervalMs: 50,
      isInStep,
      draw: () => {
        drawnAt.push(clock.monotonic());
        return undefined;
      },
      subscribe(onChange) {
        change = onChange;
        return () => {};
      },
    }, { id: "desk", outputs, clock, minIntervalMs: 1_000, theme: DARK });
    part.start();
    const step = 50 * Math.ceil(clock.monotonic() / 50 + 1);
    await clock.advance(step + 10 - clock.monotonic());
    change();
    await clock.advance(15);
    const afterStart = drawnAt.length - 1;
    assert.equal(afterStart, isInStep ? 0 : 1);
    change();
    await clock.advance(50);
    assert.equal(drawnAt.length - 1, isInStep ? 1 : 2);
    part.end();
  }
});
