import assert from "node:assert/strict";
import { streamCrashes } from "../store/support/stream_crashes.ts";
import { assertWhole, tradeRestarts } from "../store/support/trade_restarts.ts";
import { say } from "../support/say.ts";
import { withTempFolder } from "../support/temp_folder.ts";

/** How often, by environment: `TEST_CRASHES=50`. */
const COUNT = Number(Deno.env.get("TEST_CRASHES") ?? 1_000);
const RESTARTS = Math.min(20, Math.ceil(COUNT / 6));

Deno.test(`a stream with trades killed at ${COUNT} instants has stored what it reported each time`, async () => {
  await withTempFolder(async (dir) => {
    const sum = await streamCrashes(COUNT, {
      dir,
      seed: 1,
      onCrash: (so) => {
        if (so.crashes % 50 === 0) say(JSON.stringify(so));
      },
    });
    say(
      `${sum.crashes} kills: ${sum.reported} minutes reported as stored, ${sum.lost} lost, ${sum.altered} altered; ${sum.trades} trades, ${sum.doubled} doubled; ${sum.counted} minutes with whole trades counted, ${sum.incomplete} not as the venue's; ${sum.findings.length} findings of check`,
    );
    const { crashes, lost, altered, doubled, incomplete, findings } = sum;
    assert.deepEqual({ crashes, lost, altered, doubled, incomplete, findings }, {
      crashes: COUNT,
      lost: 0,
      altered: 0,
      doubled: 0,
      incomplete: 0,
      findings: [],
    });
  });
});

Deno.test(`after each of ${RESTARTS} kills the trades of meanwhile are fetched by id: each of the venues' is stored once`, async () => {
  await withTempFolder(async (dir) => {
    const sum = await tradeRestarts({ dir, kills: RESTARTS, seed: 11 });
    const { lost, doubled, altered, violations } = sum;
    say(
      `${sum.kills} kills: ${sum.trades} trades stored of ${sum.truth} that Binance made, ${lost} lost, ${doubled} doubled, ${altered} altered; whole ${sum.healedMs} ms after the first commit of the last run; ${violations} limits broken`,
    );
    assertWhole(sum);
    assert.equal(sum.trades, sum.truth);
    assert.ok(sum.healedMs < 15_000, `${sum.healedMs} ms`);
  });
});
