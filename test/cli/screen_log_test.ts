import assert from "node:assert/strict";
import { ScreenLog } from "../../lib/cli/screen_log.ts";
import { stream } from "../../lib/cli/stream.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const START = Date.UTC(2026, 11, 2, 0, 46, 55);
const REFUSED = "IB Gateway refused 127.0.0.1:4002. Is it running, with API access enabled?";

/** A screen, and a way to log to it `seconds` after the start. */
function screen() {
  const shown: string[] = [];
  const log = new ScreenLog((text) => void shown.push(text));
  const take = (
    seconds: number,
    level: string,
    source: string,
    message: string,
    fields: Readonly<Record<string, unknown>> = {},
  ) => {
    const time = new Date(START + seconds * 1_000).toISOString();
    log.take(`${JSON.stringify({ time, level, source, message, fields })}\n`);
  };
  const state = (seconds: number, from: string, to: string, reason: string) =>
    take(seconds, "info", "ibkr", `ibkr: ${from} → ${to}`, { from, to, reason, venueTime: null });
  return { shown, log, take, state };
}

Deno.test("ScreenLog shows a trouble once, reminds of it ever more rarely, and says when it is over", () => {
  const { shown, take, state } = screen();
  state(0, "idle", "connecting", "started");
  for (let second = 0; second < 600; second++) {
    take(second, "warn", "ibkr", REFUSED, { venue: "ibkr", code: "refused", remedy: "retry" });
    state(second, "connecting", "recovering", REFUSED);
    state(second, "recovering", "connecting", `attempt ${second}`);
  }
  state(600, "starting", "live", "data flows");
  take(601, "warn", "ibkr", REFUSED);
  assert.deepEqual(shown.slice(1), [
    "00:46:55 ibkr     connecting\n",
    `00:46:55 ibkr     warning: ${REFUSED}\n`,
    `00:47:55 ibkr     warning: ${REFUSED} (61 times since 00:46:55)\n`,
    `00:49:55 ibkr     warning: ${REFUSED} (181 times since 00:46:55)\n`,
    `00:53:55 ibkr     warning: ${REFUSED} (421 times since 00:46:55)\n`,
    "00:56:55 ibkr     live again; the trouble began at 00:46:55\n",
    `00:56:56 ibkr     warning: ${REFUSED}\n`,
  ]);
});

Deno.test("ScreenLog takes a trouble with other figures for the same, and another trouble for a new one", () => {
  const { shown, take } = screen();
  take(0, "warn", "binance", "Attempt 1 failed, next at 00:46:56 UTC.");
  take(1, "warn", "binance", "Attempt 2 failed, next at 00:46:58 UTC.");
  take(2, "warn", "binance", "The answer cannot be read.");
  take(3, "warn", "deribit", "The answer cannot be read.");
  assert.deepEqual(shown.slice(1).map((line) => line.slice(9)), [
    "binance  warning: Attempt 1 failed, next at 00:46:56 UTC.\n",
    "binance  warning: The answer cannot be read.\n",
    "deribit  warning: The answer cannot be read.\n",
  ]);
});

Deno.test("ScreenLog does not repeat the troubles that a summary of all is made of", () => {
  const { shown, take } = screen();
  const summary = `NO DATA from any venue. IBKR is down: ${REFUSED} Attempt 1 is under way.`;
  take(0, "warn", "ibkr", REFUSED);
  take(0, "error", "market", summary);
  take(0, "info", "stream", summary.replace("Attempt 1", "Attempt 2"));
  assert.deepEqual(shown.slice(2), [
    "00:46:55 market   error: NO DATA from any venue. IBKR is down: as above. Attempt 1 is under way.\n",
  ]);
});

Deno.test("ScreenLog shows what a reader wants of the fields, and the day when it changes", () => {
  const { shown, take, log } = screen();
  take(0, "info", "ES", "Contract ESZ5", { expiry: "20251219", rollAt: 1765753200000 });
  const from = 1764770400000, to = 1764770460000;
  take(1, "warn", "ES", "Gap: no bar", { from, to, utc: "14:00:00 to 14:01:00 UTC" });
  take(2, "info", "ES", "ES live: 5 minutes", { summary: true, time: from, minutes: 5 });
  take(90_000, "info", "stream", "Saved", { files: ["a.csv", "b.csv"], code: 3, clock: { a: 1 } });
  log.take("no JSON\n");
  assert.deepEqual(shown, [
    "Log of 2026-12-02, times in UTC by this machine's clock. A trouble that repeats is shown once.\n",
    "00:46:55 ES       Contract ESZ5 (expiry 20251219, rollAt 2025-12-14 23:00:00 UTC)\n",
    "00:46:56 ES       warning: Gap: no bar (14:00:00 to 14:01:00 UTC)\n",
    "00:46:57 ES       ES live: 5 minutes\n",
    "Log of 2026-12-03, times in UTC by this machine's clock.\n",
    "01:46:55 stream   Saved (files a.csv b.csv)\n",
    "no JSON\n",
  ]);
});

Deno.test("stream writes plain lines to a screen, and the same as JSON to its files", async () => {
  await withTempFolder(async (dir) => {
    // Nothing listens on the discard port.
    const yaml = [
      `source: live`,
      `binance: { symbols: [] }`,
      `deribit: { enabled: false }`,
      `ibkr: { port: 9 }`,
      `log: { dir: ${dir}/logs }`,
    ].join("\n");
    await Deno.writeTextFile(`${dir}/config.yaml`, yaml);
    const { terminal, err, stop } = fakeTerminal();
    const running = stream(["--config", `${dir}/config.yaml`], {
      ...terminal,
      isErrorScreen: true,
    });
    const attempts = async () => {
      const text = await Deno.readTextFile(`${dir}/logs/ibkr.jsonl`).catch(() => "");
      return text.split("\n").filter((line) =>
        /IB Gateway refused/.test(line) && /"warn"/.test(line)
      );
    };
    const deadline = performance.now() + 10_000;
    while ((await attempts()).length < 3) {
      assert.ok(performance.now() < deadline, err());
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    stop();
    assert.equal(await running, 0);
    const lines = err().trim().split("\n");
    assert.ok(lines.every((line) => !line.startsWith("{")), err());
    assert.equal(lines.filter((line) => /IB Gateway refused/.test(line)).length, 1, err());
    assert.ok((await attempts()).every((line) => JSON.parse(line).source === "ibkr"));
  });
});
