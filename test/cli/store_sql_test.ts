import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { store } from "../../lib/cli/store.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { BTC } from "../store/support/store_rows.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const MAIN = fileURLToPath(new URL("../../lib/cli/main.ts", import.meta.url));
const ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) " +
  "select count(*) from n";

async function withFile(use: (path: string) => Promise<void>): Promise<void> {
  await withTempFolder(async (folder) => {
    const path = `${folder}/a.db`;
    const written = await openStore({ kind: "sqlite", path, dataKind: "live" });
    await written.write({ instruments: [BTC] });
    await written.close();
    await use(path);
  });
}

async function run(...args: string[]) {
  const { terminal, out, err } = fakeTerminal();
  const code = await store(["sql", ...args], terminal);
  return { code, out: out(), err: err() };
}

Deno.test("a query without an end is over when its time is, and the command says so", () =>
  withFile(async (path) => {
    const { code, err } = await run("--path", path, "--timeout", "0.3", ENDLESS);
    assert.equal(code, 1);
    assert.match(err, /^The query was ended after 0\.3 s, and nothing of it is answered\./);
    for (const bad of ["0", "100000", "soon"]) {
      await assert.rejects(run("--path", path, "--timeout", bad, "select 1"), { code: "usage" });
    }
  }));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`${signal} ends a query without an end at once, with exit code 130`, () =>
    withFile(async (path) => {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--quiet", "--no-check", MAIN, "store", "sql", "--path", path, ENDLESS],
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const asked = performance.now();
      child.kill(signal);
      const { code, stdout, stderr } = await child.output();
      assert.ok(performance.now() - asked < 5_000, "it did not wait for the time limit");
      const text = new TextDecoder();
      assert.deepEqual([code, text.decode(stdout), text.decode(stderr)], [130, "", ""]);
    }));
}

Deno.test("large integers are printed whole, and an answer that is cut says by what", () =>
  withFile(async (path) => {
    const { out } = await run("--path", path, "--json", "select 9223372036854775807 as n; -- one");
    assert.deepEqual(JSON.parse(out), { columns: ["n"], data: [["9223372036854775807"]] });
    const wide = "with recursive n(i) as (select 1 union all select i + 1 from n) " +
      "select hex(zeroblob(400000)) from n";
    const { out: cut, err } = await run("--path", path, "--json", wide);
    assert.equal(JSON.parse(cut).data.length, 19);
    assert.match(err, /^There are more rows than these 19: an answer holds 32 MB\./);
  }));
