import assert from "node:assert/strict";
import { withApi } from "./api_fixture.ts";

/** Every route that is made of minutes. */
const PATHS = [
  "/bars/BTCUSDT?timeframe=5m",
  "/coverage/ES",
  "/correlation?timeframe=1m",
  "/correlation?timeframe=1m&window=25",
  "/correlation/series?pair=BTCUSDT/ES",
  "/correlation/matrix",
  "/measures",
  "/pairs/BTCUSDT/ES?window=20",
  "/statistics/BTCUSDT",
];
/** What of a market works something out. */
const WORK = ["correlation", "correlationSeries", "bars", "pair", "coverage"] as const;

Deno.test("each answer is worked out once a minute, however many ask, and what a minute's result holds never", async () => {
  await withApi(async ({ market, close, get, server }) => {
    const calls: Record<string, number> = {};
    for (const name of WORK) {
      const own = market[name].bind(market) as (...given: unknown[]) => unknown;
      Object.assign(market, {
        [name]: (...given: unknown[]) => {
          calls[name] = (calls[name] ?? 0) + 1;
          return own(...given);
        },
      });
    }
    for (let minute = 0; minute < 70; minute++) await close(minute);
    for (let minute = 70; minute < 72; minute++) {
      await close(minute);
      const made = server.figures.answers_made!;
      for (const name of WORK) calls[name] = 0;
      await get("/correlation");
      assert.equal(calls.correlation, 0, "correlations are those of the minute's result");
      for (const path of PATHS) await get(path);
      const once = { ...calls };
      assert.equal(server.figures.answers_made! - made, PATHS.length + 1);
      const kept = server.figures.answers_kept!;
      const asked = Array.from({ length: 20 }, () => PATHS).flat();
      const answers = await Promise.all(asked.map((path) => get(path)));
      assert.ok(answers.every(({ status }) => status === 200));
      assert.deepEqual(calls, once, "nothing is worked out for those who come later");
      assert.equal(server.figures.answers_made! - made, PATHS.length + 1);
      assert.equal(server.figures.answers_kept! - kept, asked.length);
      for (const { response } of answers) {
        assert.match(response.headers.get("cache-control")!, /^max-age=[1-9]\d?$/);
      }
    }
  });
});
