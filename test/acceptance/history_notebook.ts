/** `09_history_and_export` in a real Deno kernel: what it shows is what its stores hold. Part of `deno task acceptance`. */
import assert from "node:assert/strict";
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { parseNotebook } from "../../lib/kernel/notebook_file.ts";
import { withParameters } from "../../lib/kernel/parameters.ts";
import { runNotebook } from "../../lib/kernel/run_notebook.ts";
import { MINUTE } from "../../lib/model/time.ts";
import { openStoreReader } from "../../lib/store/open_store.ts";
import type { StoreReader } from "../../lib/store/store.ts";
import { storedDays } from "../../lib/store/stored_days.ts";
import { leastOutputs } from "../support/expected_outputs.ts";
import { say } from "../support/say.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const cwd = new URL("../../notebooks", import.meta.url).pathname;
const NAME = "09_history_and_export";

/** What each code cell showed, as text, by its first line; and what it showed as a page. */
async function shown(parameters: Readonly<Record<string, string | number>>) {
  const text = await Deno.readTextFile(`${cwd}/${NAME}.ipynb`);
  const notebook = withParameters(parseNotebook(text, { name: NAME }), parameters);
  const { notebook: done, failure } = await runNotebook(notebook, { cwd });
  assert.equal(failure, undefined);
  const cells = done.cells.flatMap((cell) => {
    if (cell.cell_type !== "code") return [];
    assert.ok(cell.outputs.length >= leastOutputs(cell), cell.source);
    const bundles = cell.outputs.map((output) => {
      assert.equal(output.output_type, "display_data", cell.source);
      return output.output_type === "display_data" ? output.data : {};
    });
    return [{
      source: cell.source,
      texts: bundles.map((bundle) => String(bundle["text/plain"] ?? "")),
      html: bundles.map((bundle) => String(bundle["text/html"] ?? "")).join("\n"),
    }];
  });
  return (part: string) => {
    const cell = cells.find(({ source }) => source.includes(part));
    assert.ok(cell !== undefined, `no cell has ${part}`);
    return cell;
  };
}

/** Rows of a table of SQL, without its query and head. */
const rowsOf = (text: string) =>
  text.trim().split("\n").slice(2).map((row) => row.trim().split(/\s+/));

/** What the calendar says of each instrument: its name is the id, but for a coin's slash. */
function heldIn(text: string): Map<string, number> {
  const found = text.matchAll(/^(\S+): .* · ([\d,]+) of [\d,]+ minutes held$/gm);
  return new Map([...found].map(([, name, held]) => {
    return [name!.replace("/", ""), Number(held!.replaceAll(",", ""))];
  }));
}

async function minutesOf(store: StoreReader, instrument: string): Promise<number> {
  const all = { instrument, stepMs: MINUTE, from: -Infinity, to: Infinity };
  return (await store.bars(all)).openTime.length;
}

Deno.test(`${NAME} shows what its stores hold: calendar, import, SQL, export, and the figure made again`, async () => {
  await withTempFolder(async (dir) => {
    const path = `${dir}/history.db`, since = performance.now();
    const cell = await shown({ STORE: path, DAYS: 1, SPEED: 60, RUN_SECONDS: 1 });
    say(`${NAME} took ${((performance.now() - since) / 1_000).toFixed(0)} s`);
    const store = await openStoreReader({ kind: "sqlite", path });
    const calendar = cell("coverageCalendar(store)");
    assert.match(calendar.texts[0]!, /^Coverage by day of UTC · stored \(simulated\) data$/m);
    const squares = calendar.html.match(/title="\w{3} 20\d\d-\d\d-\d\d: /g) ?? [];
    assert.ok(squares.length >= 8, `${squares.length} squares of days`);
    const held = heldIn(calendar.texts[0]!);
    const instruments = await store.instruments();
    assert.deepEqual([...held.keys()].sort(), instruments.map(({ id }) => id).sort());
    for (const instrument of instruments) {
      const { days } = await storedDays(store, instrument);
      const stored = await minutesOf(store, instrument.id);
      const sum = days.reduce((all, day) => all + day.held, 0);
      assert.equal(stored, sum, "the calendar counts what is stored");
      // It was drawn last before the last minutes came.
      const shownHeld = held.get(instrument.id)!;
      assert.ok(shownHeld > 900 && shownHeld <= stored && shownHeld > stored - 60, `${shownHeld}`);
    }
    const asked = rowsOf(cell("sqlTable(store").texts[0]!);
    const sum = await store.sql("select count(*) from instruments");
    assert.equal(asked.length, sum.data[0]![0], "one row an instrument");
    for (const [id, step, bars] of asked) {
      const stored = await minutesOf(store, id!);
      assert.equal(step, "60000");
      assert.ok(Number(bars) > 900 && Number(bars) <= stored, `${id}: ${bars} of ${stored}`);
    }

    const wrote = cell("exportData(store").texts;
    const [, rows, file] = /^Wrote ([\d,]+) rows of correlation to (\S+), SHA-256/.exec(wrote[0]!)!;
    const manifest = JSON.parse(await Deno.readTextFile(`${file}.manifest.json`));
    assert.deepEqual(JSON.parse(wrote[1]!), manifest.files[0].parameters);
    assert.deepEqual([manifest.source, manifest.stored.kind], ["simulated", "simulated"]);
    const bytes = await Deno.readFile(file!);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    assert.equal(digest, manifest.files[0].sha256);
    const table = await parquetReadObjects({ file: bytes.buffer, compressors });
    assert.equal(table.length, Number(rows!.replaceAll(",", "")));
    assert.ok(table.length > 200, `${table.length} slots of five minutes`);

    const again = cell("await remakeExport(store");
    assert.match(again.texts[0]!, new RegExp(`^The same to the last digit: ${rows} rows`));
    const last = table.findLast(({ r }) => typeof r === "number" && Number.isFinite(r))!;
    const r = Number(last.r).toFixed(2);
    assert.match(again.texts[1]!, new RegExp(`SIMULATED\\. 5m over 48 returns: \\+?${r} `));
    assert.ok(/data:image\/svg\+xml|<svg/.test(again.html), "the figure is there");
    await store.close();

    const mine = await openStoreReader({
      kind: "sqlite",
      path: file!.replace("correlation.parquet", "mine.db"),
    });
    const imported = await minutesOf(mine, "ES");
    const [taken, own] = cell("await importBars(mine").texts;
    assert.match(taken!, new RegExp(`: ${imported.toLocaleString("en-US")} rows new$`));
    assert.equal(heldIn(own!).get("ES"), imported);
    assert.match(own!, /stored \(live\) data$/m);
    const hours = await mine.sql(
      "select (open_time / 3600000) % 24 as hour, round(sum(volume)) as volume from bars group by 1 order by 2 desc limit 5",
    );
    assert.deepEqual(
      rowsOf(cell("sqlTable(mine").texts[0]!).map((row) => row.map(Number)),
      hours.data.map((row) => row.map(Number)),
    );
    assert.match(
      cell(`source: "store"`).texts[0]!,
      /^ES Futures \(CME via IBKR\), IMPORTED: 184 bars /,
    );
    assert.match(cell(`source: "store"`).texts[1]!, /stored \(imported\) data/);
    assert.match(cell("comparisonChart(mine").texts[0]!, /6 h early .*--zone America\/Chicago/s);
    await mine.close();
    await Deno.remove(file!.replace("/correlation.parquet", ""), { recursive: true });
  });
});
