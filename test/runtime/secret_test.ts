import assert from "node:assert/strict";
import { MarketError } from "../../lib/model/errors.ts";
import { readSecret } from "../../lib/runtime/secret.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const env = (name: string) => ({ DESK_TOKEN: "hunter2", EMPTY: "" })[name];

async function fileOf(dir: string, content: string | Uint8Array, mode = 0o600): Promise<string> {
  const path = `${dir}/secret`;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await Deno.writeFile(path, bytes);
  await Deno.chmod(path, mode);
  return path;
}

/** Refused with this code and text, without the secret in it. */
async function refused(promise: Promise<string>, code: string, says: RegExp): Promise<void> {
  const error = await promise.then(() => undefined, (error) => error);
  assert.ok(error instanceof MarketError, `${error}`);
  assert.equal(error.code, code);
  assert.equal(error.remedy, "configure");
  assert.match(error.message, says);
  assert.ok(!error.message.includes("hunter2"));
}

Deno.test("readSecret reads a variable, a private file, or takes the value itself", async () => {
  assert.equal(await readSecret("api.token", "env:DESK_TOKEN", { env }), "hunter2");
  assert.equal(await readSecret("api.token", "hunter2", { env }), "hunter2");
  await withTempFolder(async (dir) => {
    const path = await fileOf(dir, "hunter2 \r\n\n");
    assert.equal(await readSecret("api.token", `file:${path}`), "hunter2 ");
    assert.equal(await readSecret("api.token", "file:secret", { folder: dir }), "hunter2 ");
    await Deno.chmod(path, 0o400);
    assert.equal(await readSecret("api.token", `file:${path}`), "hunter2 ");
    await fileOf(dir, "line 1\nline 2\n");
    assert.equal(await readSecret("api.token", `file:${path}`), "line 1\nline 2");
    await Deno.symlink(path, `${dir}/link`);
    assert.equal(await readSecret("api.token", `file:${dir}/link`), "line 1\nline 2");
  });
});

Deno.test("readSecret refuses a variable that is not set, empty, or no name", async () => {
  await refused(
    readSecret("api.token", "env:OTHER", { env }),
    "no-secret",
    /^api\.token is in the variable OTHER, which is not set/,
  );
  await refused(readSecret("api.token", "env:EMPTY", { env }), "no-secret", /not set/);
  await refused(readSecret("api.token", "env:", { env }), "no-secret", /names no variable/);
  await refused(readSecret("api.token", "env:A B", { env }), "no-secret", /names no variable/);
  await refused(readSecret("api.token", "", { env }), "no-secret", /is empty/);
  const forbidden = () => {
    throw new Deno.errors.NotCapable("no");
  };
  await refused(
    readSecret("api.token", "env:DESK_TOKEN", { env: forbidden }),
    "no-secret",
    /Call it COMOVE_SECRET_…, which tasks may read/,
  );
});

Deno.test("readSecret refuses a file that is away, no file, empty, too long or no text", async () => {
  await withTempFolder(async (dir) => {
    await refused(
      readSecret("api.token", `file:${dir}/none`),
      "no-secret",
      /cannot be read: it is not there/,
    );
    await refused(readSecret("api.token", `file:${dir}`), "no-secret", /is no file/);
    await refused(readSecret("api.token", "file:"), "no-secret", /without a path/);
    const path = await fileOf(dir, "\n");
    await refused(readSecret("api.token", `file:${path}`), "no-secret", /which is empty/);
    await fileOf(dir, "x".repeat(64 * 1_024 + 1));
    await refused(readSecret("api.token", `file:${path}`), "no-secret", /65537 bytes/);
    await fileOf(dir, Uint8Array.of(0xff, 0xfe, 0x00));
    await refused(readSecret("api.token", `file:${path}`), "no-secret", /not UTF-8/);
  });
});

Deno.test({
  name: "readSecret refuses a file that others may read or write",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    for (const mode of [0o644, 0o640, 0o604, 0o660, 0o620, 0o601]) {
      await withTempFolder(async (dir) => {
        const path = await fileOf(dir, "hunter2", mode);
        const says = new RegExp(`mode ${mode.toString(8)}.*chmod 600 `);
        await refused(readSecret("api.token", `file:${path}`), "open-secret", says);
      });
    }
  },
});
