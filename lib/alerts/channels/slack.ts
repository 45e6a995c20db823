import type { HttpReply } from "../../runtime/http.ts";
import { entry, webUrl } from "../../runtime/config_fields.ts";
import { type AlertText, alertText } from "./alert_text.ts";
import { fit, fitLines } from "./fit.ts";
import { httpChannel, ONE_FORM } from "./http_channel.ts";
import { channelKind } from "./kind.ts";
import { answerText, busyOf, type Outcome, quoteOf, usualOutcome, waitOf } from "./outcome.ts";

const FIELDS = entry({ url: webUrl() }, "must be url");

type Settings = ReturnType<typeof FIELDS.parse>;

/** Longer ones are cut by Slack itself, or hard to read. */
const MAX_TEXT = 300;
/** Of one section, characters. */
const MAX_SECTION = 3_000;

/** An incoming webhook of Slack. It does not know a message that it has, so one that may have arrived is left. */
export const SLACK = channelKind<Settings>({
  kind: "slack",
  title: "Slack",
  fields: FIELDS,
  secrets: ["url"],
  open(name, { url }, ports) {
    const secrets = [url, new URL(url).pathname];
    return httpChannel({ name, kind: "slack" }, {
      traits: {
        isChat: true,
        isDeduplicating: false,
        pace: { burst: 1, refillMs: 1_000 },
        parallel: 1,
      },
      url,
      form: ONE_FORM,
      request(message) {
        return {
          url,
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(bodyOf(alertText(message))),
        };
      },
      outcome: (reply, _form, now) => outcomeOf(reply, now, secrets),
    }, ports);
  },
});

function outcomeOf(reply: HttpReply, now: number, secrets: readonly string[]): Outcome {
  const { status } = reply;
  // Slack answers with a code in plain text; a page of HTML is of somebody on the way.
  const code = /^[a-z_]{2,60}$/.exec(reply.text.trim())?.[0];
  const said = answerText(reply, quoteOf(code ?? "", secrets));
  if (status >= 200 && status < 300) return { kind: "delivered", receipt: said };
  if (status === 429) return busyOf(said, waitOf(reply, now));
  if (status === 404 || status === 410) {
    return { kind: "gone", reason: `${said}; the webhook or its channel is no more` };
  }
  if (status === 403) return { kind: "configure", reason: `${said}; an owner has to allow it` };
  return usualOutcome(reply, now, said);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
/** Marks of bold, italic, struck and code; a character without width before one takes its meaning. */
const MARKS = new Set("*_~`");

function escapeMrkdwn(character: string): string {
  return ENTITIES[character] ?? (MARKS.has(character) ? `\u200b${character}` : character);
}

function bodyOf({ head, lines }: AlertText): object {
  const options = { escape: escapeMrkdwn };
  const title = fit(head, MAX_TEXT, options);
  const rest = fitLines(lines, MAX_SECTION - title.length - 3, options);
  return {
    text: title,
    blocks: [{ type: "section", text: { type: "mrkdwn", text: `*${title}*\n${rest}` } }],
    unfurl_links: false,
    unfurl_media: false,
  };
}
