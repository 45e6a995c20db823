import assert from "node:assert/strict";
import { MarketError } from "../../lib/model/errors.ts";
import type { Files } from "../../lib/runtime/files.ts";
import { saveFiles } from "../../lib/runtime/save_files.ts";

/** A disk in memory that refuses some paths. */
function disk(refuses: RegExp, old: readonly string[] = []) {
  const content = new Map(old.map((path) => [path, "old"]));
  const take = (path: string, text: string) => {
    if (refuses.test(path)) {
      return Promise.reject(Object.assign(new Error("No space"), { code: "ENOSPC" }));
    }
    content.set(path, text);
    return Promise.resolve();
  };
  const files: Files = {
    readText: () => Promise.reject(new Error("nothing is to be read")),
    exists: (path) => Promise.resolve(content.has(path)),
    writeText: take,
    async writePieces(path, pieces) {
      const decoder = new TextDecoder();
      let text = "";
      for await (const piece of pieces) text += decoder.decode(piece, { stream: true });
      await take(path, text);
    },
  };
  return { content, files };
}

const CONTENTS = { "a.csv": "1", "b.csv": "2", "c.csv": "3" };
const makeRescueFolder = () => Promise.resolve("tmp");

async function refusalOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(() => undefined, (reason) => reason);
  assert.ok(error instanceof MarketError && error.code === "not-saved");
  return error.message;
}

Deno.test("saveFiles writes every file and names them", async () => {
  const { content, files } = disk(/never/);
  const seen: string[] = [];
  const names = await saveFiles("out", CONTENTS, {
    files,
    what: "The export",
    onSaved: (path) => seen.push(path),
  });
  assert.deepEqual(names, ["a.csv", "b.csv", "c.csv"]);
  assert.deepEqual(seen, ["out/a.csv", "out/b.csv", "out/c.csv"]);
  assert.deepEqual([...content.values()], ["1", "2", "3"]);
});

Deno.test("saveFiles saves the others when one is refused, and that one elsewhere", async () => {
  const { content, files } = disk(/out\/b/, ["out/b.csv"]);
  const attempt = saveFiles("out", CONTENTS, { files, what: "The export", makeRescueFolder });
  assert.equal(
    await refusalOf(attempt),
    "The export is not complete: the disk is full. Saved: a.csv, c.csv. " +
      "Saved in tmp instead: b.csv. Not saved: nothing. " +
      "Files of an earlier run are still there: b.csv.",
  );
  assert.equal(content.get("tmp/b.csv"), "2");
  assert.equal(content.get("out/c.csv"), "3");
});

Deno.test("saveFiles says what is lost when it fits nowhere", async () => {
  for (const rescue of [makeRescueFolder, () => Promise.reject(new Error("no temporary folder"))]) {
    const { files } = disk(/[bc]\.csv/);
    const attempt = saveFiles("out", CONTENTS, { files, what: "X", makeRescueFolder: rescue });
    assert.equal(
      await refusalOf(attempt),
      "X is not complete: the disk is full. Saved: a.csv. Not saved: b.csv, c.csv.",
    );
  }
});

Deno.test("saveFiles makes the pieces of a file anew where it is saved elsewhere", async () => {
  const { content, files } = disk(/out\/b/);
  let made = 0;
  const pieces = function* () {
    made++;
    for (const text of ["1,", "2"]) yield new TextEncoder().encode(text);
  };
  const attempt = saveFiles("out", { "a.csv": pieces, "b.csv": pieces }, {
    files,
    what: "X",
    makeRescueFolder,
  });
  assert.match(await refusalOf(attempt), /Saved: a\.csv\. Saved in tmp instead: b\.csv\./);
  assert.deepEqual([...content], [["out/a.csv", "1,2"], ["tmp/b.csv", "1,2"]]);
  assert.equal(made, 3);
});
