import assert from "node:assert/strict";
import type { Channel, ChannelPorts } from "../../../lib/alerts/channels/channel.ts";
import { openChannel } from "../../../lib/alerts/channels/registry.ts";
import { MailFailure, sendMail } from "../../../lib/runtime/smtp.ts";
import { type FakeMailServer, startFakeMailServer } from "../support/fake_mail_server.ts";
import { bodyWith, itemOf, messageOf } from "../support/messages.ts";

const NEVER = new AbortController().signal;
const MARK = "MARKEDsecret99";

const ports: ChannelPorts = {
  clock: { now: () => 0 },
  post: () => assert.fail("nothing is posted here"),
  mail: (server, mail, { signal }) =>
    sendMail(server, mail, { timeoutMs: 500, signal: signal ?? NEVER }),
};

function open({ port }: FakeMailServer, more: object = {}): Promise<Channel> {
  const entry = {
    kind: "email",
    host: "127.0.0.1",
    port,
    from: "desk@example.com",
    to: ["a@example.com", "b@example.org"],
    ...more,
  };
  return openChannel("post", entry, ports);
}

Deno.test("email sends one mail to all, and the end of an alert answers its beginning", async () => {
  await using server = await startFakeMailServer();
  const channel = await open(server, { user: "desk", password: MARK });
  const firing = await channel.send(messageOf(bodyWith()), NEVER);
  assert.deepEqual(firing, { kind: "delivered", receipt: "250 2.0.0 Ok: queued as 4711" });
  await channel.send(messageOf(bodyWith()), NEVER);
  const over = bodyWith({ state: "resolved", value: -0.4 });
  await channel.send(messageOf(over), NEVER);
  const repeat = { items: [itemOf(bodyWith(), "repeat-1")], delayedMs: 0, firstReceipt: undefined };
  await channel.send({ ...repeat, items: [repeat.items[0]!] }, NEVER);
  const [first, again, last, repeated, ...more] = server.mails;
  assert.deepEqual(more, []);
  assert.equal(first?.login, `\0desk\0${MARK}`);
  assert.equal(first?.to.length, 2);
  const idOf = (data = "") => /^Message-ID:\s+(<[^>\s]+@example\.com>)$/im.exec(data)?.[1];
  const answered = (data = "") => /^In-Reply-To:\s+(<[^>\s]+>)$/im.exec(data)?.[1];
  assert.ok(idOf(first?.data));
  assert.equal(idOf(again?.data), idOf(first?.data), "sent again, it is the same mail");
  assert.notEqual(idOf(last?.data), idOf(first?.data));
  assert.equal(answered(last?.data), idOf(first?.data));
  assert.equal(answered(repeated?.data), idOf(first?.data));
  assert.equal(answered(first?.data), undefined);
  assert.match(first!.data, /^Subject: -2\.41 zscore ETHUSDT\/BTCUSDT \(major, wide\)$/m);
  assert.match(first!.data, /z-score of ETHUSDT\/BTCUSDT is -2\.41\./);
});

Deno.test("email takes what a mail server answers for what it means", async () => {
  await using server = await startFakeMailServer();
  const channel = await open(server, { user: "desk", password: MARK });
  const outcome = async (answers: Record<string, string>) => {
    server.answer(answers);
    const { kind } = await channel.send(messageOf(bodyWith()), NEVER);
    return kind;
  };
  assert.equal(await outcome({ END: "451 4.3.0 try later" }), "retry");
  assert.equal(await outcome({ RCPT: "450 4.2.0 greylisted" }), "retry");
  assert.equal(await outcome({ END: "554 5.7.1 spam" }), "refused");
  assert.equal(await outcome({ RCPT: "550 5.1.1 no such user" }), "refused");
  assert.equal(await outcome({ AUTH: "535 5.7.8 wrong" }), "configure");
  assert.equal(await outcome({ AUTH: "454 4.7.0 busy" }), "retry");
  assert.equal(await outcome({ END: "" }), "retry", "sent again with the same Message-ID");
  assert.equal(await outcome({ EHLO: "" }), "retry");
});

Deno.test("email sends nothing without the TLS that it wants, and leaves a bad certificate to the user", async () => {
  await using server = await startFakeMailServer();
  const channel = await open(server, { tls: "starttls" });
  const outcome = await channel.send(messageOf(bodyWith()), NEVER);
  assert.equal(outcome.kind, "configure", "the server offers no STARTTLS");
  assert.deepEqual(server.mails, [], "nothing is sent in the open");
  const failing = (failure: MailFailure) =>
    openChannel("post", {
      kind: "email",
      host: "mail.example",
      from: "a@example.com",
      to: ["b@example.com"],
      password: MARK,
      user: "a",
    }, { ...ports, mail: () => Promise.reject(failure) });
  const untrusted = await failing(new MailFailure("ESOCKET", undefined, "self-signed certificate"));
  assert.equal((await untrusted.send(messageOf(bodyWith()), NEVER)).kind, "configure");
  const cut = await failing(new MailFailure("ESOCKET", undefined, `closed ${MARK}`));
  assert.deepEqual(await cut.send(messageOf(bodyWith()), NEVER), {
    kind: "retry",
    reason: "closed ***",
  });
});

Deno.test("no header of a mail can be forged by a text", async () => {
  await using server = await startFakeMailServer();
  const channel = await open(server);
  const of = "X\r\nBcc: victim@example.com\r\n\r\nhello";
  await channel.send(messageOf(bodyWith({ of, message: "grün\r\n.\r\nQUIT\r\n" })), NEVER);
  const [mail, ...more] = server.mails;
  assert.deepEqual(more, []);
  assert.equal(mail?.to.length, 2);
  const [head = ""] = mail!.data.split("\r\n\r\n");
  assert.ok(!/^bcc/im.test(head), head);
});
