import assert from "node:assert/strict";
import type { Outside } from "../../../lib/feeds/outside.ts";
import { Recording } from "../../../lib/feeds/recording/recording.ts";
import type { TapeReader } from "../../../lib/feeds/recording/tape_reader.ts";
import type { Row } from "../../../lib/feeds/recording/tape_row.ts";
import { Replay } from "../../../lib/feeds/replay/replay.ts";
import { afterTurn } from "../../../lib/runtime/after_turn.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { ManualClock } from "../../support/manual_clock.ts";

/** Asks a venue at the third tick, right after it has reported it, as a feed does at the end of a minute. */
async function program(outside: Outside, onTick: (tick: number) => void): Promise<void> {
  await outside.begin(() => {
    const { clock, random, httpGet } = outside;
    let ticks = 0;
    const tick = () => {
      random();
      onTick(++ticks);
      const isAsking = ticks % 3 === 0;
      if (isAsking) httpGet("http://venue/audit", { timeoutMs: 1_000 }).catch(() => {});
      clock.setTimer(tick, 100);
    };
    clock.setTimer(tick, 100);
  });
}

/** The rows of a recording that is stopped in the middle of a tick. */
async function recorded(lastTick: number): Promise<Row[]> {
  const clock = new ManualClock();
  const rows: Row[] = [];
  const recording = new Recording({
    afterTurn,
    sink: {
      write: (row) => void rows.push(row),
      end: () => Promise.resolve(void rows.push({ note: "end" })),
    },
    machine: {
      clock,
      random: () => 0.25,
      httpGet: () => Promise.resolve({ status: 200, headers: {}, text: "" }),
      openWebSocket: () => ({ send() {}, close: () => Promise.resolve() }),
      connectTcp: () => {
        throw new Error("nothing speaks TCP here");
      },
    },
  });
  let ticks = 0;
  await program(recording, (tick) => {
    ticks = tick;
    if (tick === lastTick) recording.stop();
  });
  while (ticks < lastTick) {
    await clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await recording.end();
  return rows;
}

async function replayed(rows: readonly Row[]) {
  const ending = { kind: "whole" } as const;
  const tape = { ending, blocks: () => ReadableStream.from([rows]).values() };
  const replay = new Replay({
    tape: tape as unknown as TapeReader,
    speed: Infinity,
    clock: new ManualClock(),
    afterTurn,
    log: silentLog,
  });
  await program(replay, () => {});
  return await replay.outcome;
}

Deno.test("Replay goes on with what the program did after it was stopped in the middle of a turn", async () => {
  for (const lastTick of [3, 4, 6]) {
    const rows = await recorded(lastTick);
    const { divergence, isOver } = await replayed(rows);
    assert.ok(isOver);
    assert.equal(divergence, undefined, `stopped at tick ${lastTick}`);
  }
});

Deno.test("Replay still sees what the program does too much before, and too little at the end", async () => {
  const rows = await recorded(4);
  const unasked = rows.filter((row) => !("out" in row && row.out === "http-ask"));
  assert.match((await replayed(unasked)).divergence!.got, /audit/);
  const more: Row[] = [...rows.slice(0, -1), { out: "socket-close", id: 1 }, { note: "end" }];
  assert.deepEqual((await replayed(more)).divergence?.got, "nothing");
});
