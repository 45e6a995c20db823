import type { Config } from "../feeds/config.ts";
import { broken, type Finding, ok, optional } from "../feeds/finding.ts";
import { MarketError } from "../model/errors.ts";

/** The Deno that Comove is tested with. */
const PINNED_DENO = "2.9.6";

/** A newer Deno is worth a word; an older one lacks what Comove is built on. */
export function checkDeno(version: string): Finding {
  if (version === PINNED_DENO) return ok("Deno", version);
  const fix = `run Comove by npx -y deno@${PINNED_DENO} task …`;
  const finding = broken("Deno", `${version}, but Comove is tested with ${PINNED_DENO}`, fix);
  return isOlder(version, PINNED_DENO) ? finding : optional(finding);
}

function isOlder(a: string, b: string): boolean {
  return a.localeCompare(b, "en", { numeric: true }) < 0;
}

/** What is said of the configuration: where it came from, or what is wrong with it. */
export function configFinding(loaded: Config | MarketError, file: string | undefined): Finding {
  const name = "Configuration";
  if (loaded instanceof MarketError) {
    const what = loaded.message.replace(/^Configuration: |\.$/g, "");
    return broken(name, what, "correct it; notebooks/config.example.yaml shows every key");
  }
  const where = file === undefined ? "defaults (there is no notebooks/config.yaml)" : file;
  if (loaded.source === "replay" && loaded.replay.path === null) {
    return broken(
      name,
      "source: replay needs a recording",
      "set replay.path to the folder that deno task record named",
    );
  }
  return ok(name, `${where}, source: ${loaded.source}`);
}

/** Whether the process may reach its hosts. */
export async function checkPermissions(
  hosts: readonly string[],
  mayReach: (host: string) => Promise<boolean>,
): Promise<Finding> {
  const allowed = await Promise.all(hosts.map(mayReach));
  const missing = [...new Set(hosts.filter((_, i) => !allowed[i]))];
  if (missing.length === 0) return ok("Permissions", "all hosts of the configuration are allowed");
  const hint = `start it with deno task, or with --allow-net=${missing.join(",")}`;
  return broken("Permissions", `no permission to reach ${missing.join(", ")}`, hint);
}

/** Whether the embedded venues can listen, and the ports of `deno task simulate` are free. */
export function checkSimulator(
  canListen: (host: string, port: number) => boolean,
  ports: readonly number[],
): Finding[] {
  const host = "127.0.0.1";
  const embedded = canListen(host, 0)
    ? ok("Simulator", "the embedded venues can listen on loopback")
    : broken(
      "Simulator",
      `this process cannot listen on ${host}`,
      "start it with deno task, or with --allow-net, and check local security software",
    );
  if (ports.length === 0) return [embedded];
  const taken = ports.filter((port) => !canListen(host, port));
  if (taken.length === 0) {
    return [embedded, ok("Simulator ports", `${ports.join(" and ")} are free for task simulate`)];
  }
  return [
    embedded,
    optional(broken(
      "Simulator ports",
      `${taken.join(" and ")} taken (by a real IB Gateway, or a simulator that runs?)`,
      "nothing, unless you want deno task simulate: then give it --tws-port, --binance-port or --port VENUE=PORT",
    )),
  ];
}

/** Whether the sample data can be read. */
export function samplesFinding(files: number | undefined): Finding {
  return files === undefined
    ? optional(broken(
      "Sample data",
      "data-samples cannot be read",
      "take a complete checkout, and start it with deno task",
    ))
    : ok("Sample data", `data-samples is readable, ${files} entries`);
}
