import { isLoopback } from "../../runtime/address.ts";
import { entry, hostName, list, oneOf, port, text } from "../../runtime/config_fields.ts";
import { sha256Base64 } from "../../runtime/digest.ts";
import { type Mail, MailFailure, type MailServer } from "../../runtime/smtp.ts";
import { alertText } from "./alert_text.ts";
import { ATTEMPT_MS } from "./channel.ts";
import { fit, fitLines } from "./fit.ts";
import { channelKind } from "./kind.ts";
import { type Message, messageIdOf } from "./message.ts";
import { type Outcome, quoteOf } from "./outcome.ts";

function address() {
  return text(
    "must be an address, such as desk@example.com",
    (value) => /^[^\s@<>,;:"]{1,64}@[^\s@<>,;:"]{1,255}$/.test(value),
  );
}

const FIELDS = entry({
  host: hostName(),
  port: port().nullish(),
  tls: oneOf(["starttls", "implicit", "none"]).nullish(),
  user: text("must be a name", (user) => user !== "").nullish(),
  password: text("must be a password", (password) => password !== "").nullish(),
  from: address(),
  to: list(address()).min(1, "must name at least one address"),
}, "must be host, from, to, port, tls, user and password");

type Settings = ReturnType<typeof FIELDS.parse>;

const PORTS = { starttls: 587, implicit: 465, none: 25 } as const;
const MAX_SUBJECT = 200;
const MAX_TEXT = 20_000;

/**
 * Mail by SMTP. The same alert always has the same Message-ID, by which servers and mail programs know a mail that they
 * have: one that may have arrived is sent again. The mail that says an alert is over answers the one that said it fires.
 */
export const EMAIL = channelKind<Settings>({
  kind: "email",
  title: "E-mail",
  fields: FIELDS,
  secrets: ["password"],
  open(name, settings, { mail: send }) {
    const server = serverOf(settings);
    return {
      name,
      kind: "email",
      host: `${server.host}:${server.port}`,
      isChat: false,
      isDeduplicating: true,
      pace: { burst: 10, refillMs: 6_000 },
      parallel: 1,
      async send(message, signal) {
        try {
          const mail = mailOf(message, settings);
          const receipt = await send(server, mail, { timeoutMs: ATTEMPT_MS, signal });
          const { length } = receipt.rejected;
          const missed = length === 0 ? "" : `; not taken for ${length} of the addresses`;
          return {
            kind: "delivered",
            receipt: `${quoteOf(receipt.response, secretsOf(settings))}${missed}`,
          };
        } catch (error) {
          if (error instanceof MailFailure) return outcomeOf(error, secretsOf(settings));
          throw error;
        }
      },
    };
  },
});

function secretsOf({ password }: Settings): readonly string[] {
  return typeof password === "string" ? [password] : [];
}

function serverOf({ host, port, tls, user, password }: Settings): MailServer {
  // A server on this machine rarely has a certificate.
  const kind = tls ?? (port === 465 ? "implicit" : isLoopback(host) ? "none" : "starttls");
  const server = { host, port: port ?? PORTS[kind], tls: kind };
  if (typeof user !== "string" || typeof password !== "string") return server;
  return { host: server.host, port: server.port, tls: kind, login: { user, password } };
}

function mailOf(message: Message, { from, to }: Settings): Mail {
  const [item] = message.items;
  const { head, lines } = alertText(message);
  const mail = {
    from,
    to,
    subject: fit(head, MAX_SUBJECT),
    text: `${fitLines([head, ...lines], MAX_TEXT)}\n`,
    messageId: mailIdOf(messageIdOf(item), from),
  };
  if (item.kind === "firing") return mail;
  const first = messageIdOf({ kind: "firing", body: item.body });
  return Object.assign(mail, { inReplyTo: mailIdOf(first, from) });
}

/** `<digest@domain>`: the name of an alert may hold what a header may not. */
function mailIdOf(id: string, from: string): string {
  const digest = sha256Base64(id).replace(/[+/=]/g, (c) => ({ "+": "-", "/": "_" })[c] ?? "");
  return `<comove.${digest}@${from.split("@")[1]}>`;
}

/** Codes of what went wrong before anything was sent that could have been taken. */
const CERTIFICATE = /self[- ]signed|certificate|unable to verify|altname/i;

function outcomeOf(
  { code, responseCode = 0, message }: MailFailure,
  secrets: readonly string[],
): Outcome {
  const reason = quoteOf(message, secrets);
  if (code === "EAUTH" || code === "EOAUTH2") {
    // A server that is busy answers 4xx here too.
    if (responseCode >= 400 && responseCode < 500) return { kind: "retry", reason };
    return { kind: "configure", reason: `${reason}; check user and password` };
  }
  if (code === "EPERM" || code === "ENOAUTH") return { kind: "configure", reason };
  if (CERTIFICATE.test(message)) {
    return { kind: "configure", reason: `${reason}; the server needs a trusted certificate` };
  }
  if (code === "ETLS") return { kind: "configure", reason: `${reason}; check tls and port` };
  if (responseCode >= 500) return { kind: "refused", reason };
  // What broke off may have been taken; it has the same Message-ID when it is sent again.
  return { kind: "retry", reason };
}
