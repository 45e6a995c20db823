import { type Config, type ConfigOverrides, parseConfig } from "../feeds/config.ts";
import type { Manifest } from "../feeds/recording/manifest.ts";
import { openTape, type TapeDisk } from "../feeds/recording/tape_reader.ts";
import { Replay } from "../feeds/replay/replay.ts";
import type { VenueDefinition } from "../feeds/venue_definition.ts";
import { settingsOf, venues } from "../feeds/venues.ts";
import { MarketError } from "../model/errors.ts";
import { afterTurn } from "../runtime/after_turn.ts";
import { systemByteFiles } from "../runtime/byte_files.ts";
import type { Clock } from "../runtime/clock.ts";
import { systemFiles } from "../runtime/files.ts";
import { systemFolders } from "../runtime/folders.ts";
import type { Log } from "../runtime/log.ts";

/** The machine's disk, for recordings. */
export const systemDisk: TapeDisk = {
  files: systemFiles,
  folders: systemFolders,
  bytes: systemByteFiles,
};

/**
 * Opens the recording behind `source: replay`, to be played at `speed` venue seconds per second.
 *
 * @throws {MarketError} when there is none.
 * @throws {ConfigError} when the recording's settings are none.
 */
export async function openReplay(
  { path, speed }: Config["replay"],
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Replay> {
  if (path === null) {
    throw new MarketError(
      "no-recording",
      "configure",
      "source: replay needs a recording, and replay.path names none. Set it to the folder that deno task record named.",
    );
  }
  const tape = await openTape(path, systemDisk);
  // A second of the recording holds as many venue seconds as the clock ran at when it was made.
  const venueSpeed = settingsIn(tape.manifest).clock.speed;
  return new Replay({
    tape,
    speed: speed === "max" ? Infinity : speed / venueSpeed,
    clock,
    afterTurn,
    log,
  });
}

/**
 * The configuration of a replay: what decides which questions the venues were asked comes from the recording, all
 * else (windows, timeframes) from the present configuration.
 *
 * @throws {ConfigError} when the recording's settings are none.
 */
export function recordedConfig(manifest: Manifest, present: Config): Config {
  const recorded = settingsIn(manifest);
  const { backfillHours, trades } = recorded.data;
  const sections = venues().map((venue) => [venue.id, settingsOf(recorded, venue)]);
  return {
    ...present,
    ...Object.fromEntries(sections),
    clock: recorded.clock,
    data: { ...present.data, backfillHours, trades },
  };
}

/** Whether a venue was followed when the recording was made; one that came later has no part in it. */
export function isRecorded({ settings }: Manifest, { id }: VenueDefinition): boolean {
  return Object.hasOwn(settings, id);
}

/**
 * The configuration under which a recording was made, to replay it just as it was. It names no place on this disk: a
 * recording may be a stranger's, and its log folder would be written to.
 */
export function configOf({ settings }: Manifest): Config {
  const config = parseConfig({ overrides: { ...settings as ConfigOverrides, source: "replay" } });
  return {
    ...config,
    log: { ...config.log, dir: null },
    replay: { ...config.replay, path: null },
  };
}

/** The configuration that a recording holds. @throws {ConfigError} */
function settingsIn({ settings }: Manifest): Config {
  return parseConfig({ overrides: settings as ConfigOverrides });
}
