import { fieldsOf, parseJson } from "../../wire/json_fields.ts";
import type { HttpReply } from "../../runtime/http.ts";
import { entry, webUrl } from "../../runtime/config_fields.ts";
import { type AlertText, alertText } from "./alert_text.ts";
import { fit, fitLines } from "./fit.ts";
import { httpChannel, ONE_FORM } from "./http_channel.ts";
import { channelKind } from "./kind.ts";
import { answerText, busyOf, type Outcome, quoteOf, usualOutcome, waitOf } from "./outcome.ts";

const FIELDS = entry({ url: webUrl() }, "must be url");

type Settings = ReturnType<typeof FIELDS.parse>;

/** Discord's limits, in characters; all texts of one message have 6,000. */
const MAX_CONTENT = 300;
const MAX_DESCRIPTION = 4_096;

/**
 * A webhook of Discord. It does not know a message that it has, so one that may have arrived is left. How much it takes
 * is learned from its headers: the numbers are nowhere fixed.
 */
export const DISCORD = channelKind<Settings>({
  kind: "discord",
  title: "Discord",
  fields: FIELDS,
  secrets: ["url"],
  open(name, { url }, ports) {
    const target = new URL(url);
    // Else a message that was not saved looks like one that was.
    target.searchParams.set("wait", "true");
    const secrets = [url, new URL(url).pathname];
    return httpChannel({ name, kind: "discord" }, {
      traits: {
        isChat: true,
        isDeduplicating: false,
        pace: { burst: 5, refillMs: 1_000 },
        parallel: 1,
      },
      url,
      form: ONE_FORM,
      request(message) {
        return {
          url: target.href,
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(bodyOf(alertText(message))),
        };
      },
      outcome: (reply, _form, now) => outcomeOf(reply, now, secrets),
    }, ports);
  },
});

function outcomeOf(reply: HttpReply, now: number, secrets: readonly string[]): Outcome {
  const { status, headers } = reply;
  const answer = fieldsOf(parseJson(reply.text, "frame"));
  const message = quoteOf(String(answer?.["message"] ?? ""), secrets);
  const said = answerText(reply, message);
  if (status >= 200 && status < 300) {
    const id = answer?.["id"];
    const receipt = typeof id === "string" && /^\d{1,20}$/.test(id) ? `message ${id}` : said;
    const pauseMs = headers["x-ratelimit-remaining"]?.trim() === "0"
      ? secondsOf(headers["x-ratelimit-reset-after"])
      : undefined;
    return pauseMs === undefined
      ? { kind: "delivered", receipt }
      : { kind: "delivered", receipt, pauseMs };
  }
  if (status === 429) {
    const seconds = answer?.["retry_after"];
    const isGiven = typeof seconds === "number" && seconds >= 0;
    const afterMs = isGiven ? Math.ceil(seconds * 1_000) : waitOf(reply, now);
    return busyOf(said, afterMs ?? secondsOf(headers["x-ratelimit-reset-after"]));
  }
  // Asking again for one that was deleted gets the address restricted.
  if (status === 404) return { kind: "gone", reason: `${said}; the webhook was deleted` };
  if (status === 401 || status === 403) {
    return { kind: "configure", reason: `${said}; copy the webhook's URL anew` };
  }
  return usualOutcome(reply, now, said);
}

function secondsOf(header: string | undefined): number | undefined {
  const seconds = Number(header?.trim() || NaN);
  return seconds >= 0 && seconds <= 86_400 ? Math.ceil(seconds * 1_000) : undefined;
}

/** Blue, yellow, orange, red; green once it is over. */
const COLOURS = { info: 0x4c8bf5, minor: 0xf5c542, major: 0xf58a42, critical: 0xe5484d } as const;
const RESOLVED = 0x30a46c;
const MARKDOWN = new Set("\\`*_~|>#[<@:");

function escapeMarkdown(character: string): string {
  return MARKDOWN.has(character) ? `\\${character}` : character;
}

function bodyOf({ head, lines, severity, isResolved }: AlertText): object {
  const options = { escape: escapeMarkdown };
  return {
    content: fit(head, MAX_CONTENT, options),
    embeds: [{
      description: fitLines(lines, MAX_DESCRIPTION, options),
      color: isResolved ? RESOLVED : COLOURS[severity],
    }],
    // Nobody is called by a name in a text.
    allowed_mentions: { parse: [] },
  };
}
