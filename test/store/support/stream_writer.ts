/**
 * A process that streams minutes into a store, from the first that it does not hold yet, and prints the number of
 * each minute once it is stored. It ends when it is killed.
 */
import { MINUTE } from "../../../lib/model/time.ts";
import { openStore } from "../../../lib/store/open_store.ts";
import { BTC } from "./store_rows.ts";
import { minuteBatch } from "./stream_rows.ts";

const [path, pauseMs = "0"] = Deno.args;
const store = await openStore({ kind: "sqlite", path: path!, dataKind: "simulated" });
await store.write({ instruments: [BTC] });
const held = await store.bars({
  instrument: BTC.id,
  stepMs: MINUTE,
  from: -Infinity,
  to: Infinity,
});
const encoder = new TextEncoder();
for (let minute = held.openTime.length;; minute++) {
  await store.write(minuteBatch(minute));
  Deno.stdout.writeSync(encoder.encode(`${minute}\n`));
  if (pauseMs !== "0") await new Promise((resolve) => setTimeout(resolve, Number(pauseMs)));
}
