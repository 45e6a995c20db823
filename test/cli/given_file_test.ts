import assert from "node:assert/strict";
import { readGiven } from "../../lib/cli/given_file.ts";
import { MarketError } from "../../lib/model/errors.ts";
import { systemFiles } from "../../lib/runtime/files.ts";
import { withTempFolder } from "../support/temp_folder.ts";

Deno.test("readGiven says of a file that cannot be read why, and what to do", async () => {
  await withTempFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/bars.csv`, "openTime\n");
    assert.equal(await readGiven(`${dir}/bars.csv`, "--bars", systemFiles), "openTime\n");
    await Deno.writeTextFile(`${dir}/bars.csv.gz`, "not packed");
    const cases = [
      [`${dir}/none.csv`, /none\.csv cannot be read: .*Check the path given with --bars\./],
      [dir, /cannot be read: .*Check the path/],
      [`${dir}/bars.csv.gz`, /named as packed by gzip, but is cut off, damaged or not packed/],
    ] as const;
    for (const [path, says] of cases) {
      await assert.rejects(readGiven(path, "--bars", systemFiles), (error) => {
        assert.ok(error instanceof MarketError);
        assert.deepEqual([error.code, error.remedy], ["file", "configure"]);
        assert.match(error.message, says);
        return true;
      });
    }
  });
});

Deno.test("readGiven says of a file that is too large how much is read, and what to do", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${dir}/bomb.csv.gz`, await bomb(520));
    await assert.rejects(
      readGiven(`${dir}/bomb.csv.gz`, "--bars", systemFiles),
      /bomb\.csv\.gz is too large to be read: it unpacks to more than 512 MB\. Cut it to the months you need/,
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

/** Gzip of so many MB of zeros, in members of one. */
async function bomb(megabytes: number): Promise<Uint8Array> {
  const packed = new Blob([new Uint8Array(1_000_000)]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  const member = new Uint8Array(await new Response(packed).arrayBuffer());
  const all = new Uint8Array(member.length * megabytes);
  for (let i = 0; i < megabytes; i++) all.set(member, i * member.length);
  return all;
}
