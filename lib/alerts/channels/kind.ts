import { redact } from "../../model/redact.ts";
import { ConfigError } from "../../runtime/config_reader.ts";
import { readSecret, type SecretPorts } from "../../runtime/secret.ts";
import { nearest } from "../../model/nearest.ts";
import type { Channel, ChannelPorts } from "./channel.ts";

/** What is used of a schema of fields; those of `runtime/config_fields.ts` are such. */
interface Fields<Settings> {
  readonly shape: object;
  safeParse(value: unknown): {
    readonly success: boolean;
    readonly data?: Settings | undefined;
    readonly error?: { readonly issues: readonly FieldIssue[] } | undefined;
  };
}

interface FieldIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[] | undefined;
}

/** One kind of channel: one file, and one line in `registry.ts`. */
export interface ChannelKind<Settings> {
  /** As `kind:` names it. */
  readonly kind: string;
  /** For people: `Telegram`. */
  readonly title: string;
  /** What it is configured with, besides `kind`. */
  readonly fields: Fields<Settings>;
  /** Fields that hold a secret: `env:NAME` and `file:PATH` are read, and no message shows them. */
  readonly secrets: readonly (keyof Settings & string)[];
  /** @param settings with the secrets themselves. */
  open(name: string, settings: Settings, ports: ChannelPorts): Channel;
}

/** A kind, whatever its settings are. */
export interface AnyChannelKind {
  readonly kind: string;
  readonly title: string;
  /**
   * Checks an entry of `alerts.channels`, reads its secrets and makes the channel.
   *
   * @throws {MarketError} naming `alerts.channels.<name>.<key>`; holds no secret.
   */
  open(name: string, entry: ChannelEntry, ports: ChannelPorts, from: SecretPorts): Promise<Channel>;
}

/** An entry of `alerts.channels` as it is written. */
export type ChannelEntry = Readonly<Record<string, unknown>> & { readonly kind: string };

/** The kind as the registry keeps it. */
export function channelKind<Settings>(kind: ChannelKind<Settings>): AnyChannelKind {
  return {
    kind: kind.kind,
    title: kind.title,
    async open(name, { kind: _, ...written }, ports, from) {
      const place = `alerts.channels.${name}`;
      const settings: Record<string, unknown> = { ...written };
      for (const key of kind.secrets) {
        const value = settings[key];
        if (typeof value === "string") {
          settings[key] = await readSecret(`${place}.${key}`, value, from);
        }
      }
      const result = kind.fields.safeParse(settings);
      if (result.success) return kind.open(name, result.data!, ports);
      throw new ConfigError(explain(place, kind, settings, result.error!.issues));
    },
  };
}

function explain<Settings>(
  place: string,
  { kind, fields, secrets }: ChannelKind<Settings>,
  settings: Readonly<Record<string, unknown>>,
  issues: readonly FieldIssue[],
): string {
  // A misspelt key is also a missing one; the spelling is what helps.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(fields.shape);
    const key = issue.keys?.[0] ?? "";
    const meant = nearest(key, known);
    const advice = meant === undefined ? `; it has kind, ${known.join(", ")}` : "";
    const question = meant === undefined ? "" : `; did you mean ${meant}?`;
    return `unknown key ${place}.${key} of a ${kind}${advice}${question}`;
  }
  const key = String(issue.path[0]);
  const value = settings[key];
  const isHidden = secrets.some((secret) => secret === key);
  const got = value === undefined
    ? "nothing"
    : isHidden
    ? "another one, which is not shown"
    : redact(JSON.stringify(value) ?? String(value)).slice(0, 80);
  return `${place}.${key} ${issue.message}, got ${got}`;
}
