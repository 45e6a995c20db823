/** The store's commands of the README, as they stand there, on a store of a test. */
import { TextReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import assert from "node:assert/strict";
import { backup, DatabaseSync } from "node:sqlite";
import { MINUTE } from "../../lib/model/time.ts";
import { openStoreReader } from "../../lib/store/open_store.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
/** 9:30 in New York, with which the README's export begins. */
const START = Date.UTC(2025, 10, 3, 14, 30);
const MINUTES = 360;

/** Lines of the README's shell blocks that work on a store, without their comments. */
async function readmeCommands(): Promise<string[]> {
  const text = await Deno.readTextFile(`${ROOT}README.md`);
  return [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block]) =>
    block!.split("\n").map((line) => line.replace(/\s+# .*$/, "").trim())
      .filter((line) => line.startsWith("deno task store ") || line.startsWith("sqlite3 "))
  );
}

/** Words of a line, as a shell splits it. */
const wordsOf = (line: string) =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);

async function run(line: string, dir: string) {
  const [program = "", ...words] = wordsOf(line);
  const args = program === "deno"
    ? ["task", "--quiet", "--config", `${ROOT}deno.json`, ...words.slice(1)]
    : words;
  const { code, stdout, stderr } = await new Deno.Command(
    program === "deno" ? Deno.execPath() : program,
    {
      args,
      cwd: dir,
      stdin: "null",
      // Where the suite itself was started by npx, that says from which folder.
      env: { COMOVE_CONFIG_FILE: `${dir}/notebooks/config.yaml`, INIT_CWD: dir, NO_COLOR: "1" },
    },
  ).output();
  const text = new TextDecoder().decode(stdout);
  assert.equal(code, 0, `${line}: ${text}${new TextDecoder().decode(stderr)}`);
  return text;
}

/** Copies a store by SQLite's own program; where a machine has none, by the call that it makes. */
async function copyBy(
  line: string,
  { from, to, dir }: { readonly from: string; readonly to: string; readonly dir: string },
): Promise<void> {
  try {
    assert.equal(await run(line, dir), "");
  } catch (error) {
    // What a list of permitted programs names and no machine has is not permitted.
    const isAbsent = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotCapable;
    if (!isAbsent) throw error;
    // deno-lint-ignore no-console -- what is not run is said.
    console.log("There is no program sqlite3 here: the store is copied by its library.");
    using database = new DatabaseSync(from, { readOnly: true });
    await backup(database, to);
  }
}

/** Files as the README's lines name them: Binance's archive, and ES by New York's clock. */
async function putFiles(dir: string): Promise<void> {
  let price = 100_000, state = 7;
  const minutes = Array.from({ length: MINUTES }, (_, i) => {
    state = (state * 48_271) % 2_147_483_647;
    price += state % 201 - 100;
    return { time: START + i * MINUTE, price };
  });
  const archive = minutes.map(({ time, price }) =>
    [
      time * 1_000,
      price,
      price + 5,
      price - 5,
      price,
      "1.5",
      (time + MINUTE) * 1_000 - 1,
      1.5 * price,
      3,
      "0.5",
      price / 2,
      0,
    ].join()
  );
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  await zip.add("BTCUSDT-1m-2025-11.csv", new TextReader(`${archive.join("\n")}\n`));
  await Deno.writeFile(`${dir}/BTCUSDT-1m-2025-11.zip`, await zip.close());
  const rows = minutes.map(({ time, price }) => {
    // UTC-5: New York's clock went back the day before.
    const [day, clock] = new Date(time - 300 * MINUTE).toISOString().split("T");
    const close = Math.round(price / 5) / 4;
    return [`${day} ${clock!.slice(0, 8)}`, close, close + 1, close - 1, close, 100].join();
  });
  await Deno.writeTextFile(
    `${dir}/es.csv`,
    `time,open,high,low,close,volume\n${rows.join("\n")}\n`,
  );
}

Deno.test("every store command of the README does what it says, the backup while a writer holds the file", async () => {
  await withTempFolder(async (dir) => {
    await Deno.mkdir(`${dir}/notebooks`);
    await Deno.writeTextFile(`${dir}/notebooks/config.yaml`, "store: { kind: sqlite }\n");
    await putFiles(dir);
    const lines = await readmeCommands();
    const [backup, check, ...others] = lines;
    assert.match(backup!, /^sqlite3 notebooks\/comove-live\.db "\.backup backup\.db"$/);
    assert.equal(check, "deno task store check --path backup.db");
    const said = new Map<string, string>();
    for (const line of others) {
      said.set(line.split(" ").slice(3, 6).join(" "), await run(line, dir));
    }
    const of = (part: string) => [...said].find(([line]) => line.startsWith(part))![1];
    assert.deepEqual([...said.keys()].map((line) => line.split(" ")[0]), [
      "import",
      "import",
      "info",
      "export",
      "export",
      "sql",
    ]);
    assert.match(of("info"), /kind of data +live/);
    assert.match(of("info"), new RegExp(`^BTCUSDT +1m bars +${MINUTES} +2025-11-03`, "m"));
    assert.match(of("info"), new RegExp(`^ES +1m bars +${MINUTES} +2025-11-03`, "m"));
    assert.match(of("sql"), new RegExp(`imported +${2 * MINUTES}`));
    const names = [...Deno.readDirSync(dir)].map(({ name }) => name);
    const parquet = names.find((name) => /^correlation.*\.parquet$/.test(name));
    assert.ok(parquet !== undefined && names.includes("es.xlsx"), names.join());
    assert.ok(
      names.includes(`${parquet}.manifest.json`) && names.includes("es.xlsx.manifest.json"),
    );
    const { files: [bars] } = JSON.parse(await Deno.readTextFile(`${dir}/es.xlsx.manifest.json`));
    assert.deepEqual([bars.what, bars.rows, bars.parameters.from], ["bars", MINUTES, START]);

    const path = `${dir}/notebooks/comove-live.db`;
    await using writer = await writerOf(path);
    await copyBy(backup!, { from: path, to: `${dir}/backup.db`, dir });
    await writer.write();
    assert.match(await run(check!, dir), new RegExp(`sound: ${2 * MINUTES} rows read`));
    const copy = await openStoreReader({ kind: "sqlite", path: `${dir}/backup.db` });
    const all = { stepMs: MINUTE, from: -Infinity, to: Infinity };
    const es = await copy.bars({ ...all, instrument: "ES" });
    assert.deepEqual([es.openTime.length, es.openTime[0], copy.dataKind], [MINUTES, START, "live"]);
    await copy.close();
    const vacuum = `sqlite3 notebooks/comove-live.db "VACUUM INTO 'second.db'"`;
    await copyBy(vacuum, { from: path, to: `${dir}/second.db`, dir });
    await run("deno task store check --path second.db", dir);
  });
});

/** Another process that may write to the store: a stream. */
async function writerOf(path: string) {
  const { openStore } = await import("../../lib/store/open_store.ts");
  const store = await openStore({ kind: "sqlite", path, dataKind: "live" });
  return {
    write: () => store.write({ notes: { test: "written" } }),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

Deno.test("the README's table names commands and options of store that there are", async () => {
  const text = await Deno.readTextFile(`${ROOT}README.md`);
  const lines = text.split("\n").filter((line) => line.startsWith("| `store "));
  const commands = lines.flatMap((line) =>
    [...line.split("|")[1]!.matchAll(/`(store [^`]+)`/g)].map(([, one]) => one!)
  );
  const names = commands.map((command) => command.split(" ")[1]!);
  const known = ["info", "check", "sql", "fetch", "import", "export", "compare"];
  assert.deepEqual(names.toSorted(), known.toSorted());
  await withTempFolder(async (dir) => {
    await Deno.mkdir(`${dir}/notebooks`);
    await Deno.writeTextFile(`${dir}/notebooks/config.yaml`, "");
    for (const command of commands) {
      const name = command.split(" ")[1]!;
      const help = await run(`deno task store ${name} --help`, dir);
      const options = command.match(/--[a-z-]+/g) ?? [];
      for (const option of options) assert.ok(help.includes(option), `${command}: ${option}`);
    }
  });
});
