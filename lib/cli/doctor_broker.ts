import type { BrokerFacts, StreamFacts } from "../bus/examine_broker.ts";
import type { Config } from "../feeds/config.ts";
import { broken, type Finding, ok, optional } from "../feeds/finding.ts";
import { MarketError } from "../model/errors.ts";
import { durationText } from "../model/duration.ts";
import type { Clock } from "../runtime/clock.ts";
import { configFolder } from "../runtime/config_reader.ts";
import { silentLog } from "../runtime/log.ts";
import { readSecret } from "../runtime/secret.ts";
import { clockFinding } from "./doctor_clock.ts";
import { sizeText } from "./store_info.ts";

/** What {@link checkBroker} needs. */
export interface BrokerCheckPorts {
  readonly clock: Clock;
  readonly configFile: string | undefined;
}

/** The tests run against 2.9. */
const OLDEST = "2.9";
/** From this version on a reader may filter by a list of subjects. */
const FILTERS_LISTS = "2.10";
/** A message of 500 rows is some 100 kB. */
const LEAST_PAYLOAD = 256 * 1_024;
/** A repeat that comes after a broken connection is taken for one within this time, ms. */
const LEAST_SAME_MS = 60_000;

/** The broker of a configuration; nothing where it names none. */
export async function checkBroker(
  config: Pick<Config, "bus" | "source">,
  { clock, configFile }: BrokerCheckPorts,
): Promise<Finding[]> {
  if (config.bus.kind === "none") return [];
  const { stream } = config.bus;
  try {
    const url = await readSecret("bus.url", config.bus.url, { folder: configFolder(configFile) });
    const { examineBroker } = await import("../bus/examine_broker.ts");
    const { placeOf, STREAM_BYTES } = await import("../bus/nats_client.ts");
    const asked = { url, stream, name: "comove doctor", log: silentLog };
    const facts = await examineBroker(asked, clock);
    return brokerFindings(facts, {
      place: placeOf(url),
      stream,
      publishes: config.source !== "bus",
      newStreamBytes: STREAM_BYTES,
    });
  } catch (error) {
    if (!(error instanceof MarketError)) throw error;
    // The message ends with what to do.
    const [, what = error.message, fix = "look at bus.url"] =
      /^(.*)\. (.*?)\.?$/s.exec(error.message) ?? [];
    return [broken("Broker", what, fix)];
  }
}

/** What a broker is looked at for. */
export interface BrokerUse {
  readonly place: string;
  readonly stream: string;
  /** False for a configuration that only reads. */
  readonly publishes: boolean;
  /** What a stream takes of the disk that is made by us. */
  readonly newStreamBytes: number;
}

/** What is to be said of a broker. */
export function brokerFindings(facts: BrokerFacts, use: BrokerUse): Finding[] {
  const server = serverFinding(facts, use);
  if (facts.jetStream === undefined) return [server];
  return [
    server,
    rightsFinding(facts, use),
    facts.stream === undefined ? absentFinding(use) : streamFinding(facts.stream, use),
    diskFinding(facts, use),
    facts.clock === undefined
      ? ok("Broker clock", "told once the stream is there and may be read")
      : clockFinding("Broker clock", "the broker's clock", facts.clock),
  ];
}

function serverFinding({ version, maxPayload, jetStream }: BrokerFacts, { place }: BrokerUse) {
  const name = "Broker";
  const what = `${place} answers: NATS ${version}`;
  if (isOlder(version, OLDEST)) {
    return broken(name, what, `update it: Comove needs ${OLDEST} or newer`);
  }
  if (jetStream === undefined) {
    return broken(
      name,
      `${what}, without JetStream for this user`,
      "start it as nats-server -js, or switch JetStream on for the user's account",
    );
  }
  const shown = `${what}, JetStream is on, messages up to ${sizeText(maxPayload)}`;
  if (maxPayload < LEAST_PAYLOAD) {
    return broken(name, shown, "set max_payload to 1MB in the broker's configuration");
  }
  return ok(
    name,
    isOlder(version, FILTERS_LISTS) ? `${shown}; before 2.10 a reader has one filter` : shown,
  );
}

function rightsFinding({ rights, stream }: BrokerFacts, use: BrokerUse): Finding {
  const name = "Broker rights";
  const lacks = [
    ...(stream === undefined && !rights.mayMakeStream ? ["make the stream"] : []),
    ...(use.publishes && !rights.mayPublish ? ["publish"] : []),
    ...(rights.mayRead ? [] : ["read the stream"]),
  ];
  if (lacks.length === 0) {
    const may = [
      ...(stream === undefined ? ["make the stream"] : []),
      ...(use.publishes ? ["publish"] : []),
    ];
    return ok(name, `this user may ${may.length === 0 ? "" : `${may.join(", ")} and `}read`);
  }
  const topics = use.publishes ? "comove.> and $JS.API.>" : "$JS.API.>";
  return broken(
    name,
    `this user may not ${lacks.join(", nor ")}`,
    `allow it in the broker's authorization: publish ${topics}, subscribe _INBOX.>`,
  );
}

function absentFinding({ stream, newStreamBytes }: BrokerUse): Finding {
  return ok(
    "Stream",
    `${stream} is not there; the first to connect makes it, of ${sizeText(newStreamBytes)} at most`,
  );
}

function streamFinding(facts: StreamFacts, { stream }: BrokerUse): Finding {
  const name = "Stream";
  const { messages, bytes, maxBytes, maxAgeMs, spanMs, sameWithinMs } = facts;
  if (!facts.takesOurs) {
    const subjects = facts.subjects.join(", ");
    return broken(
      name,
      `${stream} takes ${subjects}, and not comove.>`,
      "name another one in bus.stream",
    );
  }
  if (facts.retention !== "limits" || facts.discard !== "old") {
    return broken(
      name,
      `${stream} has retention ${facts.retention} and discards what is ${facts.discard}`,
      "make one with retention limits that discards what is old: else not every reader gets all",
    );
  }
  const most = maxBytes < 0 ? "" : ` of ${sizeText(maxBytes)}`;
  const age = maxAgeMs === 0 ? "for ever" : durationText(maxAgeMs);
  const what = `${stream} holds ${messages.toLocaleString("en-US")} messages of ${
    durationText(spanMs)
  }, ${sizeText(bytes)}${most}, kept ${age}`;
  if (facts.storage !== "file") {
    return optional(broken(
      name,
      `${what}, in memory alone`,
      "make it with storage file: else all is gone with the broker",
    ));
  }
  if (sameWithinMs < LEAST_SAME_MS) {
    return optional(broken(
      name,
      `${what}; it knows a repeat for ${durationText(sameWithinMs)}`,
      "set its duplicate window to 10 minutes: repeats would fill it, though they change no store",
    ));
  }
  return ok(name, what);
}

function diskFinding({ jetStream, stream }: BrokerFacts, use: BrokerUse): Finding {
  const name = "Broker disk";
  const { used, most } = jetStream!;
  if (most === undefined) {
    return ok(
      name,
      `JetStream uses ${
        sizeText(used)
      }; the account has no limit of its own, the server's is in its log`,
    );
  }
  const what = `JetStream uses ${sizeText(used)} of the ${sizeText(most)} of this account`;
  if (stream === undefined && most - used < use.newStreamBytes) {
    return broken(
      name,
      `${what}, and a stream that is made here takes ${sizeText(use.newStreamBytes)}`,
      "raise the account's max_file, or make the stream with a smaller max_bytes: it is used as it is",
    );
  }
  if (used > 0.9 * most) {
    return broken(name, what, "raise the account's max_file: a full account takes no messages");
  }
  return ok(name, what);
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, "en", { numeric: true }) < 0;
}
