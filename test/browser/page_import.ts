/**
 * A table of bars goes from a file on the reader's machine into the running store, through the page: chosen, sent with the
 * page's token, and answered with what was new. Not part of `deno task test`: `deno test -A test/browser/page_import.ts`.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { systemClock } from "../../lib/runtime/clock.ts";
import { openStore } from "../../lib/store/open_store.ts";
import { IMPORT_FIRST, IMPORT_MINUTES, importTable } from "../support/import_table.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { withServedPage } from "./support/served_page.ts";

Deno.test("a table is imported into the running store through the page", async () => {
  await withTempFolder(async (folder) => {
    // What a table of a reader belongs to is a store of real data.
    const store = await openStore({
      kind: "sqlite",
      path: `${folder}/desk.db`,
      dataKind: "live",
      clock: systemClock,
    });
    try {
      await withServedPage("#view=health", async (page) => {
        const form = page.locator("[data-form=files]");
        const send = async (name: string, text: string, answer: string) => {
          await form.locator("input[type=file]").setInputFiles({
            name,
            mimeType: "text/csv",
            buffer: Buffer.from(text),
          });
          await form.getByLabel("Instrument").fill("ES");
          await form.getByLabel(/^Zone/).fill("America/New_York");
          await form.getByText("Import into the store").click();
          await form.getByText(answer).waitFor({ timeout: 20_000 });
        };
        const of = `${IMPORT_MINUTES} bars of 1m`;
        const table = importTable();
        await send(
          "es.csv",
          table,
          `es.csv is imported into ES: ${of}, ${IMPORT_MINUTES} of them new.`,
        );
        await send("es.csv", table, `es.csv is imported into ES: ${of}, 0 of them new.`);
        await send("bad.csv", `${table}\n2025-11-03 14:00:00,abc,1,1,1,1`, "Nothing was imported");
        const bars = await store.bars({
          instrument: "ES",
          stepMs: 60_000,
          from: IMPORT_FIRST,
          to: IMPORT_FIRST + IMPORT_MINUTES * 60_000,
        });
        assert.equal(bars.close.length, IMPORT_MINUTES);
        assert.equal(bars.close[5], 6_806);
      }, { store: { whenOpen: Promise.resolve(store), reader: () => Promise.resolve(store) } });
    } finally {
      await store.close();
    }
  });
});
