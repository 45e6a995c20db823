import assert from "node:assert/strict";

const LIB = new URL("../../lib/", import.meta.url);
/** All that is called on the client of TWS: connections, and requests for data. */
const CALLED = [
  "cancelHistoricalData",
  "cancelMktData",
  "cancelRealTimeBars",
  "cancelTickByTickData",
  "connect",
  "disconnect",
  "on",
  "removeAllListeners",
  "reqContractDetails",
  "reqCurrentTime",
  "reqHistoricalData",
  "reqMarketDataType",
  "reqMktData",
  "reqRealTimeBars",
  "reqTickByTickData",
];

async function sourcesBelow(folder: URL): Promise<string[]> {
  const texts: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) texts.push(...await sourcesBelow(new URL(`${name}/`, folder)));
    else if (name.endsWith(".ts")) texts.push(await Deno.readTextFile(new URL(name, folder)));
  }
  return texts;
}

/** Methods of the client that a source calls. */
function callsIn(source: string): string[] {
  return [...source.matchAll(/\bapi\??\.(\w+)\(/g)].map(([, name]) => name!);
}

Deno.test("Comove asks TWS for data only, and sends no order", async () => {
  const sources = await sourcesBelow(LIB);
  const clients = sources.filter((text) => text.includes('from "@stoqey/ib"'));
  assert.ok(clients.length > 0, "the client must be found");
  const called = new Set(clients.flatMap(callsIn));
  assert.deepEqual([...called].sort(), CALLED);
  assert.ok(
    !sources.some((text) => /\b(?:placeOrder|cancelOrder|exerciseOptions)\b/.test(text)),
    "no module may name a method that sends orders",
  );
  assert.deepEqual(callsIn("this.#api.placeOrder(1)"), ["placeOrder"]);
});
