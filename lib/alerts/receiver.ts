import { fieldsOf, parseJson } from "../wire/json_fields.ts";
import type { AlertBody } from "../model/alert.ts";
import { listenHttp } from "../runtime/http_server.ts";
import { newKeyBase64 } from "../runtime/signer.ts";
import { isSignedWebhook, webhookKey } from "./channels/webhook_signature.ts";

/** A webhook as a receiver got it. */
export interface ReceivedWebhook {
  /** `webhook-id`: the same for a message that comes again. */
  readonly id: string;
  readonly body: AlertBody;
  /** The signature is of the secret, and the time is near. */
  readonly isSigned: boolean;
  /** The same id was there before. */
  readonly isRepeated: boolean;
  /** What was answered. */
  readonly status: number;
  /** Local wall clock, epoch ms UTC. */
  readonly at: number;
}

/** A server on this machine that takes webhooks and keeps them: to look at what is delivered. */
export interface AlertReceiver extends AsyncDisposable {
  readonly url: string;
  /** An entry for `alerts.channels`. */
  readonly channel: { readonly kind: "webhook"; readonly url: string; readonly secret: string };
  /** The newest, oldest first; at most 1,000. */
  readonly received: readonly ReceivedWebhook[];
  /** Answers the next `times` requests with this status, as a server in trouble does. @default 500 */
  fail(times: number, status?: number): void;
  close(): Promise<void>;
}

const MAX_RECEIVED = 1_000;
const MAX_BODY_BYTES = 64 * 1_024;

/**
 * Starts a receiver of webhooks on loopback, with a secret of its own. Requests without its signature are answered 401
 * and kept.
 *
 * @param options.port a free one unless given.
 * @throws the system's error when the port cannot be taken.
 *
 * @example
 * ```ts
 * import { startAlertReceiver } from "./receiver.ts";
 * import assert from "node:assert/strict";
 * await using receiver = await startAlertReceiver();
 * assert.equal(receiver.channel.kind, "webhook");
 * // openMarket({ alerts: { channels: { local: receiver.channel } } })
 * ```
 */
export async function startAlertReceiver(
  { port = 0 }: { readonly port?: number } = {},
): Promise<AlertReceiver> {
  const secret = `whsec_${newKeyBase64()}`;
  const key = webhookKey(secret)!;
  const received: ReceivedWebhook[] = [];
  const seen = new Set<string>();
  const failures: number[] = [];
  const options = { host: "127.0.0.1", port, maxBodyBytes: MAX_BODY_BYTES };
  const listener = await listenHttp(options, ({ method, headers, body, receivedAt }) => {
    if (method !== "POST") return Promise.resolve({ status: 405, text: "" });
    const fields = fieldsOf(parseJson(body, "frame"));
    if (typeof fields?.["id"] !== "string") return Promise.resolve({ status: 400, text: "" });
    const id = headers["webhook-id"] ?? "";
    const parts = { id, timestamp: Number(headers["webhook-timestamp"] ?? NaN), body };
    const signatures = headers["webhook-signature"] ?? "";
    const isSigned = isSignedWebhook(key, parts, signatures, receivedAt);
    const status = failures.shift() ?? (isSigned ? 200 : 401);
    received.push({
      id,
      body: fields as unknown as AlertBody,
      isSigned,
      isRepeated: seen.has(id),
      status,
      at: receivedAt,
    });
    seen.add(id);
    if (received.length > MAX_RECEIVED) seen.delete(received.shift()!.id);
    return Promise.resolve({ status, text: "" });
  }, (upgrade) => upgrade.refuse({ status: 400, text: "" }));
  const url = `http://127.0.0.1:${listener.port}/alerts`;
  return {
    url,
    channel: { kind: "webhook", url, secret },
    received,
    fail(times, status = 500) {
      if (!Number.isInteger(times) || times < 0) {
        throw new RangeError(`times must be a whole number of 0 or more, got ${times}`);
      }
      if (!Number.isInteger(status) || status < 200 || status > 599) {
        throw new RangeError(`status must be from 200 to 599, got ${status}`);
      }
      for (let i = 0; i < times; i++) failures.push(status);
    },
    close: () => listener.close(),
    [Symbol.asyncDispose]: () => listener.close(),
  };
}
