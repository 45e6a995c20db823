import assert from "node:assert/strict";
import { isDiskError } from "../../lib/runtime/disk_error.ts";
import { removeUnfinished, writeWhole } from "../../lib/runtime/whole_file.ts";
import { withTempFolder } from "../support/temp_folder.ts";

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

Deno.test("writeWhole replaces a file in one step: a reader sees the old content or the new one", async () => {
  await withTempFolder(async (dir) => {
    const path = `${dir}/bars.csv`;
    const [old, fresh] = ["a".repeat(400_000), "b".repeat(400_000)];
    await writeWhole(path, old);
    let isWriting = true;
    const seen = new Set<string>();
    const reading = (async () => {
      while (isWriting) seen.add(await Deno.readTextFile(path));
    })();
    for (let i = 0; i < 10; i++) await writeWhole(path, i % 2 === 0 ? fresh : old);
    isWriting = false;
    await reading;
    assert.deepEqual([...seen].filter((text) => text !== old && text !== fresh), []);
    assert.deepEqual(await namesIn(dir), ["bars.csv"], "nothing temporary is left");
  });
});

Deno.test("writeWhole leaves the old content and no temporary file when the disk refuses", async () => {
  await withTempFolder(async (dir) => {
    const path = `${dir}/folder`;
    await Deno.mkdir(`${path}/inner`, { recursive: true });
    await assert.rejects(writeWhole(path, "x"), isDiskError);
    assert.deepEqual(await namesIn(dir), ["folder"]);
    await assert.rejects(writeWhole(`${dir}/none/file`, "x"), isDiskError);
    assert.deepEqual(await namesIn(dir), ["folder"]);
  });
});

Deno.test("writeWhole never replaces a SQLite database, its side files, or one behind a link", async () => {
  await withTempFolder(async (dir) => {
    const path = `${dir}/comove-live.db`;
    const bytes = new Uint8Array(8_192);
    bytes.set(new TextEncoder().encode("SQLite format 3\0"));
    await Deno.writeFile(path, bytes);
    await Deno.writeFile(`${path}-wal`, new Uint8Array(100));
    await Deno.symlink(path, `${dir}/link.csv`);
    for (const name of ["comove-live.db", "comove-live.db-wal", "comove-live.db-shm", "link.csv"]) {
      await assert.rejects(
        writeWhole(`${dir}/${name}`, "openTime,open"),
        { name: "MarketError", code: "usage", message: /is a SQLite database.*Name another file/s },
        name,
      );
    }
    assert.deepEqual(await Deno.readFile(path), bytes);
    assert.equal((await Deno.stat(`${path}-wal`)).size, 100);
    await writeWhole(`${dir}/other.csv-wal`, "text");
    await writeWhole(`${dir}/other.csv-wal`, "new text");
    assert.equal(await Deno.readTextFile(`${dir}/other.csv-wal`), "new text");
  });
});

Deno.test("writeWhole writes pieces as they are made, and nothing of them when their making fails", async () => {
  await withTempFolder(async (dir) => {
    const path = `${dir}/rows.csv`;
    await writeWhole(path, [new Uint8Array([97, 10]), new Uint8Array([98])]);
    assert.equal(await Deno.readTextFile(path), "a\nb");
    async function* broken() {
      yield new Uint8Array(100_000);
      await Promise.resolve();
      throw new RangeError("no more rows");
    }
    await assert.rejects(writeWhole(path, broken()), /no more rows/);
    assert.equal(await Deno.readTextFile(path), "a\nb");
    assert.deepEqual(await namesIn(dir), ["rows.csv"]);
  });
});

Deno.test({
  name: "writeWhole writes to what is no file as it is, and reports that it is full",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const module = new URL("../../lib/runtime/whole_file.ts", import.meta.url);
    const code = `import { writeWhole } from "${module}";
      await writeWhole("/dev/null", "x");
      console.log(await writeWhole("/dev/full", "x").catch(({ code }) => code));
      console.log(Deno.statSync("/dev/full").isCharDevice);`;
    // Only a process with every permission may reach devices.
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code] }).output();
    assert.equal(new TextDecoder().decode(stdout), "ENOSPC\ntrue\n");
  },
});

Deno.test({
  name: "writeWhole follows a link, keeps the permissions of the old file, and takes those wanted",
  ignore: Deno.build.os === "windows",
  async fn() {
    await withTempFolder(async (dir) => {
      await Deno.mkdir(`${dir}/far`);
      await Deno.writeTextFile(`${dir}/far/file`, "old", { mode: 0o600 });
      await Deno.symlink(`${dir}/far/file`, `${dir}/link`);
      await writeWhole(`${dir}/link`, "new");
      assert.ok((await Deno.lstat(`${dir}/link`)).isSymlink);
      assert.equal(await Deno.readTextFile(`${dir}/far/file`), "new");
      assert.equal((await Deno.stat(`${dir}/far/file`)).mode! & 0o777, 0o600);
      await writeWhole(`${dir}/private`, "accounts", { mode: 0o600 });
      assert.equal((await Deno.stat(`${dir}/private`)).mode! & 0o777, 0o600);
    });
  },
});

Deno.test("writeWhole writes names as long as the disk allows", async () => {
  await withTempFolder(async (dir) => {
    const path = `${dir}/${"n".repeat(250)}.csv`;
    await writeWhole(path, "x");
    assert.equal(await Deno.readTextFile(path), "x");
  });
});

Deno.test("removeUnfinished takes what a killed writer left, and nothing else", async () => {
  await withTempFolder(async (dir) => {
    for (const name of [".comove-1.part", ".comove.lock", "mine.part", "bars.csv"]) {
      await Deno.writeTextFile(`${dir}/${name}`, "x");
      await Deno.utime(`${dir}/${name}`, new Date(0), new Date(0));
    }
    await Deno.writeTextFile(`${dir}/.comove-2.part`, "being written");
    await removeUnfinished(dir);
    assert.deepEqual(
      await namesIn(dir),
      [".comove-2.part", ".comove.lock", "bars.csv", "mine.part"],
    );
  });
});
