import type { Config } from "../feeds/config.ts";
import { maskedOutside } from "../feeds/masked_outside.ts";
import { machineOutside } from "../feeds/outside.ts";
import { encodeManifest, MANIFEST_NAME } from "../feeds/recording/manifest.ts";
import { Recording } from "../feeds/recording/recording.ts";
import { type TapeCounts, TapeWriter } from "../feeds/recording/tape_writer.ts";
import { instrumentsOf, settingsOf, venues } from "../feeds/venues.ts";
import { MarketError } from "../model/errors.ts";
import { afterTurn } from "../runtime/after_turn.ts";
import { type ByteFiles, systemByteFiles } from "../runtime/byte_files.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { diskReason } from "../runtime/disk_error.ts";
import { type Files, systemFiles } from "../runtime/files.ts";
import type { Log } from "../runtime/log.ts";
import { type Random, systemRandom } from "../runtime/random.ts";

export interface MarketRecorderOptions {
  /** Where recordings lie; each gets a folder of its own in it, named by its start. */
  readonly dir: string;
  readonly log: Log;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly files?: Files;
  readonly byteFiles?: ByteFiles;
  /** See `TapeWriter`. */
  readonly maxFileBytes?: number;
}

/** As many entries as a list of a manifest may have. */
const MAX_RULES = 200;

/**
 * Records one market. Give {@link MarketRecorder.outside} to `openMarket`, and call {@link MarketRecorder.stop} before
 * the market is closed: a closing market is not part of the recording.
 *
 * @example
 * ```ts ignore
 * const recorder = new MarketRecorder({ dir: "recordings", log });
 * const market = await openMarket({}, { outside: recorder.outside });
 * // …
 * recorder.stop();
 * await market.close();
 * await recorder.end();
 * ```
 */
export class MarketRecorder {
  readonly #options: MarketRecorderOptions;
  #folder: string | undefined;
  #writer: TapeWriter | undefined;
  #recording: Recording | undefined;

  constructor(options: MarketRecorderOptions) {
    this.#options = options;
  }

  /** Folder of the recording; undefined until it has begun. */
  get folder(): string | undefined {
    return this.#folder;
  }

  /** What is on the disk so far; undefined until it has begun. */
  get counts(): TapeCounts | undefined {
    return this.#writer?.counts;
  }

  /** Begins the recording. For `openMarket`. */
  readonly outside = async (used: Config): Promise<Recording> => {
    const { dir, log, clock = systemClock, random = systemRandom } = this.#options;
    const { files = systemFiles, byteFiles = systemByteFiles, maxFileBytes } = this.#options;
    const startedAt = clock.now();
    const folder = `${dir}/${new Date(startedAt).toISOString().replace(/[:.]/g, "-")}`;
    const { source, clock: pace, data, correlation } = used;
    const instruments = instrumentsOf(used).map(({ id }) => id);
    const sections = venues().map((venue) => [venue.id, settingsOf(used, venue)]);
    const settings = {
      clock: pace,
      ...Object.fromEntries(sections),
      data,
      correlation,
      alerts: { rules: this.#recordedRules(used) },
    };
    const manifest = encodeManifest({ startedAt, source, instruments, settings });
    try {
      await files.writeText(`${folder}/${MANIFEST_NAME}`, manifest, { isPrivate: true });
    } catch (cause) {
      throw new MarketError(
        "cannot-record",
        "configure",
        `A recording cannot be made in ${dir}: ${
          diskReason(cause)
        }. Give a folder that can be written to.`,
        { cause },
      );
    }
    this.#folder = folder;
    this.#writer = new TapeWriter({
      folder,
      files: byteFiles,
      clock,
      log,
      ...(maxFileBytes === undefined ? {} : { maxFileBytes }),
    });
    this.#recording = new Recording({
      machine: maskedOutside(machineOutside(clock, random)),
      afterTurn,
      sink: this.#writer,
    });
    log.info(`Recording to ${folder}`, { instruments });
    return this.#recording;
  };

  /** A replay judges by the same rules and sends nothing: no channel is recorded. */
  #recordedRules({ alerts: { rules } }: Config): Config["alerts"]["rules"] {
    if (rules.length > MAX_RULES) {
      this.#options.log.warn(`More than ${MAX_RULES} rules of alerts are not recorded.`);
      return [];
    }
    return rules.map((rule) => ({ ...rule, notify: [] }));
  }

  /** Nothing more is recorded; the market may go on or be closed. */
  stop(): void {
    this.#recording?.stop();
  }

  /** Resolves when all is on the disk. */
  async end(): Promise<void> {
    await this.#recording?.end();
  }
}
