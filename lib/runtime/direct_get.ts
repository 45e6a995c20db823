import { request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { secureAgent } from "./secure_agent.ts";

/** An answer without its body. */
export interface AnswerHead {
  readonly status: number;
  /** Names are lowercase. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a request needs to know. */
export interface DirectGetOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Called with each part of the body; throws to end the exchange. */
  readonly onChunk: (chunk: Uint8Array) => void;
}

/**
 * Asks by HTTP GET without regard to proxies of the environment, which `fetch` cannot leave out. One connection a
 * request.
 *
 * @returns the answer without its body, when that is over.
 */
export function directGet(
  url: string,
  { headers, signal, onChunk }: DirectGetOptions,
): Promise<AnswerHead> {
  const isSecure = new URL(url).protocol === "https:";
  const request = isSecure ? requestSecure : requestPlain;
  const agent = isSecure ? secureAgent() : false;
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, signal, agent }, (reply) => {
      const plain = Object.entries(reply.headers).map(([name, value]) => [name, `${value}`]);
      reply.on("data", (chunk: Uint8Array) => {
        try {
          onChunk(chunk);
        } catch (error) {
          reject(error);
          asked.destroy();
        }
      });
      reply.on("end", () => {
        resolve({ status: reply.statusCode ?? 0, headers: Object.fromEntries(plain) });
      });
      reply.on("error", reject);
      reply.on("close", () => reject(new Error("the connection broke amid the answer")));
    });
    asked.on("error", reject);
    asked.on("close", () => reject(new Error("the connection broke before the answer")));
    asked.end();
  });
}
