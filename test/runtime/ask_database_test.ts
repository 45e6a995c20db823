import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { askDatabase } from "../../lib/runtime/ask_database.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n)";

function filled(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec("pragma journal_mode = wal; create table t (a); insert into t values (7)");
  return database;
}

function queryOf(path: string, sql: string, timeoutMs: number) {
  return { path, hasLog: false, sql, rows: 10, bytes: 1e6, memory: 40e6, timeoutMs };
}

function ask(path: string, sql: string, timeoutMs = 20_000) {
  return askDatabase(queryOf(path, sql, timeoutMs));
}

/** The processes that ask this file. */
async function askers(path: string): Promise<number> {
  const { stdout } = await new Deno.Command("ps", { args: ["-eo", "args"] }).output();
  const lines = new TextDecoder().decode(stdout).split("\n");
  return lines.filter((line) => line.includes("query_process.ts") && line.includes(path)).length;
}

Deno.test("askDatabase reads a file of whatever name, and what is only in its log yet", () =>
  withTempFolder(async (folder) => {
    for (const name of ["a.db", "o'd\"d, na?me#%41 ü.db", "two\nlines.db"]) {
      const path = `${folder}/${name}`;
      const database = filled(path);
      assert.deepEqual((await ask(path, "select a from t")).rows, [[7]], name);
      database.close();
    }
  }));

Deno.test("askDatabase leaves no process behind, whether the query ends, is late, or is not wanted any more", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/a.db`;
    filled(path).close();
    await assert.rejects(ask(path, `${ENDLESS} select count(*) from n`, 200), {
      name: "QueryLateError",
    });
    const stop = new AbortController();
    const asked = askDatabase(
      queryOf(path, `${ENDLESS} select count(*) from n`, 60_000),
      stop.signal,
    );
    setTimeout(() => stop.abort(new Error("enough")), 200);
    await assert.rejects(asked, /enough/);
    assert.equal(await askers(path), 0);
  }));

Deno.test("a query ends with the process that asked, even one that was killed", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/a.db`;
    filled(path).close();
    const module = new URL("../../lib/runtime/ask_database.ts", import.meta.url).href;
    const query = queryOf(path, `${ENDLESS} select count(*) from n`, 60_000);
    const program = `import { askDatabase } from ${JSON.stringify(module)};
      await askDatabase(${JSON.stringify(query)});`;
    await Deno.writeTextFile(`${folder}/asks.ts`, program);
    const asking = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--no-check", "--no-config", `${folder}/asks.ts`],
      stdin: "null",
    }).spawn();
    for (let look = 0; await askers(path) === 0; look++) {
      assert.ok(look < 100, "the query has begun");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    asking.kill("SIGKILL");
    await asking.status;
    for (let look = 0; await askers(path) > 0; look++) {
      assert.ok(look < 100, "the query has ended too");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }));

Deno.test("a query that needs more memory than it may have ends with a reason", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/a.db`;
    filled(path).close();
    await assert.rejects(
      ask(path, `${ENDLESS} select hex(randomblob(100000)) from n order by 1`, 60_000),
      { name: "DatabaseError", message: /out of memory/ },
    );
  }));
