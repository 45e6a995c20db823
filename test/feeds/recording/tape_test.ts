import assert from "node:assert/strict";
import fc from "fast-check";
import { packBlock, unpackBlock } from "../../../lib/feeds/recording/block.ts";
import { openTape } from "../../../lib/feeds/recording/tape_reader.ts";
import { decodeRow, encodeRow, type Row } from "../../../lib/feeds/recording/tape_row.ts";
import { deflate } from "../../../lib/runtime/deflate.ts";
import type { Log } from "../../../lib/runtime/log.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { message, readAll, until, writerOn } from "./tapes.ts";

const END: Row = { note: "end" };

/** A recording of many small blocks in several files. */
async function sampleTape(): Promise<{ disk: MemoryDisk; rows: Row[] }> {
  const disk = new MemoryDisk();
  const { writer, clock } = writerOn(disk, { maxFileBytes: 1_500 });
  const rows: Row[] = [];
  for (let second = 0; second < 12; second++) {
    for (let i = 0; i < 5; i++) {
      const row = message(rows.length);
      rows.push(row);
      writer.write(row);
    }
    await clock.advance(1_000);
    await until(() => writer.counts.rows === rows.length);
  }
  await writer.end();
  return { disk, rows: [...rows, END] };
}

Deno.test("TapeWriter and TapeReader: every row comes back, over files that rotate by size", async () => {
  const { disk, rows } = await sampleTape();
  const files = [...disk.content.keys()].filter((path) => path.endsWith(".gz"));
  assert.ok(files.length >= 2, files.join());
  assert.equal(files[0], "tape/000001_2025-12-03T14.jsonl.gz");
  assert.deepEqual(await readAll(disk), { rows, ending: { kind: "whole" } });
});

Deno.test("TapeWriter begins a new file with each hour", async () => {
  const disk = new MemoryDisk();
  const { writer, clock } = writerOn(disk);
  for (let i = 0; i < 3; i++) {
    writer.write(message(i));
    await clock.advance(1_000);
    await until(() => writer.counts.rows === i + 1);
    await clock.advance(40 * 60_000);
  }
  await writer.end();
  const names = [...disk.content.keys()].filter((path) => path.endsWith(".gz"));
  assert.deepEqual(names, [
    "tape/000001_2025-12-03T14.jsonl.gz",
    "tape/000002_2025-12-03T15.jsonl.gz",
    "tape/000003_2025-12-03T16.jsonl.gz",
  ]);
  assert.equal((await readAll(disk)).rows.length, 4);
});

Deno.test("A recording's files are plain gzip", async () => {
  const { disk, rows } = await sampleTape();
  let text = "";
  for (const [path, bytes] of [...disk.content].sort(([a], [b]) => a < b ? -1 : 1)) {
    if (!path.endsWith(".gz")) continue;
    let rest = bytes;
    while (rest.length > 0) {
      // The web's decompressor takes one member at a time; its length stands in the extra field.
      const length = new DataView(rest.buffer, rest.byteOffset).getUint32(16, true);
      const member = new Blob([rest.slice(0, length)]).stream();
      text += await new Response(member.pipeThrough(new DecompressionStream("gzip"))).text();
      rest = rest.subarray(length);
    }
  }
  assert.deepEqual(text.trim().split("\n").map(decodeRow), rows);
});

Deno.test("TapeReader gives a beginning of the rows, and no other, whatever is cut off or changed", async () => {
  const { disk, rows } = await sampleTape();
  const lines = rows.map(encodeRow);
  const paths = [...disk.content.keys()].filter((path) => path.endsWith(".gz")).sort();
  let cuts = 0;
  const damage = fc.record({
    file: fc.nat(paths.length - 1),
    where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    how: fc.oneof(
      fc.record({ kind: fc.constant("truncate" as const) }),
      fc.record({ kind: fc.constant("remove" as const) }),
      fc.record({ kind: fc.constant("flip" as const), bit: fc.nat(7) }),
      fc.record({ kind: fc.constant("insert" as const), bytes: fc.uint8Array({ minLength: 1 }) }),
      fc.record({ kind: fc.constant("zeros" as const), count: fc.integer({ min: 1, max: 500 }) }),
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
      const broken = new MemoryDisk();
      for (const [path, bytes] of disk.content) broken.content.set(path, bytes.slice());
      for (const { file, where, how } of damages) {
        const path = paths[file]!;
        const bytes = broken.content.get(path);
        if (bytes === undefined) continue;
        const at = Math.floor(where * bytes.length);
        if (how.kind === "remove") broken.content.delete(path);
        else if (how.kind === "truncate") broken.content.set(path, bytes.slice(0, at));
        else if (how.kind === "insert") {
          broken.content.set(
            path,
            Uint8Array.of(...bytes.slice(0, at), ...how.bytes, ...bytes.slice(at)),
          );
        } else if (how.kind === "zeros") bytes.fill(0, at, at + how.count);
        else if (bytes[at] !== undefined) bytes[at]! ^= 1 << how.bit;
      }
      const read = await readAll(broken);
      assert.deepEqual(read.rows.map(encodeRow), lines.slice(0, read.rows.length));
      if (read.ending.kind === "cut") cuts++;
      else assert.equal(read.rows.length, rows.length);
    }),
    { numRuns: 400 },
  );
  assert.ok(cuts > 200, `${cuts} of 400 were found damaged`);
});

Deno.test("TapeReader says where a cut recording stops, and how much is lost", async () => {
  const { disk } = await sampleTape();
  const paths = [...disk.content.keys()].filter((path) => path.endsWith(".gz")).sort();
  const last = paths.at(-1)!;
  const bytes = disk.content.get(last)!;
  disk.content.set(last, bytes.slice(0, -3));
  const torn = (await readAll(disk)).ending;
  assert.ok(torn.kind === "cut");
  assert.match(torn.why, /ends in the middle of a block/);
  assert.equal(torn.file, last.slice(5));
  assert.equal(torn.at + torn.lostBytes, bytes.length - 3);
  const first = disk.content.get(paths[0]!)!;
  first[40]! ^= 1;
  const damaged = await readAll(disk);
  assert.deepEqual(damaged.rows, []);
  assert.ok(damaged.ending.kind === "cut");
  const all = paths.reduce((sum, path) => sum + disk.content.get(path)!.length, 0);
  assert.equal(damaged.ending.lostBytes, all);
  assert.match(damaged.ending.why, /checksum/);
});

Deno.test("unpackBlock takes any bytes, also well-sealed ones that hold something else", async () => {
  const good = await packBlock(3, ["a", "b"]);
  assert.deepEqual(unpackBlock(good, 0), {
    kind: "block",
    number: 3,
    lines: ["a", "b"],
    end: good.length,
  });
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
    const bytes = Uint8Array.of(...good.slice(0, 32), ...noise);
    assert.notEqual(unpackBlock(bytes, 0).kind, "block");
    assert.notEqual(unpackBlock(noise, 0).kind, "block");
  }));
  // A bomb: a megabyte in a kilobyte, under a small stated length, checksums put right.
  const { crc32 } = await import("../../../lib/runtime/deflate.ts");
  const packed = await deflate(new Uint8Array(1_000_000));
  const bomb = new Uint8Array(32 + packed.length + 8);
  bomb.set(good.slice(0, 16));
  bomb.set(packed, 32);
  const view = new DataView(bomb.buffer);
  view.setUint32(16, bomb.length, true);
  view.setUint32(24, 1, true);
  view.setUint32(bomb.length - 4, 10, true);
  view.setUint32(28, crc32(bomb), true);
  assert.deepEqual(unpackBlock(bomb, 0), {
    kind: "damaged",
    why: "a block does not unpack to what was packed",
  });
});

Deno.test("TapeWriter never waits for a slow disk: it counts what it loses, says so, and notes it", async () => {
  const disk = new MemoryDisk();
  const gate = Promise.withResolvers<void>();
  disk.wait = () => gate.promise;
  const said: string[] = [];
  const log: Log = {
    ...{ debug() {}, info() {}, error() {} },
    warn: (text, fields) => said.push(`${text} ${JSON.stringify(fields)}`),
  };
  const { writer, clock } = writerOn(disk, { maxWaiting: 10_000, log });
  // The disk takes nothing before the gate is opened: what waited for it would not come to its end.
  for (let i = 0; i < 5_000; i++) {
    writer.write(message(i));
    writer.write({ out: "random", value: i });
  }
  await clock.advance(3_000);
  const { lost, rows } = writer.counts;
  assert.equal(rows, 0);
  assert.ok(lost > 9_000 && lost < 10_000, `${lost} lost`);
  assert.equal(said.length, 1);
  assert.match(said[0]!, /disk is slower than the venues/);
  gate.resolve();
  await until(() => writer.counts.rows > 0);
  writer.write(message(9_999));
  await writer.end();
  assert.match(said[1]!, new RegExp(`keeps up again.*"lost":${lost}`));
  const { rows: read, ending } = await readAll(disk);
  assert.deepEqual(ending, { kind: "whole" });
  const note = read.findIndex((row) => "note" in row && row.note === "lost");
  assert.deepEqual(read[note], { note: "lost", rows: lost });
  assert.deepEqual(read.slice(note + 1), [message(9_999), END]);
  assert.equal(read.length - 3 + lost, 10_000);
});

Deno.test("TapeWriter goes on after a disk that was full, and loses nothing it could keep", async () => {
  const disk = new MemoryDisk();
  const { writer, clock } = writerOn(disk);
  writer.write(message(0));
  await clock.advance(1_000);
  await until(() => writer.counts.rows === 1);
  disk.failAfter = 30;
  writer.write(message(1));
  for (let failures = 1; failures <= 3; failures++) {
    await clock.advance(1_000);
    await until(() => disk.failures === failures);
  }
  disk.failAfter = undefined;
  writer.write(message(2));
  await writer.end();
  const { rows, ending } = await readAll(disk);
  assert.deepEqual(rows, [message(0), message(1), message(2), END]);
  assert.deepEqual(ending, { kind: "whole" });
  assert.equal(writer.counts.lost, 0);
});

Deno.test("openTape says what is not a recording", async () => {
  const disk = new MemoryDisk();
  await assert.rejects(openTape("tape", disk.tape), /tape is not a recording.*manifest\.json/);
  await disk.tape.files.writeText("tape/manifest.json", "{}");
  await assert.rejects(openTape("tape", disk.tape), /not one of a comove-recording/);
});

Deno.test("TapeReader stops where inputs go back in time, or leap further than a machine sleeps", async () => {
  const week = 7 * 24 * 3_600_000;
  const at = (...times: number[]) =>
    times.map((time): Row => ({
      in: "timer",
      id: 1,
      delayMs: 1,
      at: time,
      wall: 1_764_771_000_000,
    }));
  const read = async (rows: readonly Row[]) => {
    const disk = new MemoryDisk();
    const { writer } = writerOn(disk);
    for (const row of rows) writer.write(row);
    await writer.end();
    return await readAll(disk);
  };
  const good = at(5, 5, 6, 6 + week);
  assert.deepEqual((await read(good)).ending, { kind: "whole" });
  for (const bad of [at(5, 4), at(5, 6 + week), at(5, 9e11)]) {
    const { rows, ending } = await read(bad);
    assert.deepEqual(rows, bad.slice(0, 1), "what stands before it in its block is given");
    assert.match(ending?.kind === "cut" ? ending.why : "", /does not follow/);
  }
});

Deno.test("TapeReader gives the rows before one that it does not know, of the same block too, and none behind", async () => {
  const row = (at: number): Row => ({
    in: "timer",
    id: 1,
    delayMs: 1,
    at,
    wall: 1_764_771_000_000,
  });
  for (
    const strange of [{ in: "nonsense" }, { ...row(7), at: -1e308 }, { ...row(7), wall: 1e16 }]
  ) {
    const disk = new MemoryDisk();
    const { writer } = writerOn(disk);
    for (const one of [row(5), row(6), strange as Row, row(8)]) writer.write(one);
    await writer.end();
    const { rows, ending } = await readAll(disk);
    assert.deepEqual(rows, [row(5), row(6)]);
    assert.match(ending?.kind === "cut" ? ending.why : "", /none that this version knows/);
  }
});

Deno.test("unpackBlock believes no block of more rows or text than is ever written", async () => {
  const many = await packBlock(0, new Array(100_001).fill("{}"));
  assert.equal(unpackBlock(many, 0).kind, "damaged");
  const bomb = await packBlock(0, [`{"pad":"${"0".repeat(70_000_000)}"}`]);
  assert.ok(bomb.length < 100_000);
  assert.equal(unpackBlock(bomb, 0).kind, "damaged");
});
