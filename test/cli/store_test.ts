import assert from "node:assert/strict";
import { store } from "../../lib/cli/store.ts";
import { storeExport } from "../../lib/cli/store_export.ts";
import { MarketError } from "../../lib/model/errors.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { barColumns, BTC } from "../store/support/store_rows.ts";
import { ManualClock } from "../support/manual_clock.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { fakeTerminal } from "./fake_terminal.ts";

const START = Date.UTC(2025, 11, 3, 15, 0);

/** A file of ten minutes. */
async function withFile(use: (path: string, dir: string) => Promise<void>): Promise<void> {
  await withTempFolder(async (dir) => {
    const path = `${dir}/a.db`;
    const written = await openStore({ kind: "sqlite", path, dataKind: "live" });
    const rows = Array.from({ length: 10 }, (_, minute) => {
      const openTime = START + minute * MINUTE;
      return { openTime, close: 100 + minute, volume: 2, source: "live" as const };
    });
    const series = { instrument: BTC.id, stepMs: MINUTE };
    const end = START + 10 * MINUTE;
    await written.write({
      instruments: [BTC],
      bars: [{ ...series, bars: barColumns(rows) }],
      coverage: [
        { ...series, from: START, to: end, state: "complete", reason: "" },
        { ...series, from: end, to: end + 2 * MINUTE, state: "missing", reason: "x" },
      ],
    });
    await written.close();
    await use(path, dir);
  });
}

async function run(...args: string[]) {
  const { terminal, out, err } = fakeTerminal();
  const code = await store(args, terminal);
  return { code, out: out(), err: err() };
}

/** The files of a folder, to see that nothing changed. A reader of SQLite leaves empty ones of its own. */
async function stateOf(dir: string): Promise<string> {
  const entries = await Array.fromAsync(Deno.readDir(dir));
  const states = entries.filter(({ name }) => !/-(wal|shm)$/.test(name)).map(({ name }) => {
    const { size, mtime } = Deno.statSync(`${dir}/${name}`);
    return `${name} ${size} ${mtime?.getTime()}`;
  });
  return states.sort().join("\n");
}

Deno.test("info shows what is stored, as a table and as JSON, and changes nothing", () =>
  withFile(async (path, dir) => {
    const before = await stateOf(dir);
    const { code, out } = await run("info", "--path", path);
    assert.equal(code, 0);
    assert.match(out, /kind of data {2}live\n/);
    assert.match(out, /BTCUSDT +1m bars +10 +2025-12-03 +2025-12-03 +1 +2\n/);
    const { series, dataKind } = JSON.parse((await run("info", "--path", path, "--json")).out);
    assert.equal(dataKind, "live");
    assert.equal(series[0].rows, 10);
    assert.equal(await stateOf(dir), before);
  }));

Deno.test("check reads every row, and exits 1 for damage", () =>
  withFile(async (path) => {
    const sound = await run("check", "--path", path);
    assert.deepEqual([sound.code, sound.out], [0, `${path} is sound: 10 rows read.\n`]);
    const bytes = await Deno.readFile(path);
    bytes.fill(0xa5, Math.floor(bytes.length / 3), Math.floor(bytes.length / 3) + 8_000);
    await Deno.writeFile(path, bytes);
    const damaged = await run("check", "--path", path);
    assert.equal(damaged.code, 1);
    assert.match(damaged.out + damaged.err, /damaged/);
  }));

Deno.test("sql prints a table, or columns and rows, and never writes", () =>
  withFile(async (path, dir) => {
    const before = await stateOf(dir);
    const select = "select open_time, close, volume from bars order by open_time limit 2";
    const { code, out } = await run("sql", select, "--path", path);
    assert.equal(code, 0);
    assert.match(out, /^ +open_time +close +volume\n1764774000000 +100 +2\n/);
    const { out: json } = await run("sql", "--json", "--path", path, select);
    assert.deepEqual(JSON.parse(json).data[1], [START + MINUTE, 101, 2]);
    const few = await run("sql", "--path", path, "--limit", "3", "select * from bars");
    assert.match(few.err, /more rows than these 3/);
    assert.equal(few.out.trim().split("\n").length, 4);
    for (const bad of ["delete from bars", "drop table bars", "nonsense", "attach 'x' as y"]) {
      const refused = await run("sql", "--path", path, bad);
      assert.equal(refused.code, 1, bad);
      assert.match(refused.err, /The query was not run/, bad);
    }
    assert.equal(await stateOf(dir), before);
    await assert.rejects(run("sql", "--path", path), { code: "usage", message: /one statement/ });
  }));

Deno.test("export writes the file named, else one with the time in its name, and a manifest", () =>
  withFile(async (path, dir) => {
    const out = `${dir}/x.json`;
    const named = await run("export", "--path", path, "--what", "bars", "--out", out);
    assert.equal(named.code, 0);
    assert.equal(named.out, `${out}: 10 rows of bars, live data\n`);
    assert.equal(JSON.parse(await Deno.readTextFile(out)).data.length, 10);
    assert.ok((await Deno.stat(`${out}.manifest.json`)).isFile);
    const { terminal, out: said } = fakeTerminal({ from: dir });
    const clock = new ManualClock(Date.UTC(2026, 0, 26, 23, 0, 5));
    const given = ["--path", path, "--symbol", "BTCUSDT", "--timeframe", "5m"];
    assert.equal(await storeExport(given, terminal, { clock }), 0);
    const name = `${dir}/bars_BTCUSDT_5m_2026-01-26T230005Z.csv`;
    assert.ok(said().startsWith(name), said());
    const lines = (await Deno.readTextFile(name)).trim().split("\n");
    assert.equal(lines[1], `${START},99.75,104.5,99.5,104,10,0,live`);
  }));

Deno.test("export makes a file, and not its folder, which it names", () =>
  withFile(async (path, dir) => {
    const out = `${dir}/none/deeper/x.csv`;
    await assert.rejects(run("export", "--path", path, "--what", "bars", "--out", out), (error) => {
      assert.ok(error instanceof MarketError);
      assert.equal(error.code, "usage");
      assert.ok(error.message.includes(`there is no folder ${dir}/none/deeper; make it first`));
      return true;
    });
    await assert.rejects(Deno.stat(`${dir}/none`), Deno.errors.NotFound);
  }));

Deno.test("import of what is no file, or has no end, is refused", () =>
  withFile(async (path, dir) => {
    const cases = [
      [`${dir}/none.csv`, "there is no such file"],
      [dir, "it is a folder"],
      ["/dev/zero", "it is larger than 512 MB"],
    ] as const;
    for (const [file, why] of cases) {
      const { code, err } = await run("import", file, "--symbol", "ES", "--path", path);
      assert.deepEqual([code, err], [1, `${file} cannot be read: ${why}.\n`]);
    }
  }));

Deno.test("Ctrl-C ends an import that waits for a pipe", () =>
  withFile(async (path, dir) => {
    const pipe = new Deno.Command("sh", { args: ["-c", `mkfifo "${dir}/pipe"`] });
    assert.ok((await pipe.output()).success);
    const { terminal, stop } = fakeTerminal();
    const importing = store(
      ["import", `${dir}/pipe`, "--symbol", "ES", "--path", path],
      terminal,
    );
    setTimeout(stop, 100);
    assert.equal(await importing, 130);
    // Whoever opens it to write lets the reading end.
    await Deno.writeTextFile(`${dir}/pipe`, "");
  }));

Deno.test("import and sql make no folder for a store", () =>
  withFile(async (_path, dir) => {
    const file = `${dir}/b.csv`;
    await Deno.writeTextFile(file, `openTime,open,high,low,close,volume\n${START},1,1,1,1,1\n`);
    const place = ["--path", `${dir}/none/a.db`];
    const imported = await run("import", file, "--symbol", "ES", "--timeframe", "1m", ...place);
    assert.equal(imported.code, 1);
    assert.match(imported.err, /none\/a\.db cannot be opened: there is no such folder/);
    assert.equal((await run("sql", "select 1", ...place)).code, 1);
    await assert.rejects(Deno.stat(`${dir}/none`), Deno.errors.NotFound);
  }));

Deno.test("export never writes over the store that it reads", () =>
  withFile(async (path, dir) => {
    const before = await stateOf(dir);
    const { terminal } = fakeTerminal();
    for (const out of [path, `${path}-wal`]) {
      await assert.rejects(
        storeExport(["--path", path, "--what", "bars", "--format", "csv", "--out", out], terminal),
        { code: "usage", message: /is a SQLite database/ },
      );
    }
    assert.equal(await stateOf(dir), before);
    assert.equal((await run("check", "--path", path)).code, 0);
  }));

Deno.test("export takes times as epoch ms and as ISO with a zone, and refuses what makes no sense", () =>
  withFile(async (path, dir) => {
    const out = `${dir}/x.csv`;
    const rowsIn = async (...more: string[]) => {
      await run("export", "--path", path, "--out", out, ...more);
      return (await Deno.readTextFile(out)).trim().split("\n").length - 1;
    };
    assert.equal(await rowsIn("--from", `${START + 2 * MINUTE}`), 8);
    assert.equal(
      await rowsIn("--from", "2025-12-03T16:02:00+01:00", "--to", "2025-12-03T15:05:00Z"),
      3,
    );
    const refused = (message: RegExp, ...more: string[]) =>
      assert.rejects(run("export", "--path", path, "--out", out, ...more), {
        code: "usage",
        message,
      });
    await refused(/--from must be before --to/, "--from", "5", "--to", "5");
    await refused(/time with a zone/, "--from", "2025-12-03T15:02:00");
    await refused(/format must be one of csv, json, xlsx, parquet, got xls/, "--format", "xls");
    await refused(/what must be one of bars, trades/, "--what", "quotes");
    await refused(/NQ is not stored/, "--symbol", "NQ");
    await refused(/takes no pair/, "--pair", "ES/NQ");
  }));

Deno.test("a store that is not there is not made, by any command that reads", () =>
  withTempFolder(async (dir) => {
    for (const command of [["info"], ["check"], ["export"], ["sql", "select 1"]]) {
      const { code, err } = await run(...command, "--path", `${dir}/none.db`);
      assert.equal(code, 1, command.join(" "));
      assert.match(err, /none\.db/);
    }
    assert.deepEqual(await Array.fromAsync(Deno.readDir(dir)), []);
  }));

Deno.test("without --path the store is that of the configuration, beside its file", () =>
  withFile(async (path, dir) => {
    const config = `${dir}/c.yaml`;
    await Deno.writeTextFile(config, "source: live\nstore: { kind: sqlite, path: a.db }\n");
    assert.equal((await run("info", "--config", config)).code, 0);
    await Deno.writeTextFile(config, "source: live\nstore: { kind: sqlite }\n");
    const missing = await run("info", "--config", config);
    assert.equal(missing.code, 1);
    assert.match(missing.err, /comove-live\.db/);
    await Deno.rename(path, `${dir}/comove-live.db`);
    assert.equal((await run("info", "--config", config)).code, 0);
    await Deno.writeTextFile(config, "store: { kind: postgres }\n");
    await assert.rejects(run("info", "--config", config), { code: "config", message: /postgres/ });
  }));

Deno.test("every command has its help, and a misspelt one is suggested", async () => {
  for (const name of ["info", "check", "import", "export", "sql"]) {
    const { code, out } = await run(name, "--help");
    assert.equal(code, 0);
    assert.match(out, new RegExp(`deno task store ${name} \\[options\\]`));
    assert.match(out, /--path FILE/);
  }
  await assert.rejects(run("exprot"), { code: "usage", message: /did you mean export\?/ });
});

/** Minutes as lines of CSV; the third is damaged where it is asked for. */
function csv(isDamaged = false): string {
  const lines = Array.from({ length: 30 }, (_, at) => {
    const high = isDamaged && at === 2 ? 90 : 101;
    return `${START + at * MINUTE},100,${high},99,${100 + at % 2},${1 + at % 3}`;
  });
  return `openTime,open,high,low,close,volume\n${lines.join("\n")}\n`;
}

Deno.test("import makes the file, is all or nothing, and changes nothing the second time", () =>
  withTempFolder(async (dir) => {
    const path = `${dir}/b.db`, file = `${dir}/bars.csv`;
    const given = ["--path", path, "--symbol", "BTCUSDT"];
    await Deno.writeTextFile(file, csv(true));
    const refused = await run("import", file, ...given);
    assert.equal(refused.code, 1);
    assert.match(refused.out, /1 row refused:\n +line 4: high 90 is below low 99/);
    assert.match(refused.err, /Nothing was imported\. .*--skip-refused: 29 rows/);
    assert.deepEqual((await Array.fromAsync(Deno.readDir(dir))).length, 1, "no store is made");
    await Deno.writeTextFile(file, csv());
    const first = await run("import", file, ...given);
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /Imported bars of 1m of BTCUSDT into \S+b\.db: 30 rows new\.\n$/);
    const count = async () =>
      JSON.parse(
        (await run("sql", "--path", path, "--json", "select count(*), min(source) from bars")).out,
      ).data[0];
    assert.deepEqual(await count(), [30, "imported"]);
    const again = await run("import", file, ...given);
    assert.match(again.out, /0 rows new, 30 already there\.\n$/);
    assert.deepEqual(await count(), [30, "imported"]);
    assert.equal((await run("check", "--path", path)).code, 0);
    await Deno.writeTextFile(file, csv(true).replaceAll(",100,", ",100.5,"));
    const partly = await run("import", file, ...given, "--skip-refused");
    assert.match(partly.out, /0 rows new, 29 already there, 1 left out\.\n$/);
  }));

Deno.test("import never mixes kinds of data, and refuses what it cannot name", () =>
  withTempFolder(async (dir) => {
    const path = `${dir}/s.db`, file = `${dir}/bars.csv`;
    await Deno.writeTextFile(file, csv());
    const simulated = await openStore({ kind: "sqlite", path, dataKind: "simulated" });
    await simulated.close();
    const mixed = await run("import", file, "--path", path, "--symbol", "BTCUSDT");
    assert.equal(mixed.code, 1);
    assert.match(mixed.err, /simulated/);
    const usage = (message: RegExp, ...args: string[]) =>
      assert.rejects(run("import", "--path", `${dir}/n.db`, ...args), { code: "usage", message });
    await usage(/--symbol must say what/, file);
    await usage(/--symbol must be one of .*ETHUSDT .*got AAPL/, file, "--symbol", "AAPL");
    await usage(/needs one file, got 0/, "--symbol", "ES");
    await usage(/timeframe must be one of/, file, "--symbol", "ES", "--timeframe", "2m");
    await usage(/--zone must be an IANA/, file, "--symbol", "ES", "--zone", "Mars");
    const missing = await run("import", `${dir}/no.csv`, "--path", path, "--symbol", "ES");
    assert.equal(missing.code, 1);
    assert.match(missing.err, /no\.csv cannot be read/);
    const folder = await run("import", file, "--path", `${dir}/x/n.db`, "--symbol", "BTCUSDT");
    assert.equal(folder.code, 1);
    assert.ok(!(await Array.fromAsync(Deno.readDir(dir))).some(({ name }) => /^[nx]/.test(name)));
  }));

Deno.test("what was imported without a volume is exported, correlated and counted", () =>
  withTempFolder(async (dir) => {
    const path = `${dir}/v.db`, out = `${dir}/out.csv`;
    for (const [id, phase] of [["BTCUSDT", 0], ["ES", 1]] as const) {
      const lines = Array.from({ length: 120 }, (_, at) => {
        const close = 100 + Math.sin(at * at + phase * at);
        return `${START + at * MINUTE},${close},${close},${close},${close}`;
      });
      await Deno.writeTextFile(`${dir}/${id}.csv`, `time,open,high,low,close\n${lines.join("\n")}`);
      const { code, err } = await run(
        ...["import", `${dir}/${id}.csv`, "--path", path, "--symbol", id],
      );
      assert.equal(code, 0, err);
    }
    const given = ["--path", path, "--out", out];
    await run("export", ...given, "--what", "correlation", "--timeframe", "1m");
    const rows = (await Deno.readTextFile(out)).trim().split("\n").slice(1);
    assert.equal(rows.length, 120);
    assert.match(rows.at(-1)!, /,BTCUSDT\/ES,1m,60,60,60,-?0\.\d+/);
    await run("export", ...given, "--what", "bars", "--symbol", "ES", "--timeframe", "5m");
    assert.match(await Deno.readTextFile(out), /,,0,imported\n/);
  }));
