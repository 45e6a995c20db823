import { fieldsOf, parseJson } from "../../wire/json_fields.ts";
import { ceilTo, DAY } from "../../model/time.ts";
import type { HttpReply } from "../../runtime/http.ts";
import { entry, text, webUrl } from "../../runtime/config_fields.ts";
import { type AlertText, alertText } from "./alert_text.ts";
import { bytesOf, fit, fitLines } from "./fit.ts";
import { httpChannel, ONE_FORM } from "./http_channel.ts";
import { channelKind } from "./kind.ts";
import { answerText, busyOf, type Outcome, quoteOf, usualOutcome, waitOf } from "./outcome.ts";

const FIELDS = entry({
  url: webUrl().default("https://ntfy.sh"),
  topic: text(
    "must be 1 to 64 letters, digits, - and _",
    (topic) => /^[A-Za-z0-9_-]{1,64}$/.test(topic),
  ),
  token: text(
    "must be an access token, such as tk_…",
    (token) => /^[\x21-\x7e]{1,200}$/.test(token),
  )
    .nullish(),
}, "must be topic, url and token");

type Settings = ReturnType<typeof FIELDS.parse>;

/** In bytes of UTF-8: a longer message becomes an attachment. */
const MAX_MESSAGE = 4_096;
const MAX_TITLE = 250;
/** `limit reached: daily message quota reached` */
const DAILY_QUOTA = 42_908;

/**
 * A topic of an ntfy server. Whoever knows the topic reads it, so it is kept as a password. The server does not know a
 * message that it has, so one that may have arrived is left.
 */
export const NTFY = channelKind<Settings>({
  kind: "ntfy",
  title: "ntfy",
  fields: FIELDS,
  secrets: ["topic", "token"],
  open(name, { url, topic, token }, ports) {
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (typeof token === "string") headers["Authorization"] = `Bearer ${token}`;
    const secrets = [topic, token ?? ""];
    return httpChannel({ name, kind: "ntfy" }, {
      traits: {
        isChat: true,
        isDeduplicating: false,
        pace: { burst: 60, refillMs: 5_000 },
        parallel: 1,
      },
      url,
      form: ONE_FORM,
      request: (message) => ({
        url,
        headers,
        body: JSON.stringify(bodyOf(alertText(message), topic)),
      }),
      outcome: (reply, _form, now) => outcomeOf(reply, now, secrets),
    }, ports);
  },
});

function outcomeOf(reply: HttpReply, now: number, secrets: readonly string[]): Outcome {
  const { status } = reply;
  const answer = fieldsOf(parseJson(reply.text, "frame"));
  const error = quoteOf(String(answer?.["error"] ?? ""), secrets);
  const said = answerText(reply, error);
  if (status >= 200 && status < 300) {
    const id = answer?.["id"];
    const isId = typeof id === "string" && /^\w{1,40}$/.test(id);
    return { kind: "delivered", receipt: isId ? `message ${id}` : said };
  }
  if (status === 429) {
    const isOver = answer?.["code"] === DAILY_QUOTA;
    // The quota begins anew at midnight, UTC.
    const afterMs = isOver ? ceilTo(now + 1, DAY) - now : waitOf(reply, now);
    return busyOf(said, afterMs);
  }
  if (status === 401 || status === 403) {
    return { kind: "configure", reason: `${said}; check topic and token` };
  }
  if (status === 404) return { kind: "gone", reason: `${said}; check url` };
  return usualOutcome(reply, now, said);
}

const PRIORITIES = { info: 2, minor: 3, major: 4, critical: 5 } as const;
const TAGS = { info: "information_source", minor: "warning", major: "warning" } as const;

function bodyOf({ head, lines, severity, isResolved }: AlertText, topic: string): object {
  const tag = severity === "critical" ? "rotating_light" : TAGS[severity];
  return {
    topic,
    title: fit(head, MAX_TITLE, { sizeOf: bytesOf }),
    message: fitLines(lines, MAX_MESSAGE, { sizeOf: bytesOf }),
    priority: isResolved ? PRIORITIES.info : PRIORITIES[severity],
    tags: [isResolved ? "white_check_mark" : tag],
  };
}
