import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import type { Socket } from "node:net";
import {
  HttpFailure,
  type HttpReply,
  NETWORK_FAULTS,
  type NetworkFault,
  networkFaultOf,
} from "./http.ts";
import { certificateTrouble } from "./certificate_trouble.ts";
import { isPermitted } from "./permission.ts";
import { proxyFor } from "./proxy.ts";
import { type ProxyAgent, proxyAgentOf } from "./proxy_agent.ts";
import { secureAgent } from "./secure_agent.ts";

export interface HttpPostOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the whole exchange; local ms. */
  readonly timeoutMs: number;
  /** Ends the exchange at once; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Sends by HTTP POST. Redirects are not followed: they would carry the body, and what is secret in it, to another host.
 * An answer counts once its status is there: of its body there may be less than was sent, since it is read for as long
 * as the time lasts and up to 64 kB.
 *
 * @throws {PostFailure} when there is no answer.
 */
export type HttpPost = (url: string, options: HttpPostOptions) => Promise<HttpReply>;

/** No answer came. Its message names no address: the path of one may be a secret. */
export class PostFailure extends HttpFailure {
  override readonly name = "PostFailure";
  /** True when the request may have arrived all the same: sending it again may do it twice. */
  readonly mayHaveArrived: boolean;

  /** @param detail says more of the fault, for people. */
  constructor(fault: NetworkFault, mayHaveArrived: boolean, detail?: string) {
    const why = detail === undefined
      ? NETWORK_FAULTS[fault]
      : `${NETWORK_FAULTS[fault]}: ${detail}`;
    super(fault, mayHaveArrived ? `${why}; it may have arrived` : why);
    this.mayHaveArrived = mayHaveArrived;
  }
}

const MAX_ANSWER_BYTES = 64 * 1_024;

/** {@link HttpPost} by Node's client, through a proxy of the environment as `fetch` goes. One connection a request. */
export const httpPost: HttpPost = async (url, options) => {
  if (options.signal?.aborted) throw options.signal.reason;
  // Without the permission, Node's sockets throw where nobody can catch it.
  if (!isPermitted(url)) throw new PostFailure("not-permitted", false);
  const proxy = proxyFor(url);
  if (proxy === undefined) return await exchange(url, options);
  if (!isPermitted(proxy.url.href)) throw new PostFailure("proxy", false);
  return await exchange(url, options, await proxyAgentOf(proxy));
};

function exchange(
  url: string,
  { headers, body, timeoutMs, signal }: HttpPostOptions,
  way?: ProxyAgent,
): Promise<HttpReply> {
  const isSecure = new URL(url).protocol === "https:";
  const bytes = new TextEncoder().encode(body);
  return new Promise((resolve, reject) => {
    let answer: Answer | undefined;
    let isSent = false;
    const asked = (isSecure ? requestSecure : requestPlain)(url, {
      method: "POST",
      headers: { ...headers, "Content-Length": String(bytes.length) },
      agent: way?.agent ?? (isSecure ? secureAgent() : false),
      // Whatever the environment says.
      rejectUnauthorized: true,
    });
    const end = (fault: NetworkFault, detail?: string) => {
      if (way?.refusal() !== undefined) {
        return settle(() => reject(new PostFailure("proxy", false)));
      }
      settle(() =>
        answer === undefined
          ? reject(new PostFailure(fault, isSent, detail))
          : resolve(answer.reply)
      );
    };
    const settle = (how: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      how();
      asked.destroy();
    };
    const onAbort = () => settle(() => reject(signal!.reason));
    const timer = setTimeout(() => end("timeout"), timeoutMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    asked.on("socket", (socket: Socket) => {
      const open = () => isSent = true;
      if (isSecure) socket.once("secureConnect", open);
      else if (socket.connecting) socket.once("connect", open);
      else open();
    });
    asked.on("response", (response: IncomingMessage) => {
      answer = new Answer(response);
      response.on("data", (chunk: Uint8Array) => {
        if (answer!.add(chunk)) end("lost");
      });
      response.on("end", () => end("lost"));
      // A body that breaks off ends the exchange with what is there.
      response.on("error", () => end("lost"));
    });
    // Emitted again for what comes of `destroy`, when all is settled.
    asked.on("error", (error: Error) => end(networkFaultOf(error), certificateTrouble(error)));
    asked.on("close", () => end("lost"));
    asked.end(bytes);
  });
}

/** An answer as it comes in. */
class Answer {
  readonly #status: number;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #decoder = new TextDecoder();
  #text = "";
  #bytes = 0;

  constructor({ statusCode, headers }: IncomingMessage) {
    this.#status = statusCode ?? 0;
    const plain = Object.entries(headers).map(([name, value]) => [name, `${value}`]);
    this.#headers = Object.fromEntries(plain);
  }

  /** @returns true when no more is wanted. */
  add(chunk: Uint8Array): boolean {
    const wanted = chunk.subarray(0, MAX_ANSWER_BYTES - this.#bytes);
    this.#bytes += wanted.length;
    this.#text += this.#decoder.decode(wanted, { stream: true });
    return this.#bytes >= MAX_ANSWER_BYTES;
  }

  get reply(): HttpReply {
    return { status: this.#status, headers: this.#headers, text: this.#text };
  }
}
