import { nearest } from "../../model/nearest.ts";
import { ConfigError } from "../../runtime/config_reader.ts";
import type { SecretPorts } from "../../runtime/secret.ts";
import type { Channel, ChannelPorts } from "./channel.ts";
import { DISCORD } from "./discord.ts";
import { EMAIL } from "./email.ts";
import type { AnyChannelKind, ChannelEntry } from "./kind.ts";
import { NTFY } from "./ntfy.ts";
import { SLACK } from "./slack.ts";
import { TELEGRAM } from "./telegram.ts";
import { WEBHOOK } from "./webhook.ts";

/** Every kind of channel. */
const KINDS: readonly AnyChannelKind[] = [WEBHOOK, TELEGRAM, DISCORD, EMAIL, SLACK, NTFY];

/**
 * Checks one entry of `alerts.channels`, reads its secrets, and makes the channel. Sends nothing.
 *
 * @throws {MarketError} naming `alerts.channels.<name>.<key>` and the rule; no message holds a secret.
 */
export async function openChannel(
  name: string,
  entry: ChannelEntry,
  ports: ChannelPorts,
  from: SecretPorts = {},
): Promise<Channel> {
  const kind = KINDS.find(({ kind }) => kind === entry.kind);
  if (kind !== undefined) return await kind.open(name, entry, ports, from);
  const known = KINDS.map(({ kind }) => kind);
  const meant = nearest(entry.kind, known);
  const advice = meant === undefined ? "" : `; did you mean ${meant}?`;
  // What is no word may be the channel's address or token.
  const got = WORD.test(entry.kind) ? entry.kind : "another one, which is not shown";
  throw new ConfigError(
    `alerts.channels.${name}.kind must be one of ${known.join(", ")}, got ${got}${advice}`,
  );
}

const WORD = /^[A-Za-z-]{1,20}$/;

/** Every channel of `alerts.channels`. @throws {MarketError} see {@link openChannel}. */
export async function openChannels(
  entries: Readonly<Record<string, ChannelEntry>>,
  ports: ChannelPorts,
  from: SecretPorts = {},
): Promise<readonly Channel[]> {
  const open: Channel[] = [];
  for (const [name, entry] of Object.entries(entries)) {
    open.push(await openChannel(name, entry, ports, from));
  }
  return open;
}

/** The title of a kind: `Telegram`. */
export function channelTitle(kind: string): string {
  return KINDS.find((one) => one.kind === kind)?.title ?? kind;
}
