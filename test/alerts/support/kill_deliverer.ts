import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openStoreReader } from "../../../lib/store/open_store.ts";
import { startFakeChannelServer } from "./fake_channel_server.ts";

const PROGRAM = fileURLToPath(new URL("./deliverer.ts", import.meta.url));

/** What a campaign came to. */
export interface Campaign {
  /** Alerts that a process reported as kept before it was killed. */
  readonly kept: number;
  readonly alerts: number;
  /** Requests that a webhook got again, by an id that it knew. */
  readonly knownAgain: number;
  /** Messages of which the chat may have got nothing: it cannot be asked. */
  readonly perhaps: number;
}

/**
 * Kills a delivering process `kills` times, each a little later in its life, and lets a last one finish.
 *
 * @throws when an alert that was kept is lost, came twice where that can be known, or came in other bytes.
 */
export async function killDeliverers(folder: string, kills: number): Promise<Campaign> {
  await using server = await startFakeChannelServer();
  server.always({ status: 200, text: '{"id":"1"}', delayMs: 3 });
  const path = `${folder}/alerts.db`;
  const start = (mode: string) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "-q", PROGRAM, path, server.url, mode],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
  const kept = new Set<string>();
  for (let kill = 0; kill < kills; kill++) {
    const child = start("raise");
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const first = await reader.read();
    text += first.value ?? "";
    // Instants spread over the life of a delivery: writing, sending, answered, kept.
    await new Promise((done) => setTimeout(done, (kill * 7) % 97));
    child.kill("SIGKILL");
    for (let next = await reader.read(); !next.done; next = await reader.read()) text += next.value;
    await child.status;
    for (const id of text.split("\n").slice(0, -1)) kept.add(id);
  }
  const last = start("finish");
  await last.stdout.cancel();
  assert.ok((await last.status).success, "the last process finishes");
  return await judged(path, server.asked, kept);
}

async function judged(
  path: string,
  asked: readonly { target: string; headers: Readonly<Record<string, string>>; body: string }[],
  kept: ReadonlySet<string>,
): Promise<Campaign> {
  const store = await openStoreReader({ kind: "sqlite", path, dataKind: "replay" });
  const alerts = (await store.alerts()).map(({ id }) => id);
  const rows = await store.deliveries();
  await store.close();
  for (const id of kept) assert.ok(alerts.includes(id), `${id} was kept, and is gone`);
  const hooks = asked.filter(({ target }) => target === "/hook");
  const bodies = new Map<string, string>();
  let knownAgain = 0;
  for (const { headers, body } of hooks) {
    const id = headers["webhook-id"]!;
    if (bodies.has(id)) {
      knownAgain++;
      assert.equal(body, bodies.get(id), `${id} came again in other bytes`);
    }
    bodies.set(id, body);
  }
  for (const id of alerts) assert.ok(bodies.has(`${id}:firing`), `${id} never reached the webhook`);
  assert.equal(bodies.size, alerts.length);
  const chats = asked.filter(({ target }) => target.startsWith("/chat"))
    .map(({ body }) => JSON.stringify(JSON.parse(body)));
  const stateOf = (id: string) =>
    rows.find(({ alert, channel }) => alert === id && channel === "chat");
  let perhaps = 0;
  for (const id of alerts) {
    const row = stateOf(id);
    assert.ok(row?.receipt, `${id} has no end in the chat: ${JSON.stringify(row)}`);
    if (row.receipt.startsWith("perhaps")) perhaps++;
  }
  // Each chat message names its rules: r7 is in one message at most.
  const named = chats.flatMap((text) => [...new Set(text.match(/\br\d+\)/g) ?? [])]);
  assert.equal(new Set(named).size, named.length, "no alert came to the chat twice");
  return { kept: kept.size, alerts: alerts.length, knownAgain, perhaps };
}
