import { MarketError } from "../../../lib/model/errors.ts";
import { planImport } from "../../../lib/store/import/plan_import.ts";
import { BTC } from "./store_rows.ts";

/** Prints why the file of the argument is not imported, and the most memory that it took, as JSON. */
let most = 0;
const look = () => most = Math.max(most, Deno.memoryUsage().rss);
const timer = setInterval(look, 2);
try {
  await planImport({
    name: "f",
    bytes: await Deno.readFile(Deno.args[0]!),
    instrument: BTC,
    now: 0,
  });
} catch (error) {
  if (!(error instanceof MarketError)) throw error;
  look();
  const found = JSON.stringify({ message: error.message, megabytes: Math.round(most / 1e6) });
  Deno.stdout.writeSync(new TextEncoder().encode(found));
}
clearInterval(timer);
