import assert from "node:assert/strict";
import type { ChannelPorts } from "../../../lib/alerts/channels/channel.ts";
import { openChannel, openChannels } from "../../../lib/alerts/channels/registry.ts";
import { MarketError } from "../../../lib/model/errors.ts";
import { withTempFolder } from "../../support/temp_folder.ts";
import { messageOf } from "../support/messages.ts";

const MARK = "MARKEDsecret99";

const ports: ChannelPorts = {
  clock: { now: () => 0 },
  post: () => assert.fail("nothing is sent"),
  mail: () => assert.fail("nothing is sent"),
};

/** What opening is refused with. */
async function refusal(entry: { kind: string } & Record<string, unknown>): Promise<string> {
  const env = (name: string) =>
    name === "EMPTY" ? "" : name === "BAD" ? `no url ${MARK}` : undefined;
  const error = await openChannel("desk", entry, ports, { env }).then(
    () => assert.fail(`${JSON.stringify(entry)} was taken`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof MarketError, String(error));
  assert.equal(error.remedy, "configure");
  assert.ok(!Deno.inspect(error, { depth: 9 }).includes(MARK), "no secret in an error");
  return error.message;
}

const URL_RULE = "must be a https:// or http:// address";

Deno.test("a channel that is configured wrongly is refused by key, rule and value", async () => {
  const cases: readonly (readonly [{ kind: string } & Record<string, unknown>, string])[] = [
    [
      { kind: "webhok" },
      "alerts.channels.desk.kind must be one of webhook, telegram, discord, email, slack, ntfy, got webhok; did you mean webhook?",
    ],
    [
      { kind: `https://x/${MARK}` },
      "alerts.channels.desk.kind must be one of webhook, telegram, discord, email, slack, ntfy, got another one, which is not shown",
    ],
    [{ kind: "webhook" }, `alerts.channels.desk.url ${URL_RULE}, got nothing`],
    [
      { kind: "webhook", url: `htps://x/${MARK}` },
      `alerts.channels.desk.url ${URL_RULE}, got another one, which is not shown`,
    ],
    [
      { kind: "webhook", url: "env:BAD" },
      `alerts.channels.desk.url ${URL_RULE}, got another one, which is not shown`,
    ],
    [
      { kind: "webhook", url: "env:EMPTY" },
      "alerts.channels.desk.url is in the variable EMPTY, which is not set",
    ],
    [
      { kind: "discord", url: "file:/no/such/file" },
      "alerts.channels.desk.url is in /no/such/file, which cannot be read: it is not there",
    ],
    [
      { kind: "webhook", url: "https://x/", secret: MARK },
      "alerts.channels.desk.secret must be base64 of 24 to 64 bytes",
    ],
    [
      { kind: "webhook", url: "https://x/", secrt: MARK },
      "unknown key alerts.channels.desk.secrt of a webhook; did you mean secret?",
    ],
    [
      { kind: "telegram", token: MARK, chatId: "1" },
      "alerts.channels.desk.token must be the token that @BotFather gives",
    ],
    [
      { kind: "telegram", token: "1:abcdefghijk", chatId: 1.5 },
      "alerts.channels.desk.chatId must be the number of a chat, such as -1001234567890, or @channel, got 1.5",
    ],
    [
      { kind: "ntfy", topic: `a b ${MARK}` },
      "alerts.channels.desk.topic must be 1 to 64 letters, digits, - and _",
    ],
    [
      { kind: "email", host: "x", from: "a", to: ["b@c"] },
      'alerts.channels.desk.from must be an address, such as desk@example.com, got "a"',
    ],
    [
      { kind: "email", host: "x", from: "a@b", to: [] },
      "alerts.channels.desk.to must name at least one address, got []",
    ],
    [
      { kind: "email", host: "x", from: "a@b", to: ["b@c"], port: 0 },
      "alerts.channels.desk.port must be a whole number from 1 to 65535, got 0",
    ],
    [{ kind: "slack", url: 5 }, `alerts.channels.desk.url ${URL_RULE}, got another one`],
  ];
  for (const [entry, expected] of cases) {
    const message = await refusal(entry);
    assert.ok(message.includes(expected), `${message}\n${expected}`);
  }
});

Deno.test("secrets come from the environment, or from a file beside the configuration", async () => {
  await withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/topic`, "from-file\n", { mode: 0o600 });
    const sent: string[] = [];
    const channels = await openChannels(
      {
        hook: { kind: "webhook", url: "env:HOOK" },
        push: { kind: "ntfy", topic: "file:topic", url: "http://127.0.0.1:9" },
      },
      {
        ...ports,
        post: (url, { body }) => {
          sent.push(`${url} ${body}`);
          return Promise.resolve({ status: 200, headers: {}, text: "" });
        },
      },
      {
        env: (name) => name === "HOOK" ? "https://hooks.example/x/y" : undefined,
        folder: folder,
      },
    );
    assert.deepEqual(channels.map(({ name, kind, host }) => [name, kind, host]), [
      ["hook", "webhook", "hooks.example:443"],
      ["push", "ntfy", "127.0.0.1:9"],
    ]);
    for (const channel of channels) await channel.send(messageOf(), new AbortController().signal);
    assert.match(sent[0]!, /^https:\/\/hooks\.example\/x\/y \{/);
    assert.match(sent[1]!, /"topic":"from-file"/);
  });
});
