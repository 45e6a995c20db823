import assert from "node:assert/strict";
import { NOTEBOOK_SETTINGS } from "../../lib/cli/demo.ts";
import { declaredParameters } from "../../lib/kernel/parameters.ts";
import { parseNotebook } from "../../lib/kernel/notebook_file.ts";
import { openMarket } from "../../lib/market/open_market.ts";
import { withTempFolder } from "../support/temp_folder.ts";

/** Nothing listens there. */
const LIVE = `source: live
ibkr: { futures: [] }
deribit: { enabled: false }
binance: { streamUrl: "ws://127.0.0.1:9", restUrl: "http://127.0.0.1:9", symbols: [BTCUSDT] }
data: { backfillHours: 1 }
`;

Deno.test("source: live in the configuration holds unless a cell says otherwise, at its own pace", async () => {
  await withTempFolder(async (dir) => {
    const configFile = `${dir}/config.yaml`;
    await Deno.writeTextFile(configFile, LIVE);
    const seen: string[] = [];
    for (const source of ["", undefined, "live", "simulated"]) {
      const options = source === undefined ? {} : { source };
      const market = await openMarket({ ...options, configFile, simulatedSpeed: 30 });
      seen.push(`${market.source} ${market.status().speed}`);
      await market.close();
    }
    assert.deepEqual(seen, ["live 1", "live 1", "live 1", "simulated 30"]);
    await Deno.writeTextFile(configFile, LIVE.replace("source: live\n", ""));
    const market = await openMarket({ source: "", configFile, simulatedSpeed: 30 });
    assert.equal(`${market.source} ${market.status().speed}`, "simulated 30");
    await market.close();
    await assert.rejects(openMarket({ source: "real", configFile }), /source .*got "real"/);
  });
});

Deno.test("every notebook takes its source from the configuration, and the demo forces the simulated one", async () => {
  assert.equal(NOTEBOOK_SETTINGS.SOURCE, "simulated");
  const folder = new URL("../../notebooks/", import.meta.url);
  let count = 0;
  for (const { name } of Deno.readDirSync(folder)) {
    // The others choose their own: a planted break, what is stored.
    if (!/^0[1-4]_.*\.ipynb$/.test(name)) continue;
    count++;
    const notebook = parseNotebook(await Deno.readTextFile(new URL(name, folder)), { name });
    const names = declaredParameters(notebook).map((parameter) => parameter.name);
    for (const setting of Object.keys(NOTEBOOK_SETTINGS)) assert.ok(names.includes(setting), name);
    const code = notebook.cells.map(({ source }) => source).join("\n");
    assert.match(code, /var SOURCE = "";/, name);
    const opened = code.match(/openMarket\(/g)!.length;
    assert.equal(opened, code.match(/source: SOURCE, simulatedSpeed: SPEED/g)!.length, name);
  }
  assert.ok(count >= 4);
});
