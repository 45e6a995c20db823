import assert from "node:assert/strict";
import { withTempFolder } from "../../support/temp_folder.ts";
import { marketFreshness } from "../../../lib/market/market_freshness.ts";
import { openMarket } from "../../../lib/market/open_market.ts";
import { parseConfig } from "../../../lib/feeds/config.ts";
import { packBlock } from "../../../lib/feeds/recording/block.ts";
import { openTape } from "../../../lib/feeds/recording/tape_reader.ts";
import { encodeRow, type Row } from "../../../lib/feeds/recording/tape_row.ts";
import { systemDisk } from "../../../lib/market/market_replay.ts";
import { type Account, recordedSession, replayed } from "./recorded_session.ts";

/** What a replay says of the source, said as the live market did. */
function asLive(text: string): string {
  return text.replaceAll('"replay"', '"simulated"').replaceAll("(replay data)", "(simulated data)");
}

function assertSame(got: Account, want: Account): void {
  const parts = got.events.findIndex((event, i) => event !== want.events[i]);
  assert.equal(parts, -1, `${got.events[parts]}\nis not\n${want.events[parts]}`);
  assert.equal(got.events.length, want.events.length);
  assert.ok(got.results === want.results, "bars, coverage or correlations differ");
}

/** All rows of a recording. */
async function rowsOf(folder: string): Promise<Row[]> {
  const tape = await openTape(folder, systemDisk);
  const rows: Row[] = [];
  for await (const block of tape.blocks()) rows.push(...block);
  return rows;
}

/** A recording of these rows, with the manifest of another. */
async function rewritten(folder: string, to: string, rows: readonly Row[]): Promise<string> {
  await Deno.mkdir(to);
  await Deno.copyFile(`${folder}/manifest.json`, `${to}/manifest.json`);
  const block = await packBlock(0, rows.map(encodeRow));
  await Deno.writeFile(`${to}/000001_2025-12-03T14.jsonl.gz`, block);
  return to;
}

Deno.test("Replay gives the live run again, event by event and byte by byte, drops and stalls and all", async () => {
  await withTempFolder(async (dir) => {
    const { live, folder } = await recordedSession(dir);
    const told = live.events.join("\n");
    for (const sign of ['"to":"recovering"', '"kind":"gap"', '"kind":"heal"', '"kind":"minute"']) {
      assert.ok(told.includes(sign), `the session has no ${sign}`);
    }
    const first = await replayed(folder);
    assert.equal(first.outcome.divergence, undefined);
    assert.deepEqual(first.outcome.ending, { kind: "whole" });
    const { account } = first;
    assertSame({ events: account.events.map(asLive), results: asLive(account.results) }, live);
    assert.doesNotMatch(account.results, /"source":"simulated"/);
    assert.match(account.results, /"source":"replay"/);
    assertSame((await replayed(folder)).account, account);
    assertSame((await replayed(folder, { speed: 7_200 })).account, account);
  });
});

Deno.test("Replay of a recording that was cut gives a beginning of what was live", async () => {
  await withTempFolder(async (dir) => {
    const { live, folder } = await recordedSession(dir, { minutes: 15 });
    const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name)
      .filter((name) => name.endsWith(".gz")).sort();
    assert.ok(names.length >= 2, "the session fills more than one file");
    const path = `${folder}/${names.at(-1)}`;
    await Deno.truncate(path, (await Deno.stat(path)).size - 5);
    const { account, outcome } = await replayed(folder);
    assert.equal(outcome.ending?.kind, "cut");
    assert.equal(outcome.divergence, undefined);
    assert.ok(account.events.length > 100 && account.events.length < live.events.length);
    assert.deepEqual(account.events.map(asLive), live.events.slice(0, account.events.length));
  });
});

Deno.test("Replay of a recording with lost rows goes on, says so, and is the same every time", async () => {
  await withTempFolder(async (dir) => {
    const { live, folder } = await recordedSession(dir, { minutes: 40 });
    const rows = await rowsOf(folder);
    const inputs = rows.flatMap((row, i) => "in" in row ? [i] : []);
    const [from, to] = [
      inputs[Math.floor(inputs.length / 2)]!,
      inputs[inputs.length / 2 + 300 | 0]!,
    ];
    const note: Row = { note: "lost", rows: to - from };
    const gapped = [...rows.slice(0, from), note, ...rows.slice(to)];
    const path = await rewritten(folder, `${dir}/gapped`, gapped);
    const first = await replayed(path);
    assert.match(first.outcome.divergence!.expected, /rows that were lost/);
    assert.ok(first.outcome.isOver);
    const second = await replayed(path);
    assertSame(second.account, first.account);
    const closed = (events: readonly string[]) =>
      events.filter((event) => event.startsWith('{"kind":"bar"')).length;
    const [got, want] = [closed(first.account.events), closed(live.events)];
    assert.ok(got > want * 0.9, `${got} of ${want} minutes came in`);
  });
});

Deno.test("Replay finds that the program no longer does what it did", async () => {
  await withTempFolder(async (dir) => {
    const { folder } = await recordedSession(dir, { minutes: 5 });
    const rows = (await rowsOf(folder)).map((row): Row =>
      "out" in row && row.out === "http-ask"
        ? { ...row, url: row.url.replace("interval=1m", "interval=5m") }
        : row
    );
    const { outcome } = await replayed(await rewritten(folder, `${dir}/changed`, rows));
    assert.match(outcome.divergence!.expected, /interval=5m/);
    assert.match(outcome.divergence!.got, /interval=1m/);
  });
});

Deno.test("Replay can be stopped in its middle, and its market leaves nothing behind", async () => {
  await withTempFolder(async (dir) => {
    const { folder } = await recordedSession(dir, { minutes: 15 });
    const config = parseConfig({
      overrides: { source: "replay", replay: { path: folder, speed: 300 } },
    });
    const market = await openMarket({}, { config });
    const { outcome } = market.replay!;
    await market.close();
    assert.equal((await outcome).isOver, false);
    assert.equal(market.replay!.isOver, false);
    assert.equal(market.status().state, "closed");
  });
});

Deno.test("Replay is paced in venue seconds, whatever the speed of the clock when it was recorded", async () => {
  await withTempFolder(async (dir) => {
    const { folder } = await recordedSession(dir, { speed: 600, minutes: 15 });
    const config = parseConfig({
      overrides: { source: "replay", replay: { path: folder, speed: 300 } },
    });
    await using market = await openMarket({}, { config });
    const replay = market.replay!;
    const [from, began] = [replay.recordedNow, performance.now()];
    const { divergence } = await replay.outcome;
    const venueMs = (replay.recordedNow - from) * 600;
    const tookMs = performance.now() - began;
    assert.equal(divergence, undefined);
    assert.ok(venueMs > 120_000, `only ${venueMs} venue ms after the opening`);
    assert.ok(tookMs > 0.95 * venueMs / 300, `${tookMs} ms for ${venueMs} venue ms`);
  });
});

Deno.test("a paused replay stands still, and goes on where it was", async () => {
  await withTempFolder(async (dir) => {
    const { folder } = await recordedSession(dir, { minutes: 5 });
    const config = parseConfig({
      overrides: { source: "replay", replay: { path: folder, speed: 120 } },
    });
    await using market = await openMarket({}, { config });
    const ids = market.instruments.map(({ id }) => id);
    const replay = market.replay!;
    replay.pause();
    // What was under way when it was paused comes to its end.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const at = replay.recordedNow;
    assert.equal(marketFreshness(market, ids).word, "paused");
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(replay.recordedNow, at);
    replay.resume();
    assert.equal(replay.isPaused, false);
    const outcome = await replay.outcome;
    assert.ok(replay.recordedNow > at);
    assert.equal(outcome.divergence, undefined);
  });
});

Deno.test("a market whose replay came to its end is finished, not live", async () => {
  await withTempFolder(async (dir) => {
    const { folder } = await recordedSession(dir, { minutes: 5 });
    const config = parseConfig({
      overrides: { source: "replay", replay: { path: folder, speed: "max" } },
    });
    await using market = await openMarket({}, { config });
    await market.replay!.outcome;
    const ids = market.instruments.map(({ id }) => id);
    assert.equal(marketFreshness(market, ids).word, "finished");
  });
});

Deno.test("Recording keeps no secrets: passwords in addresses, account numbers, cookies", async () => {
  await withTempFolder(async (dir) => {
    const { folder } = await recordedSession(dir, { minutes: 2 });
    const text = JSON.stringify(await rowsOf(folder));
    assert.match(text, /tcp-data/);
    assert.doesNotMatch(text, /D[UF]\d*[1-9]\d*\\\\u0000/);
    assert.doesNotMatch(text, /cookie/i);
  });
});
