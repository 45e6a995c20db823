import assert from "node:assert/strict";
import { MarketError } from "../../lib/model/errors.ts";
import { claimFolder, tryFolder } from "../../lib/runtime/output_folder.ts";
import { withTempFolder } from "../support/temp_folder.ts";

async function refusalOf(attempt: Promise<unknown>): Promise<MarketError> {
  const outcome = await attempt.then(() => undefined, (error) => error);
  assert.ok(outcome instanceof MarketError, `a sentence, not ${outcome}`);
  assert.doesNotMatch(outcome.message, /os error|\n/);
  return outcome;
}

Deno.test("tryFolder makes the folder, leaves nothing in it, and keeps what is there", async () => {
  await withTempFolder(async (dir) => {
    await tryFolder(`${dir}/a/b`, "--export");
    await Deno.writeTextFile(`${dir}/a/b/old.csv`, "old");
    await tryFolder(`${dir}/a/b`, "--export");
    const entries = await Array.fromAsync(Deno.readDir(`${dir}/a/b`));
    assert.deepEqual(entries.map(({ name }) => name), ["old.csv"]);
  });
});

Deno.test("tryFolder refuses what cannot be written to in one sentence that names option, path and reason", async () => {
  await withTempFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/file`, "x");
    const cases: [path: string, reason: RegExp][] = [
      [`${dir}/file`, /a file of that name is in the way/],
      [`${dir}/file/below`, /a part of the path is a file/],
      [`${dir}/${"n".repeat(300)}`, /the name is too long/],
    ];
    if (Deno.build.os === "linux") {
      cases.push(["/proc/nope", /no such folder|without the permission/]);
    }
    for (const [path, reason] of cases) {
      const { message, code } = await refusalOf(tryFolder(path, "--export"));
      assert.equal(code, "cannot-write");
      assert.match(message, reason);
      assert.ok(message.startsWith(`--export ${path} `), message);
    }
  });
});

Deno.test("claimFolder refuses a second writer by naming the first, and lets the next one in", async () => {
  await withTempFolder(async (dir) => {
    const first = await claimFolder(dir, "--export");
    const { message, code } = await refusalOf(claimFolder(dir, "--export"));
    assert.equal(code, "folder-in-use");
    assert.match(message, new RegExp(`process ${Deno.pid}, since 2\\d{3}-`));
    await first.release();
    await first.release();
    const next = await claimFolder(dir, "--export");
    await next.release();
    assert.deepEqual(await Array.fromAsync(Deno.readDir(dir)), [], "no lock is left");
  });
});

Deno.test("claimFolder takes over from a process that was killed, and removes its unfinished files", async () => {
  await withTempFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/.comove.lock`, `{"pid":1,"since":1}\n`);
    await Deno.writeTextFile(`${dir}/.comove-dead.part`, "half");
    await Deno.utime(`${dir}/.comove-dead.part`, new Date(0), new Date(0));
    const claim = await claimFolder(dir, "--export");
    await refusalOf(claimFolder(dir, "--export"));
    await claim.release();
    assert.deepEqual(await Array.fromAsync(Deno.readDir(dir)), []);
  });
});

Deno.test("claimFolder lets exactly one of many in, however they race", async () => {
  await withTempFolder(async (dir) => {
    let inside = 0;
    let most = 0;
    const enter = async () => {
      for (let i = 0; i < 10; i++) {
        const claim = await claimFolder(dir, "--export").catch(() => undefined);
        if (claim === undefined) continue;
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setTimeout(resolve, 1));
        inside--;
        await claim.release();
      }
    };
    await Promise.all(Array.from({ length: 8 }, enter));
    assert.equal(most, 1);
  });
});
