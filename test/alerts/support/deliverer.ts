/**
 * A process that raises alerts and delivers them, to be killed: `deliverer.ts STORE URL raise|finish`. Each alert that
 * is kept is a line on standard output.
 */
import { openDelivery } from "../../../lib/alerts/open_delivery.ts";
import { systemClock } from "../../../lib/runtime/clock.ts";
import { silentLog } from "../../../lib/runtime/log.ts";
import { openStore } from "../../../lib/store/open_store.ts";
import { bodyWith } from "./messages.ts";

const [path = "", url = "", mode = ""] = Deno.args;
const store = await openStore({ kind: "sqlite", path, dataKind: "replay" });
const { outbox } = await openDelivery({
  channels: {
    hook: { kind: "webhook", url: `${url}/hook` },
    chat: { kind: "discord", url: `${url}/chat` },
  },
  store,
  clock: systemClock,
  log: silentLog,
});
const waiting = () => outbox.status.channels.reduce((sum, { waiting }) => sum + waiting, 0);
const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

if (mode === "finish") {
  await outbox.flush();
  while (waiting() > 0) await pause(20);
  await outbox.close();
  await store.close();
} else {
  const { length } = await store.alerts();
  for (let i = length;; i++) {
    const id = `r/X/${i}`;
    const body = bodyWith({ id, rule: `r${i}` });
    const changes = [{ kind: "firing", body, notify: ["hook", "chat"] } as const];
    await outbox.record({ changes, states: {}, judgedTo: i });
    await Deno.stdout.write(new TextEncoder().encode(`${id}\n`));
    void outbox.flush();
    await pause(5);
  }
}
