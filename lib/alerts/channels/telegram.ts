import { fieldsOf, parseJson } from "../../wire/json_fields.ts";
import { digits, entry, flag, text, webUrl } from "../../runtime/config_fields.ts";
import { alertText } from "./alert_text.ts";
import { fit, fitLines } from "./fit.ts";
import { httpChannel } from "./http_channel.ts";
import { channelKind } from "./kind.ts";
import type { Message } from "./message.ts";
import { answerText, busyOf, quoteOf, usualOutcome, waitOf } from "./outcome.ts";

const FIELDS = entry({
  token: text(
    "must be the token that @BotFather gives, such as 123456:ABC…",
    (token) => /^\d{1,20}:[\w-]{10,100}$/.test(token),
  ),
  chatId: digits(
    "must be the number of a chat, such as -1001234567890, or @channel",
    (id) => /^(?:-?\d{1,20}|@\w{4,40})$/.test(id),
  ),
  /** The server of the Bot API. */
  url: webUrl().default("https://api.telegram.org"),
  /** Messages without sound. */
  silent: flag().default(false),
}, "must be token and chatId");

type Settings = ReturnType<typeof FIELDS.parse>;

/** How a message is written, and to which chat. */
interface Form {
  readonly isHtml: boolean;
  readonly chatId: string;
}

/** Longest text after its tags were read, UTF-16 units; never fewer than the characters that Telegram counts. */
const MAX_TEXT = 4_096;
const MAX_HEAD = 256;
/** A chat takes one message a second; a group, whose number is negative, 20 a minute. */
const CHAT_MS = 1_000;
const GROUP_MS = 3_000;

/** A bot of Telegram. It does not know a message that it has sent already, so one that may have arrived is left. */
export const TELEGRAM = channelKind<Settings>({
  kind: "telegram",
  title: "Telegram",
  fields: FIELDS,
  secrets: ["token"],
  open(name, { token, chatId, url, silent }, ports) {
    return httpChannel<Form>({ name, kind: "telegram" }, {
      traits: {
        isChat: true,
        isDeduplicating: false,
        pace: { burst: 1, refillMs: chatId.startsWith("-") ? GROUP_MS : CHAT_MS },
        parallel: 1,
      },
      url,
      form: { isHtml: true, chatId },
      request(message, form) {
        const body = bodyOf(message, form, silent);
        return {
          url: `${url.replace(/\/+$/, "")}/bot${token}/sendMessage`,
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(body),
        };
      },
      outcome(reply, form, now) {
        const answer = fieldsOf(parseJson(reply.text, "frame"));
        const parameters = fieldsOf(answer?.["parameters"]);
        const description = quoteOf(String(answer?.["description"] ?? ""), [token]);
        const said = answerText(reply, description);
        const movedTo = parameters?.["migrate_to_chat_id"];
        if (reply.status >= 200 && reply.status < 300) {
          const id = fieldsOf(answer?.["result"])?.["message_id"];
          return {
            kind: "delivered",
            receipt: Number.isSafeInteger(id) ? `message ${id}` : `HTTP ${reply.status}`,
          };
        }
        if (reply.status === 429) {
          const seconds = parameters?.["retry_after"];
          const isGiven = typeof seconds === "number" && seconds >= 0;
          return busyOf(said, isGiven ? seconds * 1_000 : waitOf(reply, now));
        }
        if (Number.isSafeInteger(movedTo) && String(movedTo) !== form.chatId) {
          const reason = `the group has a new number: set chatId: "${movedTo}"`;
          return { kind: "again", form: { isHtml: form.isHtml, chatId: String(movedTo) }, reason };
        }
        if (reply.status === 400 && form.isHtml && /can't parse entities/i.test(description)) {
          return { kind: "again", form: { isHtml: false, chatId: form.chatId }, reason: said };
        }
        const isForUser = [401, 403, 404].includes(reply.status) ||
          (reply.status === 400 && /chat not found|chat_id is empty|peer_id_invalid/i.test(said));
        if (isForUser) return { kind: "configure", reason: `${said}; check token and chatId` };
        return usualOutcome(reply, now, said);
      },
      keep: ({ chatId }) => ({ isHtml: true, chatId }),
    }, ports);
  },
});

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function escapeHtml(character: string): string {
  return ENTITIES[character] ?? character;
}

function bodyOf(message: Message, { isHtml, chatId }: Form, silent: boolean): object {
  const { head, lines } = alertText(message);
  // The limit is of the text as it is read, so it is cut before it is escaped.
  const title = fit(head, MAX_HEAD);
  const rest = fitLines(lines, MAX_TEXT - title.length - 1);
  const written = isHtml
    ? `<b>${fit(title, Infinity, { escape: escapeHtml })}</b>\n${
      fit(rest, Infinity, { escape: escapeHtml })
    }`
    : `${title}\n${rest}`;
  const first = /^message (\d{1,15})$/.exec(message.firstReceipt ?? "")?.[1];
  const body: Record<string, unknown> = {
    chat_id: chatId,
    text: written,
    link_preview_options: { is_disabled: true },
    disable_notification: silent,
  };
  if (isHtml) body["parse_mode"] = "HTML";
  if (first !== undefined) {
    // The first message may have been deleted meanwhile.
    body["reply_parameters"] = { message_id: Number(first), allow_sending_without_reply: true };
  }
  return body;
}
