import assert from "node:assert/strict";
import * as notebook from "../../lib/notebook/mod.ts";
import { endSession } from "../../lib/notebook/setup.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { FakeEvents, FakePage, NumberPanel } from "./fake_kernel.ts";

/** The ports of a kernel that is not there; the clock is real, since the outside is short. */
function fakePorts(library?: (signal: AbortSignal) => Promise<string>) {
  const [jupyter, events] = [new FakePage(), new FakeEvents()];
  return {
    jupyter,
    events,
    clock: systemClock,
    random: () => 0.5,
    denoVersion: "2.9.6",
    library: library ?? (() => Promise.resolve("<script>1</script>")),
  };
}

Deno.test("setup installs the guards once, and shows versions and library in each run of its cell", async () => {
  let bundles = 0;
  const ports = fakePorts(() => Promise.resolve(`<script>${++bundles}</script>`));
  for (let i = 0; i < 5; i++) await notebook.setup({ notebook: "04_live_correlation" }, ports);
  assert.equal(bundles, 1);
  assert.equal(ports.events.uncaught.size, 1);
  assert.equal(ports.events.interrupt.size, 1);
  assert.equal(ports.jupyter.outputs.length, 10);
  assert.match(
    ports.jupyter.outputs[0]!.text,
    /^Comove \d+\.\d+\.\d+ · Deno 2\.9\.6 · 04_live_correlation$/,
  );
  assert.equal(ports.jupyter.outputs.at(-1)!.html, "<script>1</script>");
  endSession();
  assert.equal(ports.events.uncaught.size + ports.events.interrupt.size, 0);
});

Deno.test("setup goes on without the charts' page code, says why, and tries again when rerun", async () => {
  let tries = 0;
  const ports = fakePorts(() =>
    ++tries === 1 ? Promise.reject(new Error("no bundler")) : Promise.resolve("<script></script>")
  );
  await notebook.setup({}, ports);
  assert.match(ports.jupyter.outputs[0]!.text, /· interactive charts are off: no bundler$/);
  assert.equal(ports.jupyter.outputs[1]!.text, "Charts are pictures.");
  await notebook.setup({}, ports);
  assert.equal(ports.jupyter.outputs[3]!.html, "<script></script>");
  assert.doesNotMatch(ports.jupyter.outputs[2]!.text, /charts are off/);
  endSession();
});

Deno.test("the next cells run while the page code is bundled, and the first that shows something waits for it", async () => {
  const bundle = Promise.withResolvers<string>();
  const ports = fakePorts(() => bundle.promise);
  await notebook.setup({}, ports);
  assert.match(ports.jupyter.outputs[1]!.html, /TradingView/, "its credit stands in its place");
  let isDone = false;
  const shown = notebook.show("text").then(() => isDone = true);
  await notebook.wait(100);
  assert.equal(ports.jupyter.outputs[2]!.text, "text", "shown at once");
  assert.equal(isDone, false, "a headless run would end without the page code");
  bundle.resolve("<script>1</script>");
  await shown;
  assert.equal(ports.jupyter.outputs[1]!.html, "<script>1</script>");
  endSession();
});

Deno.test("the Stop button ends the wait for the page code, which comes all the same", async () => {
  const bundle = Promise.withResolvers<string>();
  const ports = fakePorts(() => bundle.promise);
  await notebook.setup({}, ports);
  const shown = notebook.show("text");
  ports.events.press();
  await assert.rejects(shown, { name: "AbortError" });
  bundle.resolve("<script>1</script>");
  await notebook.show("more");
  assert.equal(ports.jupyter.outputs[1]!.html, "<script>1</script>");
  endSession();
});

Deno.test("in VS Code the set-up cell waits for the page code, and the session's end gives it up", async () => {
  let given: AbortSignal | undefined;
  const ports = fakePorts((signal) => {
    given = signal;
    return new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason))
    );
  });
  let isDone = false;
  const setUp = notebook.setup({}, { ...ports, frontEnd: "vscode" }).then(() => isDone = true);
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.equal(isDone, false);
  endSession();
  assert.equal(given?.aborted, true);
  await setUp;
});

Deno.test("setup refuses a theme it does not know, and the calls need it first", async () => {
  await assert.rejects(
    notebook.setup({ theme: "blue" as never }, fakePorts()),
    /theme must be one of "dark", "light", "auto"/,
  );
  assert.throws(() => notebook.show("x"), {
    code: "no-setup",
    message: /Run the cell with `await setup\(\)` near the top/,
  });
  await assert.rejects(notebook.setup(), { code: "no-notebook", message: /deno task lab/ });
});

Deno.test("the functions of a notebook share one session", async () => {
  const ports = fakePorts();
  await notebook.setup({}, ports);
  const handle = await notebook.live("price", new NumberPanel());
  assert.deepEqual(notebook.handles(), [handle]);
  await notebook.show("text");
  assert.equal(
    notebook.traffic().messages,
    7,
    "line, credit, page code, frame, status, heartbeat, text",
  );
  let signalled: AbortSignal | undefined;
  const door = { closed: 0, close: () => void door.closed++ };
  const opened = await notebook.keep("door", (signal) => {
    signalled = signal;
    return door;
  });
  assert.equal(opened, door);
  assert.equal(signalled, notebook.cellSignal());
  assert.equal(notebook.keep(door), door);
  assert.throws(() => notebook.keep({} as never), /something with a close function/);
  assert.throws(() => notebook.keep("name" as never), /needs the function that opens/);
  await notebook.runFor(0);
  await notebook.wait(1);
  ports.events.fail(new Error("odd"));
  assert.equal(notebook.troubles().length, 1);
  await notebook.finish();
  await notebook.stopAll();
  assert.equal(handle.state, "stopped");
  await notebook.closeAll();
  assert.equal(door.closed, 1, "kept once, closed once");
  endSession();
});

Deno.test("reload moves the notebook over to the library as it is now, and keeps what is open", async () => {
  const ports = fakePorts();
  await notebook.setup({ notebook: "n" }, ports);
  const door = { closed: 0, close: () => void door.closed++ };
  notebook.keep(door);
  const handle = await notebook.live("price", new NumberPanel());
  const fresh = await notebook.reload<typeof notebook>({ module: "lib/notebook/mod.ts" });
  assert.notEqual(fresh.live, notebook.live, "modules of their own");
  assert.equal(handle.state, "stopped");
  assert.equal(door.closed, 0);
  assert.equal(ports.events.interrupt.size, 1, "the old guards are off, the new ones on");
  assert.throws(() => notebook.handles(), { code: "no-setup" });
  const again = await fresh.live("price", new NumberPanel());
  assert.equal(again.state, "running");
  await assert.rejects(fresh.reload({ module: "lib/model/time.ts" }), { code: "no-library" });
  assert.equal(again.state, "running", "a reload that fails changes nothing");
  await fresh.closeAll();
  assert.equal(door.closed, 1);
});

Deno.test("the Stop button ends a query without an end, and so does its time", async () => {
  const ports = fakePorts();
  await notebook.setup({}, ports);
  const store = await openStore({ kind: "memory", dataKind: "live" });
  const endless = "with recursive n(i) as (select 1 union all select i + 1 from n) " +
    "select count(*) from n";
  const asked = notebook.sqlTable(store, endless);
  setTimeout(() => ports.events.press(), 200);
  await assert.rejects(asked, { name: "AbortError", message: /^Stopped by the Stop button/ });
  await assert.rejects(notebook.sqlTable(store, endless, { timeoutMs: 200 }), {
    code: "sql-timeout",
  });
  await assert.rejects(
    notebook.sqlTable(store, "select 1", { timeout: 5 } as object),
    /options of sqlTable must be of timeoutMs, signal, got timeout/,
  );
  await store.close();
  endSession();
});
