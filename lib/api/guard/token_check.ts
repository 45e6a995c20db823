import { sameSecret } from "../../runtime/random_token.ts";
import { ApiProblem } from "../problem.ts";

/** The cookie by which a page of ours carries the token; EventSource and WebSocket take no header. */
export const TOKEN_COOKIE = "comove_token";

/** @returns undefined for a request that carries the token. */
export function tokenProblem(headers: Headers, token: string): ApiProblem | undefined {
  const given = givenToken(headers);
  if (given !== undefined && sameSecret(given, token)) return undefined;
  return new ApiProblem(401, {
    detail: given === undefined
      ? "This needs the token: send Authorization: Bearer TOKEN. serve prints a random one at its start, or takes api.token."
      : "The token is another one.",
    headers: { "www-authenticate": `Bearer realm="comove"` },
  });
}

/** What is no encoded text stands for itself. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function givenToken(headers: Headers): string | undefined {
  const authorization = headers.get("authorization");
  if (authorization !== null) return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
  for (const part of (headers.get("cookie") ?? "").split(";")) {
    const [name, value] = part.trim().split("=", 2);
    if (name === TOKEN_COOKIE && value !== undefined) return decoded(value);
  }
  return undefined;
}
