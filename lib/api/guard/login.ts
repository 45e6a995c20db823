import { z } from "@hono/zod-openapi";
import { sameSecret } from "../../runtime/random_token.ts";
import type { Clock } from "../../runtime/clock.ts";
import { PAGE_STYLE } from "../index_page.ts";
import { isReading, otherMethod } from "../methods.ts";
import { ApiProblem } from "../problem.ts";
import { readBody, type RequestBody } from "../request_body.ts";
import type { Allowance } from "./allowance.ts";
import { TOKEN_COOKIE, tokenProblem } from "./token_check.ts";

/** What {@link Login} needs. */
export interface LoginOptions {
  readonly token: string;
  readonly clock: Clock;
  /** Of each peer, for tokens that are not the token. */
  readonly wrongTokens: Allowance;
}

const FORM_TYPE = "application/x-www-form-urlencoded";
const BODY: RequestBody = {
  schema: z.strictObject({ token: z.string() }),
  readers: { [FORM_TYPE]: (text) => Object.fromEntries(new URLSearchParams(text)) },
  maxBytes: 4_096,
};
/** A browser stays logged in for so long. */
const COOKIE_SECONDS = 30 * 86_400;

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * How a browser on another machine gets in: a form that takes the token and gives a cookie that no script can read and
 * no other site can send.
 */
export class Login {
  readonly #options: LoginOptions;

  constructor(options: LoginOptions) {
    this.#options = options;
  }

  /** Undefined for a request of something else. */
  answer(request: Request, from: string): Response | Promise<Response> | undefined {
    const { pathname } = new URL(request.url);
    const isRead = isReading(request);
    switch (pathname) {
      case "/":
        return isRead && this.#isStranger(request) ? redirect("/login") : undefined;
      case "/login":
        if (request.method === "POST") return this.#logIn(request, from);
        return isRead ? formPage(200, "") : otherMethod(request, ["GET", "HEAD", "POST"]);
      case "/logout":
        if (request.method !== "POST") return otherMethod(request, ["POST"]);
        return redirect("/login", cookie("", 0, request));
    }
    return undefined;
  }

  #isStranger({ headers }: Request): boolean {
    return tokenProblem(headers, this.#options.token) !== undefined;
  }

  async #logIn(request: Request, from: string): Promise<Response> {
    const { token, clock, wrongTokens } = this.#options;
    const waiting = wrongTokens.refusal(from);
    if (waiting !== undefined) {
      const after = waiting.headers["retry-after"] ?? "";
      return formPage(429, `Too many wrong tokens: try again in ${after} s.`, {
        "retry-after": after,
      });
    }
    try {
      const read = BODY.schema.safeParse(await readBody(request, BODY, clock));
      const given = read.success ? (read.data as { readonly token: string }).token.trim() : "";
      if (sameSecret(given, token)) {
        return redirect("/", cookie(encodeURIComponent(token), COOKIE_SECONDS, request));
      }
    } catch (error) {
      if (error instanceof ApiProblem) return error.response();
      throw error;
    }
    wrongTokens.take(from);
    return formPage(401, "That is not the token: it is api.token of the server's configuration.");
  }
}

/** @param value empty with 0 seconds: the cookie is forgotten */
function cookie(value: string, seconds: number, { headers }: Request): Record<string, string> {
  // Behind a proxy with TLS the page's origin is https.
  const isSafe = headers.get("origin")?.startsWith("https:") ?? false;
  const parts = [
    `${TOKEN_COOKIE}=${value}`,
    "Path=/",
    `Max-Age=${seconds}`,
    "HttpOnly",
    "SameSite=Strict",
    ...(isSafe ? ["Secure"] : []),
  ];
  return { "set-cookie": parts.join("; ") };
}

function redirect(location: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, {
    status: 303,
    headers: { location, "cache-control": "no-store", ...headers },
  });
}

/** @param fault what was wrong with the last try; empty before one */
function formPage(
  status: number,
  fault: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const alert = fault === "" ? "" : `<p role="alert">${fault}</p>`;
  const html =
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Comove: log in</title>` +
    `<meta name="viewport" content="width=device-width"><style>${PAGE_STYLE}` +
    `input,button{font:inherit;padding:.4rem .6rem;min-height:2.5rem;box-sizing:border-box}` +
    `input{width:min(100%,28rem)}label{display:block;margin-bottom:.4rem}</style>` +
    `<main><h1>Comove</h1>${alert}<form method="post" action="/login">` +
    `<label for="token">Token of this server</label>` +
    `<input id="token" name="token" type="password" autocomplete="current-password" required autofocus> ` +
    `<button>Log in</button></form></main></html>`;
  return new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": POLICY,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      ...headers,
    },
  });
}
