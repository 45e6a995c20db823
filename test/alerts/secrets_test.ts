/** A whole run with marked secrets: no output holds one. */
import assert from "node:assert/strict";
import { fakeTerminal } from "../cli/fake_terminal.ts";
import { alerts } from "../../lib/cli/alerts.ts";
import { doctor } from "../../lib/cli/doctor.ts";
import { stream } from "../../lib/cli/stream.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { startFakeChannelServer } from "./support/fake_channel_server.ts";

/** Each secret has this in it. */
const MARK = "Zx9MARKEDq7";
const TOKEN = `123456:${MARK}telegram`;

/** Every file below a folder, as bytes read for text. */
async function* textsBelow(folder: string): AsyncGenerator<readonly [string, string]> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* textsBelow(path);
    else yield [path, new TextDecoder("latin1").decode(await Deno.readFile(path))];
  }
}

function configText(url: string, folder: string): string {
  const channels = {
    inline: { kind: "webhook", url: `${url}/in/${MARK}inline?key=${MARK}query` },
    hook: { kind: "webhook", url: "file:hook", secret: "env:COMOVE_SECRET_ALERT_TEST" },
    phone: { kind: "telegram", url, token: TOKEN, chatId: 5 },
    team: { kind: "discord", url: "file:team" },
    desk: { kind: "slack", url: `${url}/services/${MARK}slack` },
    push: { kind: "ntfy", url, topic: `${MARK}topic`, token: `tk_${MARK}ntfy` },
    post: {
      kind: "email",
      host: "127.0.0.1",
      port: 1,
      from: "a@example.com",
      to: ["b@example.com"],
      user: "a",
      password: `${MARK}password`,
    },
  };
  return JSON.stringify({
    source: "simulated",
    clock: { speed: 240 },
    data: { backfillHours: 1, trades: true },
    binance: { symbols: ["BTCUSDT"] },
    ibkr: { futures: [] },
    deribit: { enabled: false },
    store: { kind: "sqlite", path: `${folder}/run/comove.db` },
    log: { level: "debug", dir: `${folder}/run/logs` },
    alerts: {
      channels,
      rules: [{
        name: "any-price",
        metric: "price",
        of: "BTCUSDT",
        fire: "above 0",
        repeat: "1m",
        notify: Object.keys(channels),
      }],
    },
  });
}

Deno.test("no secret of a channel is in a log, a status, an export, a database or an error", () =>
  withTempFolder(async (folder) => {
    await using server = await startFakeChannelServer();
    // A server that writes back what it was sent, in ways that services do.
    server.always({
      status: 400,
      text: JSON.stringify({
        ok: false,
        description: `Bad Request at /bot${TOKEN}/sendMessage`,
        message: `unknown /api/webhooks/1/${MARK}discord`,
        error: `topic ${MARK}topic tk_${MARK}ntfy`,
      }),
    });
    await Deno.mkdir(`${folder}/run`);
    const file = `${folder}/c.yaml`;
    const mode = { mode: 0o600 };
    await Deno.writeTextFile(`${folder}/hook`, `${server.url}/in/${MARK}file`, mode);
    await Deno.writeTextFile(`${folder}/team`, `${server.url}/api/webhooks/1/${MARK}discord`, mode);
    await Deno.writeTextFile(file, configText(server.url, folder));
    // `Zx9MARKEDq7` is in no base64, so the key is looked for as it is written.
    const key = btoa(`${MARK}${"k".repeat(20)}`);
    Deno.env.set("COMOVE_SECRET_ALERT_TEST", `whsec_${key}`);
    const said: string[] = [];
    try {
      for (
        const run of [
          () => [stream, ["--config", file, "--minutes", "3", "--export", `${folder}/run/out`]],
          () => [doctor, ["--config", file, "--send"]],
          ...["inline", "hook", "phone", "team", "desk", "push", "post"].map((name) => () => [
            alerts,
            ["send", name, "--config", file],
          ]),
        ] as readonly (() => [typeof stream, string[]])[]
      ) {
        const { terminal, out, err } = fakeTerminal();
        const [command, args] = run();
        const end = await command(args, terminal).then(String, (error) => Deno.inspect(error));
        said.push(out(), err(), end);
      }
    } finally {
      Deno.env.delete("COMOVE_SECRET_ALERT_TEST");
    }
    const sent = server.asked.map(({ target, body }) => target + body).join("\n");
    for (const part of ["inline", "file", "telegram", "discord", "slack", "topic"]) {
      assert.ok(sent.includes(`${MARK}${part}`), `${part} was used`);
    }
    const texts: (readonly [string, string])[] = [["the outputs", said.join("\n")]];
    for await (const text of textsBelow(`${folder}/run`)) texts.push(text);
    const names = texts.map(([name]) => name.replace(folder, ""));
    for (const wanted of ["/run/comove.db", "/run/out/events.jsonl", "/run/logs/alerts.jsonl"]) {
      assert.ok(names.includes(wanted), `${wanted} is not among ${names.join(" ")}`);
    }
    assert.match(texts.find(([name]) => name.endsWith("events.jsonl"))![1], /"kind":"delivery"/);
    for (const [name, text] of texts) {
      for (const secret of [MARK, key]) {
        const at = text.indexOf(secret);
        assert.ok(at < 0, `${name}: ${text.slice(Math.max(0, at - 200), at + 40)}`);
      }
    }
  }));
