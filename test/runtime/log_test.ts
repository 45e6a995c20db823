import assert from "node:assert/strict";
import { withTempFolder } from "../support/temp_folder.ts";
import { openLog, silentLog, TAIL_LINES } from "../../lib/runtime/log.ts";

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

Deno.test("openLog bounds the files of each source by size and number, and loses no line that it keeps", async () => {
  await withTempFolder(async (dir) => {
    const lines: string[] = [];
    const options = { level: "info", dir, maxFileMb: 0.001, maxFiles: 3 } as const;
    const filesOf = (source: string) =>
      [2, 1, 0].map((number) => `${dir}/${source}${number === 0 ? "" : `.${number}`}.jsonl`);
    // Twice: what an earlier run has left is gone on with.
    for (const run of [0, 1]) {
      const logs = await openLog({ ...options, write: (line) => void lines.push(line) });
      for (let i = 0; i < 30; i++) logs.child("ES").info(`line ${run} ${i}`);
      logs.child("ibkr").info("one");
      await logs.close();
    }
    const texts = filesOf("ES").map((file) => Deno.readTextFileSync(file));
    for (const text of texts) {
      assert.ok(text.length > 800 && text.length <= 1_000, `${text.length}`);
    }
    const written = lines.filter((line) => line.includes('"ES"')).join("");
    assert.ok(written.endsWith(texts.join("")), "the newest lines, each once and in order");
    assert.equal([...Deno.readDirSync(dir)].length, 4, "three of ES, one of ibkr");
    assert.equal(Deno.statSync(filesOf("ES")[1]!).mode! & 0o077, 0, "nobody else reads them");
    const alone = await openLog({ ...options, maxFiles: 1 });
    for (let i = 0; i < 30; i++) alone.child("alone").info(`line ${i}`);
    await alone.close();
    assert.ok(Deno.statSync(`${dir}/alone.jsonl`).size <= 1_000);
    assert.throws(() => Deno.statSync(`${dir}/alone.1.jsonl`), Deno.errors.NotFound);
  });
});

Deno.test("silentLog takes everything and says nothing", () => {
  for (const level of ["debug", "info", "warn", "error"] as const) silentLog[level]("x", { y: 1 });
});

Deno.test("openLog masks secrets by the name of their field, and nothing else", async () => {
  const logs = await openLog({ level: "info", dir: null });
  logs.child("x").info("mixed", {
    passed: 7,
    compass: "north",
    botToken: "s3cret",
    "api-key": "s3cret",
    headers: [{ Authorization: "s3cret" }],
  });
  const [line = ""] = logs.tail();
  await logs.close();
  assert.ok(!line.includes("s3cret"));
  const { fields } = JSON.parse(line);
  assert.equal(fields.passed, 7);
  assert.equal(fields.compass, "north");
  assert.equal(fields.botToken, "***");
});

Deno.test("openLog keeps a message whose fields cannot be printed", async () => {
  const circle: Record<string, unknown> = { a: 1 };
  circle.self = circle;
  const logs = await openLog({ level: "info", dir: null });
  logs.child("x").error("still told", { circle });
  const [line = ""] = logs.tail();
  await logs.close();
  assert.equal(JSON.parse(line).message, "still told");
});

Deno.test("openLog remembers the last lines only", async () => {
  const logs = await openLog({ level: "info", dir: null });
  for (let i = 0; i < TAIL_LINES + 5; i++) logs.child("x").info(`line ${i}`);
  logs.child("x").debug("below the level");
  const tail = logs.tail().map((line) => JSON.parse(line).message);
  await logs.close();
  assert.equal(tail.length, TAIL_LINES);
  assert.deepEqual([tail[0], tail.at(-1)], ["line 5", `line ${TAIL_LINES + 4}`]);
});

Deno.test("openLog lets a later log go on when an earlier one is closed", async () => {
  const first = await openLog({ level: "info", dir: null });
  const second = await openLog({ level: "info", dir: null });
  await first.close();
  second.child("x").info("heard");
  assert.equal(second.tail().length, 1);
  await second.close();
  await second.close();
  second.child("x").info("not heard");
  assert.equal(second.tail().length, 1);
});

Deno.test("openLog filters below each level", async () => {
  for (const [level, count] of [["debug", 4], ["info", 3], ["warn", 2], ["error", 1]] as const) {
    const logs = await openLog({ level, dir: null });
    const log = logs.child("x");
    for (const each of ["debug", "info", "warn", "error"] as const) log[each](each);
    assert.equal(logs.tail().length, count, level);
    await logs.close();
  }
});

Deno.test("openLog masks secrets in messages, fields and errors, on the terminal, in files and in the tail", async () => {
  const dir = await Deno.makeTempDir();
  const lines: string[] = [];
  const secrets = ["pl4nted"];
  const logs = await openLog({ level: "info", dir, secrets, write: (line) => lines.push(line) });
  const log = logs.child("x");
  log.error("wss://me:hunter2@host refused", {
    url: "https://host/?token=hunter2",
    why: "pl4nted",
  });
  log.warn("failed", { error: new Error("Authorization: Bearer hunter2"), list: ["a pl4nted b"] });
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  log.info("pl4nted and api_key=hunter2", { circle });
  const tail = logs.tail().join("");
  await logs.close();
  const file = await Deno.readTextFile(`${dir}/x.jsonl`);
  await Deno.remove(dir, { recursive: true });
  for (const text of [lines.join(""), tail, file]) {
    assert.equal(text.trim().split("\n").length, 3);
    assert.doesNotMatch(text, /hunter2|pl4nted/);
    assert.match(text, /wss:\/\/\*\*\*@host refused/);
  }
});

Deno.test("openLog reports once that a file takes no lines, counts them, and goes on with the others", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.mkdir(`${dir}/ibkr.jsonl`);
  const lines: string[] = [];
  const logs = await openLog({ level: "info", dir, write: (line) => lines.push(line) });
  for (let i = 0; i < 5; i++) logs.child("ibkr").info(`line ${i}`);
  logs.child("binance").info("another");
  assert.equal(logs.lost, 5);
  await logs.close();
  assert.equal(lines.length, 7, "each line is printed all the same");
  const reports = lines.filter((line) => line.includes("cannot be written"));
  assert.equal(reports.length, 1);
  assert.match(reports[0]!, /"level":"error","source":"log".*a folder of that name is in the way/);
  assert.match(await Deno.readTextFile(`${dir}/binance.jsonl`), /"another"/);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("openLog tries its folder at once", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/file`, "x");
  await assert.rejects(openLog({ level: "info", dir: `${dir}/file` }), {
    code: "cannot-write",
    message: /^log\.dir .*a file of that name is in the way/,
  });
  await Deno.remove(dir, { recursive: true });
});

Deno.test("openLog keeps the lines of a source inside its folder, whatever the source is called", async () => {
  const dir = await Deno.makeTempDir();
  const logs = await openLog({ level: "info", dir: `${dir}/log` });
  for (const source of ["../out", "BTC/USD", "..", "币安人生USDT"]) logs.child(source).info("x");
  await logs.close();
  const names = (await Array.fromAsync(Deno.readDir(`${dir}/log`))).map(({ name }) => name).sort();
  assert.deepEqual(names, ["BTC_USD.jsonl", "_.jsonl", "__out.jsonl", "币安人生USDT.jsonl"]);
  assert.deepEqual((await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name), ["log"]);
  await Deno.remove(dir, { recursive: true });
});

Deno.test("openLog writes no control, no mark of direction and nothing without width as it is", async () => {
  await withTempFolder(async (dir) => {
    const lines: string[] = [];
    const logs = await openLog({ level: "info", dir, write: (line) => lines.push(line) });
    const said = "\u202egnp.\u2066 \x1b[31mRED\x1b[0m\x07\x9b31m\u200b\ufeff\x85\ud800";
    logs.child("ibkr").info(said, { said });
    const tail = logs.tail().join("");
    await logs.close();
    const text = lines.join("") + tail + await Deno.readTextFile(`${dir}/ibkr.jsonl`);
    assert.match(text, /^[\x20-\x7e\n]+$/);
    assert.equal(JSON.parse(lines[0]!).fields.said, said);
  });
});

Deno.test("openLog leaves out what a source writes too fast, says how much, and hides no warning by it", async () => {
  const lines: string[] = [];
  const logs = await openLog({ level: "info", dir: null, write: (line) => lines.push(line) });
  const log = logs.child("ibkr");
  for (let i = 0; i < 100_000; i++) log.info(`notice ${i}`);
  log.warn("The connection was lost");
  logs.child("binance").info("another source");
  await logs.close();
  const read = lines.map((line) => JSON.parse(line));
  const notices = read.filter(({ message }) => message.startsWith("notice"));
  assert.ok(notices.length >= 500 && notices.length < 1_000, `${notices.length} lines`);
  const leftOut = read.filter(({ fields }) => fields.leftOut !== undefined);
  assert.ok(leftOut.every(({ level, source }) => level === "warn" && source === "ibkr"));
  const sum = leftOut.reduce((total, { fields }) => total + fields.leftOut, 0);
  assert.equal(notices.length + sum, 100_000);
  assert.ok(read.some(({ message }) => message === "The connection was lost"));
  assert.ok(read.some(({ message }) => message === "another source"));
});
