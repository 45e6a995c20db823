import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { systemFiles } from "../../lib/runtime/files.ts";
import {
  assertReadable,
  gunzipText,
  MAX_FILE_TEXT,
  TooLargeError,
} from "../../lib/runtime/unpack.ts";

const joined = (...parts: readonly Uint8Array[]) =>
  new Uint8Array(parts.flatMap((part) => [...part]));

Deno.test("gunzipText reads one member and several, with texts that are cut between them", async () => {
  const bytes = new TextEncoder().encode("time,price\n1,2 €\n");
  for (let cut = 0; cut <= bytes.length; cut++) {
    const members = joined(gzipSync(bytes.subarray(0, cut)), gzipSync(bytes.subarray(cut)));
    assert.equal(await gunzipText(members), "time,price\n1,2 €\n");
  }
  assert.equal(await gunzipText(gzipSync("")), "");
});

Deno.test("gunzipText stops at what unpacks to more than it may, however it is packed", async () => {
  const million = gzipSync(new Uint8Array(1_000_000).fill(48));
  assert.equal((await gunzipText(million, 1_000_000)).length, 1_000_000);
  const large = { name: "TooLargeError", message: "it unpacks to more than 3 MB" };
  const parts = [million, million, million, million];
  await assert.rejects(gunzipText(joined(...parts), 3_000_000), large);
  await assert.rejects(gunzipText(gzipSync(new Uint8Array(200_000_000)), 3_000_000), large);
  assert.equal(MAX_FILE_TEXT, 512_000_000);
});

Deno.test("gunzipText says that bytes are not gzip, or not whole", async () => {
  const packed = gzipSync("x".repeat(1_000));
  const broken = [
    new TextEncoder().encode("time,price"),
    packed.subarray(0, -5),
    joined(packed.subarray(0, 12)),
  ];
  for (const bytes of broken) {
    await assert.rejects(gunzipText(bytes), (error: Error) => {
      assert.match(error.message, /^it is not whole gzip/);
      return !(error instanceof TooLargeError);
    });
  }
});

Deno.test("a file of more than 512 MB is refused before it is read", async () => {
  assertReadable(MAX_FILE_TEXT);
  assert.throws(() => assertReadable(MAX_FILE_TEXT + 1), /it is larger than 512 MB/);
  const path = await Deno.makeTempFile();
  try {
    await Deno.truncate(path, 600_000_000);
    await assert.rejects(systemFiles.readText(path), TooLargeError);
  } finally {
    await Deno.remove(path);
  }
});
