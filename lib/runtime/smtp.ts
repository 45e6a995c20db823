/** A mail server, and how it is reached. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** `starttls`: TLS begins on a plain connection, or the mail is not sent. `implicit`: from the first byte on. */
  readonly tls: "starttls" | "implicit" | "none";
  /** Undefined for a server that takes mail from anybody. */
  readonly login?: { readonly user: string; readonly password: string };
}

/** A mail of plain text. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** With its angle brackets: the same mail sent again has the same, and mail programs show it once. */
  readonly messageId: string;
  /** The mail that this one answers, as above. */
  readonly inReplyTo?: string;
}

/** How a mail server took it. */
export interface MailReceipt {
  /** Its last answer: `250 2.0.0 Ok: queued as 12345`. */
  readonly response: string;
  /** Addresses it did not take; others it did. */
  readonly rejected: readonly string[];
}

/** Sends a mail. @throws {MailFailure} when the server did not take it. */
export type SendMail = (server: MailServer, mail: Mail, options: {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}) => Promise<MailReceipt>;

/** Why a mail was not sent. */
export class MailFailure extends Error {
  override readonly name = "MailFailure";
  /** The library's: `EAUTH`, `ESOCKET`, `EENVELOPE`, `EMESSAGE`, `ETIMEDOUT`, …; `EABORT` for what took too long. */
  readonly code: string;
  /** The server's answer, such as 451; undefined where there is none. */
  readonly responseCode: number | undefined;

  constructor(code: string, responseCode: number | undefined, message: string) {
    super(message);
    this.code = code;
    this.responseCode = responseCode;
  }
}

/** What is used of nodemailer, which brings no types. */
interface Nodemailer {
  createTransport(options: Readonly<Record<string, unknown>>): {
    sendMail(mail: Readonly<Record<string, unknown>>): Promise<{
      readonly response?: string;
      readonly rejected?: readonly unknown[];
    }>;
    close(): void;
  };
}

/** {@link SendMail} by nodemailer, which is loaded with the first mail. No proxy is used: few let mail through. */
export const sendMail: SendMail = async (server, mail, { timeoutMs, signal }) => {
  if (signal?.aborted) throw signal.reason;
  const { host, port } = server;
  const permission = Deno.permissions.querySync({ name: "net", host: `${host}:${port}` });
  // Without it, Node's sockets throw where nobody can catch it.
  if (permission.state !== "granted") {
    throw new MailFailure("EPERM", undefined, "this process may not connect there");
  }
  const { default: nodemailer } = await import("nodemailer") as { readonly default: Nodemailer };
  const transport = nodemailer.createTransport(transportOptions(server, timeoutMs));
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    const late = () => reject(new MailFailure("EABORT", undefined, "no answer in time"));
    const timer = setTimeout(late, timeoutMs);
    const onAbort = () => reject(signal!.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
  });
  try {
    const sent = transport.sendMail(messageOf(mail));
    const { response = "", rejected = [] } = await Promise.race([sent, stopped]);
    return { response, rejected: rejected.map(String) };
  } catch (error) {
    if (error instanceof MailFailure || signal?.aborted) throw error;
    throw failureOf(error);
  } finally {
    stop();
    transport.close();
  }
};

function transportOptions(
  { host, port, tls, login }: MailServer,
  timeoutMs: number,
): Readonly<Record<string, unknown>> {
  const options: Record<string, unknown> = {
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    // Whatever the environment says.
    tls: { rejectUnauthorized: true },
    // Texts of ours name no file and no address to be fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  };
  if (login !== undefined) options["auth"] = { user: login.user, pass: login.password };
  return options;
}

function messageOf(
  { from, to, subject, text, messageId, inReplyTo }: Mail,
): Readonly<Record<string, unknown>> {
  const message: Record<string, unknown> = { from, to, subject, text, messageId };
  if (inReplyTo !== undefined) {
    message["inReplyTo"] = inReplyTo;
    message["references"] = [inReplyTo];
  }
  return message;
}

function failureOf(error: unknown): MailFailure {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const message = error instanceof Error ? error.message : String(error);
  return new MailFailure(
    typeof code === "string" ? code : "EUNKNOWN",
    typeof responseCode === "number" ? responseCode : undefined,
    message,
  );
}
