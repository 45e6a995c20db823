import { Agent } from "node:https";
import { connect } from "node:tls";

/** Node's types leave out what an agent connects by. */
interface Connecting {
  createConnection(options: Parameters<typeof connect>[0]): ReturnType<typeof connect>;
}

/**
 * An agent for one request over TLS. Certificates are trusted as by `fetch`: the roots of Mozilla, or what
 * `DENO_TLS_CA_STORE` names, and those of `DENO_CERT` and `NODE_EXTRA_CA_CERTS`. Node's own agent lists them itself
 * where the latter is set, which needs a permission that no task has; an empty list in their place trusts nobody.
 */
export function secureAgent(): Agent {
  const agent = new Agent({ keepAlive: false });
  (agent as unknown as Connecting).createConnection = (options) => connect(options);
  return agent;
}
