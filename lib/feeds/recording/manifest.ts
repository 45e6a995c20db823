import { writtenSetting } from "./written.ts";

/** Name of the file that makes a folder a recording. */
export const MANIFEST_NAME = "manifest.json";
const FORMAT = "comove-recording";
/** Version of the rows and blocks written today. */
export const TAPE_VERSION = 1;

/** What a recording says of itself. */
export interface Manifest {
  /** When it began, wall clock, epoch ms UTC. */
  readonly startedAt: number;
  /** What was recorded: `live` or `simulated`. */
  readonly source: string;
  /** `["BTCUSDT", "ES"]` */
  readonly instruments: readonly string[];
  /** The keys of the configuration that decide what the program asks the venues. No secrets. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The manifest as text, without the secrets that settings and addresses may carry. */
export function encodeManifest(manifest: Manifest): string {
  const { startedAt, ...rest } = manifest;
  const head = { format: FORMAT, version: TAPE_VERSION };
  const started = { startedAt, startedAtUtc: new Date(startedAt).toISOString() };
  return `${JSON.stringify({ ...head, ...started, ...rest }, writtenSetting, 2)}\n`;
}

/** Undoes {@link encodeManifest}. @returns why not, as a text, for anything else; never throws. */
export function decodeManifest(text: string): Manifest | string {
  let tree: Partial<Record<string, unknown>> | null;
  if (text.length > MAX_LENGTH) return "its manifest is longer than any";
  try {
    tree = JSON.parse(text);
  } catch {
    return "its manifest is not JSON";
  }
  if (typeof tree !== "object" || tree === null || tree["format"] !== FORMAT) {
    return `its manifest is not one of a ${FORMAT}`;
  }
  const { version, startedAt, source, instruments, settings } = tree;
  if (version !== TAPE_VERSION) {
    return `it has version ${JSON.stringify(version)}, and this program reads ${TAPE_VERSION}`;
  }
  const isGood = isTime(startedAt) && isName(source) &&
    Array.isArray(instruments) && instruments.every(isName) &&
    typeof settings === "object" && settings !== null && !Array.isArray(settings);
  if (!isGood) return "its manifest lacks something";
  if (!isSmall(instruments) || !isSmall(settings)) {
    return `its manifest names more than ${MAX_INSTRUMENTS} instruments or settings`;
  }
  return {
    startedAt: startedAt as number,
    source,
    instruments,
    settings: settings as Manifest["settings"],
  };
}

/** Characters of a manifest, instruments and entries of a setting, and characters of a name. */
const MAX_LENGTH = 1_000_000;
const MAX_INSTRUMENTS = 200;
const MAX_NAME = 64;
/** Sections within sections. */
const MAX_DEPTH = 8;
/** Wall clocks after 2103 are damage. */
const MAX_STARTED_AT = 4.2e12;

function isTime(value: unknown): boolean {
  return Number.isSafeInteger(value) && value as number >= 0 && value as number <= MAX_STARTED_AT;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_NAME;
}

/** True for lists and settings of ordinary length and depth. */
function isSmall(value: unknown, depth = MAX_DEPTH): boolean {
  if (typeof value !== "object" || value === null) return true;
  const entries = Object.values(value);
  return depth > 0 && entries.length <= MAX_INSTRUMENTS &&
    entries.every((each) => isSmall(each, depth - 1));
}
