import assert from "node:assert/strict";
import { withTempFolder } from "../support/temp_folder.ts";

const LIB = new URL("../../lib/", import.meta.url).href;

/** Writes one file in each way that private ones are written, under a mask of the process. */
const WRITER = `
  const { systemFiles } = await import("${LIB}runtime/files.ts");
  const { systemByteFiles } = await import("${LIB}runtime/byte_files.ts");
  const { openLog } = await import("${LIB}runtime/log.ts");
  const [dir, mask] = Deno.args;
  Deno.umask(Number(mask));
  await systemFiles.writeText(dir + "/coverage.json", "{}", { isPrivate: true });
  const tape = await systemByteFiles.create(dir + "/tape.gz");
  await tape.append(new Uint8Array(3));
  tape.close();
  const logs = await openLog({ level: "info", dir });
  logs.child("ibkr").info("x");
  await logs.close();
`;

async function write(dir: string, mask: number): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", WRITER, dir, `${mask}`],
    stderr: "piped",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

async function modesIn(dir: string): Promise<Record<string, string>> {
  const modes: Record<string, string> = {};
  for await (const { name } of Deno.readDir(dir)) {
    modes[name] = ((await Deno.stat(`${dir}/${name}`)).mode! & 0o777).toString(8);
  }
  return modes;
}

const ALL_PRIVATE = { "coverage.json": "600", "tape.gz": "600", "ibkr.jsonl": "600" };

Deno.test({
  name: "recordings, logs and exports can be read by this user alone, whatever the mask",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    for (const mask of [0, 0o022, 0o277]) {
      await withTempFolder(async (dir) => {
        await write(dir, mask);
        assert.deepEqual(await modesIn(dir), ALL_PRIVATE, `mask ${mask.toString(8)}`);
      });
    }
  },
});

Deno.test({
  name: "files that others could read before are private once they are written to",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await withTempFolder(async (dir) => {
      for (const name of ["coverage.json", "ibkr.jsonl"]) {
        await Deno.writeTextFile(`${dir}/${name}`, "old\n");
        await Deno.chmod(`${dir}/${name}`, 0o664);
      }
      await write(dir, 0o022);
      assert.deepEqual(await modesIn(dir), ALL_PRIVATE);
      assert.match(await Deno.readTextFile(`${dir}/ibkr.jsonl`), /^old\n\{/);
    });
  },
});
