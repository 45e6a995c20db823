import assert from "node:assert/strict";
import type { Channel, ChannelPorts } from "../../../lib/alerts/channels/channel.ts";
import type { ChannelEntry } from "../../../lib/alerts/channels/kind.ts";
import type { Message } from "../../../lib/alerts/channels/message.ts";
import type { Outcome } from "../../../lib/alerts/channels/outcome.ts";
import { openChannel } from "../../../lib/alerts/channels/registry.ts";
import { httpPost } from "../../../lib/runtime/http_post.ts";
import { type Play, startFakeChannelServer } from "../support/fake_channel_server.ts";
import { bodyWith, messageOf } from "../support/messages.ts";

const NOW = Date.UTC(2025, 11, 3, 22, 30);
const MARK = "MARKEDsecret99";
const TOKEN = `123456:${MARK}abc`;
const NEVER = new AbortController().signal;

/** Posts for real. @param timeoutMs short where no answer comes; else an answer on a busy machine would be none. */
function portsWaiting(timeoutMs: number): ChannelPorts {
  return {
    clock: { now: () => NOW },
    post: (url, options) => httpPost(url, { ...options, timeoutMs }),
    mail: () => assert.fail("no mail is sent here"),
  };
}

const WAITS_MS = 10_000, GIVES_UP_MS = 200;

const ENTRIES: Readonly<Record<string, (url: string) => ChannelEntry>> = {
  webhook: (url) => ({ kind: "webhook", url: `${url}/hook/${MARK}` }),
  telegram: (url) => ({ kind: "telegram", url, token: TOKEN, chatId: "-1001" }),
  discord: (url) => ({ kind: "discord", url: `${url}/api/webhooks/1/${MARK}` }),
  slack: (url) => ({ kind: "slack", url: `${url}/services/T/B/${MARK}` }),
  ntfy: (url) => ({ kind: "ntfy", url, topic: MARK, token: `tk_${MARK}` }),
};

async function withChannel(
  kind: string,
  use: (
    channel: Channel,
    server: Awaited<ReturnType<typeof startFakeChannelServer>>,
  ) => Promise<void>,
  timeoutMs = WAITS_MS,
) {
  await using server = await startFakeChannelServer();
  const ports = portsWaiting(timeoutMs);
  await use(await openChannel("desk", ENTRIES[kind]!(server.url), ports), server);
}

async function outcomeOf(kind: string, play: Play, message: Message = messageOf(bodyWith())) {
  let outcome: Outcome | undefined;
  const hasEnd = play.way !== "hang" && play.way !== "drip";
  await withChannel(kind, async (channel, server) => {
    server.always(play);
    outcome = await channel.send(message, NEVER);
  }, hasEnd ? WAITS_MS : GIVES_UP_MS);
  assert.ok(!JSON.stringify(outcome).includes(MARK), JSON.stringify(outcome));
  return outcome!;
}

/** Answers as the services give them, and what they mean. */
const ANSWERS: readonly (readonly [kind: string, what: string, play: Play, expected: object])[] = [
  ["webhook", "202", { status: 202 }, { kind: "delivered", receipt: "HTTP 202" }],
  ["webhook", "429 without a time", { status: 429 }, {
    kind: "retry",
    reason: "HTTP 429",
    isBusy: true,
  }],
  ["webhook", "429 with seconds", { status: 429, headers: { "Retry-After": "7" } }, {
    kind: "retry",
    reason: "HTTP 429",
    afterMs: 7_000,
  }],
  [
    "webhook",
    "503 with a date",
    {
      status: 503,
      headers: {
        "Date": "Wed, 03 Dec 2025 22:29:00 GMT",
        "Retry-After": "Wed, 03 Dec 2025 22:29:12 GMT",
      },
    },
    { kind: "retry", reason: "HTTP 503", afterMs: 12_000 },
  ],
  ["webhook", "500", { status: 500 }, { kind: "retry", reason: "HTTP 500" }],
  ["webhook", "410", { status: 410 }, { kind: "gone", reason: "HTTP 410: it wants no more" }],
  ["webhook", "404", { status: 404 }, { kind: "refused", reason: "HTTP 404" }],
  ["webhook", "401", { status: 401, text: MARK }, { kind: "refused", reason: "HTTP 401" }],
  ["webhook", "307", { status: 307, headers: { Location: "http://127.0.0.1:1/" } }, {
    kind: "refused",
    reason: "HTTP 307: redirects are not followed",
  }],
  ["webhook", "silence after the body", { way: "hang" }, {
    kind: "unknown",
    reason: "no answer in time; it may have arrived",
  }],
  ["webhook", "a connection that breaks", { way: "cut" }, {
    kind: "unknown",
    reason: "the connection broke; it may have arrived",
  }],
  ["webhook", "200 and a body without end", { way: "drip" }, {
    kind: "delivered",
    receipt: "HTTP 200",
  }],

  ["telegram", "200", { text: '{"ok":true,"result":{"message_id":17}}' }, {
    kind: "delivered",
    receipt: "message 17",
  }],
  ["telegram", "200 that is no JSON", { text: "<html>" }, {
    kind: "delivered",
    receipt: "HTTP 200",
  }],
  [
    "telegram",
    "429",
    {
      status: 429,
      text:
        '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5","parameters":{"retry_after":5}}',
    },
    { kind: "retry", reason: "HTTP 429: Too Many Requests: retry after 5", afterMs: 5_000 },
  ],
  [
    "telegram",
    "a wrong token",
    { status: 401, text: '{"ok":false,"error_code":401,"description":"Unauthorized"}' },
    { kind: "configure", reason: "HTTP 401: Unauthorized; check token and chatId" },
  ],
  ["telegram", "a bot that was blocked", {
    status: 403,
    text: '{"ok":false,"description":"Forbidden: bot was blocked by the user"}',
  }, {
    kind: "configure",
    reason: "HTTP 403: Forbidden: bot was blocked by the user; check token and chatId",
  }],
  ["telegram", "no such chat", {
    status: 400,
    text: '{"ok":false,"description":"Bad Request: chat not found"}',
  }, {
    kind: "configure",
    reason: "HTTP 400: Bad Request: chat not found; check token and chatId",
  }],
  ["telegram", "another bad request", {
    status: 400,
    text: `{"ok":false,"description":"Bad Request: message is too long for bot${TOKEN}"}`,
  }, { kind: "refused", reason: "HTTP 400: Bad Request: message is too long for bot***" }],
  ["telegram", "502", { status: 502, text: "<html>" }, { kind: "retry", reason: "HTTP 502" }],
  ["telegram", "silence after the body", { way: "hang" }, {
    kind: "unknown",
    reason: "no answer in time; it may have arrived",
  }],

  ["discord", "200", { text: '{"id":"1234567890"}' }, {
    kind: "delivered",
    receipt: "message 1234567890",
  }],
  [
    "discord",
    "200 with nothing left",
    {
      text: '{"id":"1234567890"}',
      headers: { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "1.25" },
    },
    { kind: "delivered", receipt: "message 1234567890", pauseMs: 1_250 },
  ],
  [
    "discord",
    "429 with a float",
    {
      status: 429,
      headers: { "Retry-After": "1" },
      text: '{"message":"You are being rate limited.","retry_after":0.457,"global":false}',
    },
    { kind: "retry", reason: "HTTP 429: You are being rate limited.", afterMs: 457 },
  ],
  [
    "discord",
    "429 of a proxy",
    { status: 429, headers: { "Retry-After": "2.5" }, text: "<html>" },
    {
      kind: "retry",
      reason: "HTTP 429",
      afterMs: 2_500,
    },
  ],
  ["discord", "a webhook that was deleted", {
    status: 404,
    text: '{"message":"Unknown Webhook","code":10015}',
  }, { kind: "gone", reason: "HTTP 404: Unknown Webhook; the webhook was deleted" }],
  ["discord", "a wrong token", {
    status: 401,
    text: `{"message":"Invalid Webhook Token /api/webhooks/1/${MARK}","code":50027}`,
  }, {
    kind: "configure",
    reason: "HTTP 401: Invalid Webhook Token ***; copy the webhook's URL anew",
  }],
  ["discord", "500", { status: 500 }, { kind: "retry", reason: "HTTP 500" }],
  ["discord", "302", { status: 302, headers: { Location: "/" } }, {
    kind: "refused",
    reason: "HTTP 302: redirects are not followed",
  }],

  ["slack", "200", { text: "ok" }, { kind: "delivered", receipt: "HTTP 200: ok" }],
  ["slack", "429", { status: 429, headers: { "Retry-After": "30" } }, {
    kind: "retry",
    reason: "HTTP 429",
    afterMs: 30_000,
  }],
  ["slack", "invalid_payload", { status: 400, text: "invalid_payload" }, {
    kind: "refused",
    reason: "HTTP 400: invalid_payload",
  }],
  ["slack", "action_prohibited", { status: 403, text: "action_prohibited" }, {
    kind: "configure",
    reason: "HTTP 403: action_prohibited; an owner has to allow it",
  }],
  ["slack", "no_service", { status: 404, text: "no_service" }, {
    kind: "gone",
    reason: "HTTP 404: no_service; the webhook or its channel is no more",
  }],
  ["slack", "channel_is_archived", { status: 410, text: "channel_is_archived" }, {
    kind: "gone",
    reason: "HTTP 410: channel_is_archived; the webhook or its channel is no more",
  }],
  ["slack", "rollup_error", { status: 500, text: "rollup_error" }, {
    kind: "retry",
    reason: "HTTP 500: rollup_error",
  }],

  ["ntfy", "200", { text: '{"id":"sPs71M8A2T","event":"message"}' }, {
    kind: "delivered",
    receipt: "message sPs71M8A2T",
  }],
  ["ntfy", "429", {
    status: 429,
    text: '{"code":42901,"http":429,"error":"limit reached: too many requests"}',
  }, { kind: "retry", reason: "HTTP 429: limit reached: too many requests", isBusy: true }],
  ["ntfy", "the day's quota", {
    status: 429,
    text: '{"code":42908,"http":429,"error":"limit reached: daily message quota reached"}',
  }, {
    kind: "retry",
    reason: "HTTP 429: limit reached: daily message quota reached",
    afterMs: 90 * 60_000,
  }],
  ["ntfy", "a wrong token", { status: 401, text: '{"code":40101,"error":"unauthorized"}' }, {
    kind: "configure",
    reason: "HTTP 401: unauthorized; check topic and token",
  }],
];

for (const [kind, what, play, expected] of ANSWERS) {
  Deno.test(`${kind} takes ${what} for what it means`, async () => {
    assert.deepEqual(await outcomeOf(kind, play), expected);
  });
}

Deno.test("every channel takes a huge answer, and one that is nothing it knows, without a throw", async () => {
  for (const kind of Object.keys(ENTRIES)) {
    for (
      const text of ["x".repeat(2_000_000), `{"a":${"[".repeat(100_000)}`, "null", "[]", '"a"']
    ) {
      for (const status of [200, 400, 429]) {
        const outcome = await outcomeOf(kind, { status, text });
        assert.ok(JSON.stringify(outcome).length < 600, kind);
        assert.equal(outcome.kind === "delivered", status === 200, kind);
      }
    }
  }
});

Deno.test("telegram sends a message that cannot be parsed once more, without marks", async () => {
  await withChannel("telegram", async (channel, server) => {
    const text = '{"ok":false,"description":"Bad Request: can\'t parse entities: Unsupported tag"}';
    server.plan({ status: 400, text }, { text: '{"ok":true,"result":{"message_id":3}}' });
    const outcome = await channel.send(messageOf(bodyWith({ message: "a < b & c" })), NEVER);
    assert.deepEqual(outcome, { kind: "delivered", receipt: "message 3" });
    const [first, second, ...more] = server.asked.map(({ body }) => JSON.parse(body));
    assert.deepEqual(more, []);
    assert.equal(first.parse_mode, "HTML");
    assert.match(first.text, /^<b>-2\.41 zscore ETHUSDT\/BTCUSDT .*<\/b>\na &lt; b &amp; c\n/);
    assert.equal(second.parse_mode, undefined);
    assert.match(second.text, /^-2\.41 zscore ETHUSDT\/BTCUSDT .*\na < b & c\n/);
    server.always({ status: 400, text });
    assert.equal((await channel.send(messageOf(), NEVER)).kind, "refused");
    assert.equal(server.asked.length, 4, "two forms, each once");
  });
});

Deno.test("telegram follows a group to its new number, and stays there", async () => {
  await withChannel("telegram", async (channel, server) => {
    const text =
      '{"ok":false,"description":"Bad Request: group chat was upgraded","parameters":{"migrate_to_chat_id":-100999}}';
    server.plan({ status: 400, text });
    assert.equal((await channel.send(messageOf(), NEVER)).kind, "delivered");
    assert.equal((await channel.send(messageOf(), NEVER)).kind, "delivered");
    const chats = server.asked.map(({ body }) => JSON.parse(body).chat_id);
    assert.deepEqual(chats, ["-1001", "-100999", "-100999"]);
  });
});

Deno.test("telegram answers its first message with the one that says the alert is over", async () => {
  await withChannel("telegram", async (channel, server) => {
    const message = messageOf(bodyWith({ state: "resolved", value: -0.4 }));
    await channel.send({ ...message, firstReceipt: "message 17" }, NEVER);
    await channel.send({ ...message, firstReceipt: "HTTP 200" }, NEVER);
    const [first, second] = server.asked.map(({ body }) => JSON.parse(body));
    assert.deepEqual(first.reply_parameters, {
      message_id: 17,
      allow_sending_without_reply: true,
    });
    assert.equal(second.reply_parameters, undefined);
    assert.match(first.text, /^<b>-0\.4 zscore ETHUSDT\/BTCUSDT \(resolved, wide\)<\/b>/);
  });
});

Deno.test("no channel can be made to call anybody, to link, or to send beyond its limits", async () => {
  const evil = "<!channel> @everyone <@1> `a` *b* _c_ [x](http://evil) </b>&amp; 💥";
  const bodies = Array.from(
    { length: 500 },
    (_, i) => bodyWith({ id: `r/X/${i}`, of: evil.repeat(20), message: evil.repeat(400) }),
  );
  for (const message of [messageOf(bodies[0]!), messageOf(...bodies)]) {
    for (const kind of ["telegram", "discord", "slack", "ntfy"]) {
      await withChannel(kind, async (channel, server) => {
        await channel.send(message, NEVER);
        const sent = JSON.parse(server.asked[0]!.body);
        const texts = JSON.stringify(sent);
        assert.ok(texts.isWellFormed() && !texts.includes('\\ud83d"'), kind);
        if (kind === "telegram") {
          const plain = sent.text.replace(/^<b>([^<]*)<\/b>/, "$1");
          assert.ok(!/[<>]/.test(plain), "no other tag");
          const read = plain.replace(/&(amp|lt|gt);/g, "&");
          assert.ok(read.length <= 4_096 && read.length > 1_000, `${read.length}`);
          assert.ok(!/&(?!(amp|lt|gt);)/.test(plain), "no cut entity");
        }
        if (kind === "discord") {
          const [embed] = sent.embeds;
          assert.ok(sent.content.length <= 2_000 && embed.description.length <= 4_096);
          assert.deepEqual(sent.allowed_mentions, { parse: [] });
          assert.ok(!/(^|[^\\])[`*_<@[]/.test(`${sent.content} ${embed.description}`));
        }
        if (kind === "slack") {
          const [{ text: { text } }] = sent.blocks;
          assert.ok(text.length <= 3_000);
          assert.ok(!/<|>/.test(text + sent.text));
        }
        if (kind === "ntfy") {
          const size = new TextEncoder().encode(sent.message).length;
          assert.ok(size <= 4_096 && size > 1_000, `${size}`);
        }
      });
    }
  }
});

Deno.test("a message of many alerts has ten lines and counts the others", async () => {
  const bodies = Array.from(
    { length: 14 },
    (_, i) => bodyWith({ id: `r${i}/X/1`, rule: `r${i}`, state: i > 11 ? "resolved" : "firing" }),
  );
  await withChannel("ntfy", async (channel, server) => {
    await channel.send(messageOf(...bodies), NEVER);
    const { title, message, priority } = JSON.parse(server.asked[0]!.body);
    assert.equal(title, "14 alerts: 12 firing, 2 resolved.");
    const lines = message.split("\n");
    assert.equal(lines.length, 11);
    assert.equal(lines[0], "-2.41 zscore ETHUSDT/BTCUSDT (major, r0), 14:05:00 UTC");
    assert.equal(lines[10], "and 4 more");
    assert.equal(priority, 4);
  });
});

Deno.test("data that is not live is labelled in every chat", async () => {
  for (const kind of ["telegram", "discord", "slack", "ntfy"]) {
    await withChannel(kind, async (channel, server) => {
      await channel.send(messageOf(bodyWith({ source: "simulated" })), NEVER);
      assert.match(server.asked[0]!.body, /simulated data/, kind);
    });
  }
});
