import assert from "node:assert/strict";
import type { ChannelPorts } from "../../../lib/alerts/channels/channel.ts";
import { openChannel } from "../../../lib/alerts/channels/registry.ts";
import {
  isSignedWebhook,
  webhookKey,
  webhookSignature,
} from "../../../lib/alerts/channels/webhook_signature.ts";
import type { HttpPostOptions } from "../../../lib/runtime/http_post.ts";
import { bodyWith, messageOf } from "../support/messages.ts";

const NEVER = new AbortController().signal;
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NOW = 1_764_770_712_345;

function recording() {
  const sent: { url: string; options: HttpPostOptions }[] = [];
  const ports: ChannelPorts = {
    clock: { now: () => NOW },
    post: (url, options) => {
      sent.push({ url, options });
      return Promise.resolve({ status: 200, headers: {}, text: "" });
    },
    mail: () => assert.fail("no mail is sent here"),
  };
  return { sent, ports };
}

/** By the platform's own cryptography, as a second implementation. */
async function referenceSignature(secret: string, text: string): Promise<string> {
  const raw = Uint8Array.from(atob(secret.slice(6)), (c) => c.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text));
  return `v1,${btoa(String.fromCharCode(...new Uint8Array(mac)))}`;
}

Deno.test("webhook sends one body with the headers of Standard Webhooks, signed as they say", async () => {
  const { sent, ports } = recording();
  const entry = { kind: "webhook", url: "https://hooks.example/a?b=c", secret: SECRET };
  const channel = await openChannel("desk", entry, ports);
  assert.equal(channel.host, "hooks.example:443");
  const body = bodyWith({ message: "größer" });
  await channel.send(messageOf(body), NEVER);
  const [{ url, options }, ...more] = [sent[0]!, ...sent.slice(1)];
  assert.deepEqual(more, []);
  assert.equal(url, "https://hooks.example/a?b=c");
  assert.deepEqual(JSON.parse(options.body), body);
  const { headers, timeoutMs } = options;
  assert.equal(timeoutMs, 10_000);
  assert.equal(headers["webhook-id"], `${body.id}:firing`);
  assert.equal(headers["webhook-timestamp"], "1764770712");
  assert.equal(
    headers["webhook-signature"],
    await referenceSignature(SECRET, `${body.id}:firing.1764770712.${options.body}`),
  );
});

Deno.test("webhook signs nothing without a secret, and its id is fit for a header whatever is watched", async () => {
  const { sent, ports } = recording();
  const channel = await openChannel("desk", { kind: "webhook", url: "http://127.0.0.1:9/" }, ports);
  await channel.send(messageOf(bodyWith({ id: "r/币安\r\nX: y/1" })), NEVER);
  const { headers } = sent[0]!.options;
  assert.equal("webhook-signature" in headers, false);
  assert.equal(headers["webhook-id"], "r/%E5%B8%81%E5%AE%89%0D%0AX:%20y/1:firing");
});

Deno.test("a signature is of its key, its message and its time alone", () => {
  const key = webhookKey(SECRET)!;
  const parts = { id: "a:firing", timestamp: 1_764_770_712, body: "{}" };
  const signature = webhookSignature(key, parts);
  const isSigned = (changed: Partial<typeof parts>, now = NOW, by = signature) =>
    isSignedWebhook(key, { ...parts, ...changed }, by, now);
  assert.ok(isSigned({}));
  assert.ok(isSigned({}, NOW, `v1,old ${signature}`), "while a key is changed there are two");
  assert.ok(!isSigned({ id: "b:firing" }));
  assert.ok(!isSigned({ body: "{ }" }));
  assert.ok(!isSigned({ timestamp: 1_764_770_713 }));
  assert.ok(!isSigned({}, NOW + 301_000), "too old");
  assert.ok(!isSigned({}, NOW - 301_000), "from the future");
  assert.ok(!isSigned({ timestamp: NaN }));
  assert.ok(!isSigned({}, NOW, signature.replace("v1,", "v2,")));
  assert.ok(!isSignedWebhook(webhookKey(`whsec_${btoa("x".repeat(24))}`)!, parts, signature, NOW));
});
