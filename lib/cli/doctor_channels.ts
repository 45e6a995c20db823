import type { Channel, ChannelPorts } from "../alerts/channels/channel.ts";
import type { ChannelEntry } from "../alerts/channels/kind.ts";
import { channelTitle, openChannel } from "../alerts/channels/registry.ts";
import { testMessage } from "../alerts/test_message.ts";
import { broken, type Finding, ok } from "../feeds/finding.ts";
import { MarketError } from "../model/errors.ts";
import type { SecretPorts } from "../runtime/secret.ts";
import { outcomeText } from "./alerts_send.ts";

/** How channels are checked. */
export interface ChannelChecks {
  readonly ports: ChannelPorts;
  readonly from: SecretPorts;
  readonly mayReach: (hostPort: string) => Promise<boolean>;
  /** True to send a test message to each. */
  readonly sends: boolean;
}

/** Whether each channel of the configuration is set up: its keys, its secrets, and with `sends` that it delivers. */
export function checkChannels(
  channels: Readonly<Record<string, ChannelEntry>>,
  checks: ChannelChecks,
): Promise<Finding[]> {
  return Promise.all(Object.entries(channels).map(([name, entry]) => check(name, entry, checks)));
}

async function check(name: string, entry: ChannelEntry, checks: ChannelChecks): Promise<Finding> {
  const title = `Channel ${name}`;
  let channel: Channel;
  try {
    channel = await openChannel(name, entry, checks.ports, checks.from);
  } catch (error) {
    if (!(error instanceof MarketError)) throw error;
    return broken(title, "is not set up", error.message);
  }
  const what = `${channelTitle(channel.kind)} at ${channel.host}`;
  if (!(await checks.mayReach(channel.host))) {
    return broken(title, `${what}: this process may not connect there`, "start it with deno task");
  }
  if (!checks.sends) return ok(title, `${what}, set up; --send sends a test message`);
  const outcome = await channel.send(
    testMessage(name, checks.ports.clock.now()),
    new AbortController().signal,
  );
  const said = `${what}: test message ${outcomeText(outcome)}`;
  if (outcome.kind === "delivered") return ok(title, said);
  return broken(title, said, `check alerts.channels.${name}`);
}
