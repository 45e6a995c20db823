import { connect } from "node:net";
import { type NetworkFault, networkFaultOf } from "./http.ts";

/** How a {@link TalkTcp} ended. */
export type TcpOutcome =
  /** The talk came to its end, or there was nothing to say and the connection opened. */
  | { readonly kind: "done" }
  /** Time was up; `isOpen` says whether the connection had been taken. */
  | { readonly kind: "timeout"; readonly isOpen: boolean }
  /** The peer ended an open connection. */
  | { readonly kind: "closed" }
  /** It never opened, or broke. */
  | { readonly kind: "failed"; readonly fault: NetworkFault };

export interface TcpTalk {
  readonly host: string;
  readonly port: number;
  /** For the whole talk, local ms. */
  readonly timeoutMs: number;
  /** Said as soon as the connection is open. Left out, opening is all that is wanted. */
  readonly greeting?: Uint8Array;
  /** What to answer to what came; `"done"` ends the talk. */
  readonly answer?: (bytes: Uint8Array) => Uint8Array | "done" | undefined;
}

/** A short conversation over TCP, to find out who listens. Never rejects; leaves no socket behind. */
export type TalkTcp = (talk: TcpTalk) => Promise<TcpOutcome>;

/** Time for a goodbye before the connection is cut: IB Gateway keeps the client id of one that was cut. */
const GOODBYE_MS = 250;

/** {@link TalkTcp} by the machine's sockets. */
export const talkTcp: TalkTcp = async (talk) => {
  // Without the permission, Node's sockets throw where nobody can catch it.
  return await mayReach(`${talk.host}:${talk.port}`)
    ? await converse(talk)
    : { kind: "failed", fault: "not-permitted" };
};

function converse({ host, port, timeoutMs, greeting, answer }: TcpTalk): Promise<TcpOutcome> {
  return new Promise((resolve) => {
    let outcome: TcpOutcome | undefined;
    let isOpen = false;
    const socket = connect({ host, port, noDelay: true });
    const timer = setTimeout(() => {
      outcome ??= { kind: "timeout", isOpen };
      socket.destroy();
    }, timeoutMs);
    let goodbye: ReturnType<typeof setTimeout> | undefined;
    const end = () => {
      outcome ??= { kind: "done" };
      socket.end();
      goodbye ??= setTimeout(() => socket.destroy(), GOODBYE_MS);
    };
    socket.on("connect", () => {
      isOpen = true;
      if (greeting === undefined) end();
      else socket.write(greeting);
    });
    socket.on("data", (bytes: Uint8Array) => {
      if (outcome !== undefined) return;
      const reply = answer?.(bytes);
      if (reply === "done") end();
      else if (reply !== undefined) socket.write(reply);
    });
    socket.on("error", (error) => outcome ??= { kind: "failed", fault: networkFaultOf(error) });
    socket.on("close", () => {
      clearTimeout(timer);
      clearTimeout(goodbye);
      resolve(outcome ?? { kind: "closed" });
    });
  });
}

/** True when this process may listen on the port; 0 stands for any free one. */
export function canListen(hostname: string, port: number): boolean {
  try {
    Deno.listen({ hostname, port }).close();
    return true;
  } catch {
    return false;
  }
}

/** The version of Deno this process runs on, such as `2.9.6`. */
export function denoVersion(): string {
  return Deno.version.deno;
}

/** True when the process was started with the right to reach this host (`name` or `name:port`). */
export async function mayReach(host: string): Promise<boolean> {
  return (await Deno.permissions.query({ name: "net", host })).state === "granted";
}

/** Number of entries of a folder; undefined when it is not there or may not be read. */
export async function countEntries(folder: string): Promise<number | undefined> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).length;
  } catch {
    return undefined;
  }
}
