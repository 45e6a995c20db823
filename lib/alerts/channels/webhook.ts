import { entry, text, webUrl } from "../../runtime/config_fields.ts";
import { channelKind } from "./kind.ts";
import { httpChannel, ONE_FORM } from "./http_channel.ts";
import { messageIdOf } from "./message.ts";
import { usualOutcome } from "./outcome.ts";
import { WEBHOOK_SECRET_RULE, webhookKey, webhookSignature } from "./webhook_signature.ts";

const FIELDS = entry({
  url: webUrl(),
  secret: text(WEBHOOK_SECRET_RULE, (secret) => {
    const key = webhookKey(secret);
    return key !== undefined && key.length >= 24 && key.length <= 64;
  }).nullish(),
}, "must be url and secret");

type Settings = ReturnType<typeof FIELDS.parse>;

/**
 * Any server that takes JSON, by the headers of Standard Webhooks: one alert a request, the body as everywhere else.
 * The receiver knows a message that it has by `webhook-id`, so one that may have arrived is sent again.
 */
export const WEBHOOK = channelKind<Settings>({
  kind: "webhook",
  title: "Webhook",
  fields: FIELDS,
  secrets: ["url", "secret"],
  open(name, { url, secret }, ports) {
    const key = typeof secret === "string" ? webhookKey(secret) : undefined;
    return httpChannel({ name, kind: "webhook" }, {
      traits: {
        isChat: false,
        isDeduplicating: true,
        pace: { burst: 100, refillMs: 10 },
        parallel: 4,
      },
      url,
      form: ONE_FORM,
      request({ items: [item] }, _form, now) {
        const id = headerText(messageIdOf(item));
        const timestamp = Math.floor(now / 1_000);
        const headers: Record<string, string> = {
          "Content-Type": "application/json",
          "User-Agent": "Comove",
          "webhook-id": id,
          "webhook-timestamp": String(timestamp),
        };
        if (key !== undefined) {
          headers["webhook-signature"] = webhookSignature(key, { id, timestamp, body: item.json });
        }
        return { url, headers, body: item.json };
      },
      outcome(reply, _form, now) {
        if (reply.status === 410) return { kind: "gone", reason: "HTTP 410: it wants no more" };
        return usualOutcome(reply, now);
      },
    }, ports);
  },
});

/** A header carries printable ASCII alone; the names of some coins have other letters. */
function headerText(text: string): string {
  return text.toWellFormed().replace(/[^\x21-\x7e]/gu, encodeURIComponent);
}
