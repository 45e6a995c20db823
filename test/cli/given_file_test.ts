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
