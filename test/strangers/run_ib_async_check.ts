/**
 * Serves a small market to `ib_async_check.py` and passes on its exit code:
 *
 *     PYTHON=/path/to/venv/bin/python deno run -A test/strangers/run_ib_async_check.ts
 *
 * `PYTHON` must have ib_async; it defaults to `python3`.
 */
import { DAY, HOUR } from "../../lib/model/time.ts";
import { systemClock } from "../../lib/runtime/clock.ts";
import { startTwsServer } from "../../lib/simulator/tws/server.ts";
import { VenueTime } from "../../lib/simulator/venue_time.ts";
import { handTruth, START } from "../simulator/tws/hand_truth.ts";
import { minutesOf } from "../simulator/tws/server_fixture.ts";

const SPEED = 40;
const truth = handTruth();
const time = new VenueTime({ clock: systemClock, start: START, speed: SPEED });
const server = await startTwsServer({ truth, time, clock: systemClock });
const file = await Deno.makeTempFile({ suffix: ".json" });
const bars = minutesOf(truth, "ESZ5", START - DAY, START + 3 * HOUR);
await Deno.writeTextFile(
  file,
  JSON.stringify({
    ESZ5: bars.map((b) => [b.openTime, b.open, b.high, b.low, b.close, b.volume]),
  }),
);
const check = new URL("ib_async_check.py", import.meta.url).pathname;
const { code } = await new Deno.Command(Deno.env.get("PYTHON") ?? "python3", {
  args: [check, "127.0.0.1", String(server.port), file],
}).spawn().status;
await server.close();
await Deno.remove(file);
Deno.exit(code);
