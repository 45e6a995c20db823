/**
 * Run by `http_post_tls_test.ts` under an environment of its own: posts to each address given, or sends a mail to it,
 * and prints what came of it, one JSON text a line.
 */
import { httpPost, PostFailure } from "../../lib/runtime/http_post.ts";
import { MailFailure, sendMail } from "../../lib/runtime/smtp.ts";

for (const url of Deno.args) {
  const outcome = url.startsWith("smtps:") ? await mailed(url) : await posted(url);
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(outcome)}\n`));
}

async function posted(url: string): Promise<string> {
  try {
    const { status } = await httpPost(url, { headers: {}, body: "a body", timeoutMs: 5_000 });
    return `HTTP ${status}`;
  } catch (error) {
    return error instanceof PostFailure ? error.message : `${error}`;
  }
}

async function mailed(url: string): Promise<string> {
  const { hostname: host, port } = new URL(url);
  const mail = {
    from: "desk@example.com",
    to: ["phone@example.com"],
    subject: "a subject",
    text: "a text",
    messageId: "<1@example.com>",
  };
  try {
    const server = { host, port: Number(port), tls: "implicit" } as const;
    return (await sendMail(server, mail, { timeoutMs: 5_000 })).response;
  } catch (error) {
    return error instanceof MailFailure ? error.message : `${error}`;
  }
}
