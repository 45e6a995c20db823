import type { NetworkFault } from "../../runtime/http.ts";
import type { TalkTcp, TcpOutcome } from "../../runtime/probe.ts";
import { encodeFrame, TwsFrameDecoder, withLength } from "../../wire/tws_frame.ts";
import { TwsReplyId, TwsRequestId, TwsVersion } from "../../wire/tws_message_ids.ts";
import { broken, type Finding, ok } from "../finding.ts";
import type { Probes } from "../venue_definition.ts";
import { checkData, type DataSettings } from "./doctor_data.ts";

const NAME = "IB Gateway";
/** Of IB Gateway (live, paper) and TWS (live, paper). */
const USUAL_PORTS = [4001, 4002, 7496, 7497];
const PORT_LIMIT_MS = 800;
const LOWEST_VERSION = 100;
const CLIENT_ID_IN_USE = "326";
const ENABLE =
  "start IB Gateway or TWS, log in, and enable ActiveX and Socket Clients under Configuration > API > Settings (Gateway: 4001 live, 4002 paper; TWS: 7496 live, 7497 paper)";

/** What came in the handshake so far. */
interface Received {
  version: number | undefined;
  hasAccounts: boolean;
  hasNextId: boolean;
  /** Text of the refusal of the client id. */
  taken: string | undefined;
  /** The beginning of what cannot be from TWS. */
  strange: string | undefined;
}

/**
 * Holds the TWS handshake with the configured port and says whether it answers as TWS and whether the
 * client id is free, and then what data the account gets. The connections end properly, so that the id is free again
 * afterwards.
 */
export async function checkGateway(
  settings: DataSettings & { readonly clientId: number },
  probes: Probes,
): Promise<Finding[]> {
  const { host, port, clientId } = settings;
  const { talk, limitMs } = probes;
  const received: Received = {
    version: undefined,
    hasAccounts: false,
    hasNextId: false,
    taken: undefined,
    strange: undefined,
  };
  const outcome = await talk({
    host,
    port,
    timeoutMs: limitMs - PORT_LIMIT_MS,
    greeting: greeting(),
    answer: listener(received, clientId),
  });
  const at = `${host}:${port}`;
  if (received.version === undefined) {
    const others = outcome.kind === "failed" && outcome.fault === "refused"
      ? await otherPorts(host, port, talk)
      : [];
    return [noAnswer(at, outcome, received.strange, others)];
  }
  if (!isReadable(received.version)) {
    return [broken(
      NAME,
      `${at} speaks version ${received.version} of the protocol, which Comove cannot read`,
      "install a current stable IB Gateway, which settles on 193",
    )];
  }
  const gateway = ok(NAME, `${at} answers with protocol version ${received.version}`);
  const isReady = received.hasAccounts && received.hasNextId;
  const data = isReady || received.taken !== undefined ? await checkData(settings, probes) : [];
  return [gateway, clientIdFinding(clientId, received, outcome), ...data];
}

/** `API`, a NUL, and the range of versions, which has no NUL behind it. */
function greeting(): Uint8Array {
  const range = withLength(
    new TextEncoder().encode(`v${LOWEST_VERSION}..${TwsVersion.Newest}`),
  );
  const magic = new TextEncoder().encode("API\0");
  return new Uint8Array([...magic, ...range]);
}

function isReadable(version: number): boolean {
  return version >= LOWEST_VERSION && version <= TwsVersion.Newest;
}

/** Notes what comes, and sends the client id once the version is settled. */
function listener(
  received: Received,
  clientId: number,
): (bytes: Uint8Array) => Uint8Array | "done" | undefined {
  const decoder = new TwsFrameDecoder();
  return (bytes) => {
    for (const frame of decoder.push(bytes)) {
      if (frame.kind === "broken") {
        received.strange ??= new TextDecoder("latin1").decode(bytes.subarray(0, 40));
        return "done";
      }
      const [first = "", second = "", , code, text = ""] = frame.fields;
      if (received.version === undefined) {
        received.version = Number(first);
        if (!isReadable(received.version)) return "done";
        return encodeFrame([TwsRequestId.StartApi, 2, clientId, ""]);
      }
      if (first === String(TwsReplyId.NextValidId)) received.hasNextId = true;
      if (first === String(TwsReplyId.ManagedAccounts)) received.hasAccounts = second !== "";
      if (first === String(TwsReplyId.Error) && code === CLIENT_ID_IN_USE) received.taken = text;
    }
    return received.taken !== undefined || (received.hasAccounts && received.hasNextId)
      ? "done"
      : undefined;
  };
}

function clientIdFinding(clientId: number, received: Received, outcome: TcpOutcome): Finding {
  if (received.taken !== undefined) {
    return broken(
      "Client id",
      `${clientId} is in use by another program, or by a session the Gateway has not dropped yet`,
      "nothing, Comove takes another one; or set ibkr.clientId to a free number",
    );
  }
  if (received.hasAccounts && received.hasNextId) return ok("Client id", `${clientId} is free`);
  const how = outcome.kind === "timeout" ? "said no more" : "hung up";
  return broken(
    "Client id",
    `the Gateway settled on a version and then ${how}: no account, no order id`,
    "look at its window: a login or a dialogue waits, or this machine is not among the Trusted IPs of Configuration > API > Settings",
  );
}

function noAnswer(
  at: string,
  outcome: TcpOutcome,
  strange: string | undefined,
  others: readonly number[],
): Finding {
  if (strange !== undefined) {
    return broken(
      NAME,
      `${at} answers, but not as TWS: ${JSON.stringify(strange)}`,
      "another program listens there; set ibkr.port to the API port of IB Gateway or TWS",
    );
  }
  if (outcome.kind === "failed") {
    const found = others.length === 0
      ? ""
      : `; something listens on ${others.join(" and ")}: if that is it, set ibkr.port`;
    const [what, fix] = FAULTS[outcome.fault] ?? ["the connection broke", ENABLE];
    return broken(NAME, `${at}: ${what}${found}`, fix);
  }
  if (outcome.kind === "timeout" && !outcome.isOpen) {
    return broken(NAME, `${at} does not take the connection`, CHECK_ADDRESS);
  }
  const how = outcome.kind === "timeout" ? "says nothing" : "hangs up at once";
  return broken(
    NAME,
    `${at} takes the connection and ${how}`,
    "look at its window: it waits for a login or a dialogue, does not trust this machine (Configuration > API > Settings > Trusted IPs), or hangs and must be restarted",
  );
}

const CHECK_ADDRESS = "check ibkr.host, the network and the firewall";
const FAULTS: Partial<Record<NetworkFault, readonly [what: string, fix: string]>> = {
  "refused": ["nothing listens there", ENABLE],
  "host-not-found": ["there is no host of that name", "check ibkr.host; here it is 127.0.0.1"],
  "unreachable": ["no way leads there", CHECK_ADDRESS],
  "timeout": ["no answer", CHECK_ADDRESS],
  "not-permitted": ["this process may not connect there", "start it with deno task doctor"],
};

async function otherPorts(host: string, port: number, talk: TalkTcp): Promise<number[]> {
  const others = USUAL_PORTS.filter((usual) => usual !== port);
  const outcomes = await Promise.all(
    others.map((other) => talk({ host, port: other, timeoutMs: PORT_LIMIT_MS })),
  );
  return others.filter((_, i) => outcomes[i]?.kind === "done");
}
