import assert from "node:assert/strict";
import { openLog, silentLog } from "../../lib/runtime/log.ts";

Deno.test("openLog writes one JSON object a line, in time, level, source, message, fields", async () => {
  const lines: string[] = [];
  const logs = await openLog({ level: "info", dir: null, write: (line) => lines.push(line) });
  const log = logs.child("ibkr");
  log.debug("not written");
  log.warn("braces {stay} as they are", { port: 4002, error: new Error("refused") });
  log.error("second", { nothing: undefined, count: 12n });
  await logs.close();
  assert.equal(lines.length, 2);
  const [first, second] = lines.map((line) => JSON.parse(line));
  assert.deepEqual(Object.keys(first), ["time", "level", "source", "message", "fields"]);
  assert.match(first.time, /^\d{4}-\d\d-\d\dT.*Z$/);
  assert.deepEqual(
    { ...first, time: "" },
    {
      time: "",
      level: "warn",
      source: "ibkr",
      message: "braces {stay} as they are",
      fields: { port: 4002, error: "refused" },
    },
  );
  assert.equal(second.fields.count, "12");
});

Deno.test("openLog never writes a secret", async () => {
  const lines: string[] = [];
  const logs = await openLog({ level: "debug", dir: null, write: (line) => lines.push(line) });
  logs.child("x").info("login", { password: "hunter2", nested: { apiKey: "abc", api_key: "def" } });
  await logs.close();
  assert.ok(!/hunter2|abc|def/.test(lines.join("")));
});

Deno.test("openLog keeps a file a source", async () => {
  const dir = await Deno.makeTempDir();
  const logs = await openLog({ level: "info", dir: `${dir}/logs` });
  logs.child("ibkr").info("one");
  logs.child("binance").info("two");
  logs.child("ibkr").info("three");
  await logs.close();
  const messages = (await Deno.readTextFile(`${dir}/logs/ibkr.jsonl`)).trim().split("\n")
    .map((line) => JSON.parse(line).message);
  assert.deepEqual(messages, ["one", "three"]);
  assert.match(await Deno.readTextFile(`${dir}/logs/binance.jsonl`), /"two"/);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("silentLog takes everything and says nothing", () => {
  for (const level of ["debug", "info", "warn", "error"] as const) silentLog[level]("x", { y: 1 });
});
