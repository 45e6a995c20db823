import assert from "node:assert/strict";
import { join } from "node:path";
import { openStore } from "../../../lib/store/open_store.ts";
import { withTempFolder } from "../../support/temp_folder.ts";
import { assertWhole, startWriter, writerArguments } from "../support/kill_writer.ts";
import { minuteBatch } from "../support/stream_rows.ts";

/** The campaign of a thousand is `test/acceptance/store_kill.ts`. */
const KILLS = 12;

Deno.test("a writer that is killed at any instant loses, doubles and alters nothing that it reported as stored", () =>
  withTempFolder(async (folder) => {
    const path = join(folder, "comove-simulated.db");
    for (let kill = 0; kill < KILLS; kill++) {
      const writer = startWriter(path);
      await writer.hasStored();
      await new Promise((resolve) => setTimeout(resolve, (kill * 29) % 120));
      await assertWhole(path, await writer.kill());
    }
  }));

/** As the shell counts: pieces of 512 or of 1,024 bytes. */
const MOST_BLOCKS = 1_200;

Deno.test({
  name: "a disk that takes no more is a sentence; what was stored is whole, and goes on with room",
  // There is no such limit on Windows.
  ignore: Deno.build.os === "windows",
  fn: () =>
    withTempFolder(async (folder) => {
      const path = join(folder, "comove-simulated.db");
      const limited = `trap '' XFSZ; ulimit -f ${MOST_BLOCKS}; exec "$@"`;
      const { stdout, stderr } = await new Deno.Command("sh", {
        args: ["-c", limited, "sh", Deno.execPath(), ...writerArguments(path)],
        env: { NO_COLOR: "1" },
      }).output();
      const text = new TextDecoder();
      assert.match(
        text.decode(stderr),
        /The store \S+ cannot be written to: the disk .*Nothing of this write was stored/,
      );
      const stored = Number(text.decode(stdout).trim().split("\n").at(-1));
      assert.ok(stored > 0);
      const minutes = await assertWhole(path, stored);
      const store = await openStore({ kind: "sqlite", path, dataKind: "simulated" });
      await store.write(minuteBatch(minutes));
      await store.close();
      assert.equal(await assertWhole(path, minutes), minutes + 1);
    }),
});
