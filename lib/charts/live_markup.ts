import { escapeHtml } from "./markup.ts";
import { dress } from "./page_theme.ts";
import type { Theme } from "./theme.ts";

/** The kernel sends a heartbeat at this pace, local ms. */
export const HEARTBEAT_MS = 2_000;
/** So long after the last heartbeat nothing on the page may be called live any more, ms of the browser. */
export const DEAD_AFTER_MS = 5_000;

/**
 * An event of the page: a heartbeat has come over a connection that is open. Its detail is {@link beatText}; an empty
 * one says that the reader has paused the page.
 */
export const BEAT_EVENT = "comove:beat";

/** A moment in the life of a kernel: which kernel, and its how-many-th heartbeat. */
export interface Beat {
  /** Letters and digits, different for each kernel that a notebook has had. */
  readonly kernel: string;
  /** Counts up by one each heartbeat. */
  readonly count: number;
}

/** What the page is given of a statement that holds only as long as the kernel lives. */
export interface Claim {
  /** The newest heartbeat when it was made. */
  readonly beat: Beat;
  /** What it says while the kernel lives: `● live`. */
  readonly now: string;
  /** What it says for ever: `● was live at 2025-12-03 14:08:25 UTC`. */
  readonly was: string;
  /** Colour of `now`; `was` is as bright as the text around it. */
  readonly ink: string;
  /** Colour of what is said once the kernel is gone. */
  readonly alarm: string;
}

/** `ab12cd.1a`, the count in base 36. */
export function beatText({ kernel, count }: Beat): string {
  return `${kernel}.${count.toString(36)}`;
}

/** Reads {@link beatText}; undefined for anything else. */
export function readBeat(text: string | null | undefined): Beat | undefined {
  const [, kernel, count] = /^([a-z0-9]{1,32})\.([a-z0-9]{1,8})$/.exec(text ?? "") ?? [];
  return kernel === undefined || count === undefined
    ? undefined
    : { kernel, count: parseInt(count, 36) };
}

/** An element that shows nothing and brings a heartbeat to the page. Its name is short: it is sent all the time. */
export function heartbeatMarkup(beat: Beat): string {
  return `<comove-hb n=${beatText(beat)}>`;
}

/**
 * The first part of a status line. What stands in the markup holds for ever, wherever it is read: in a saved file, an
 * exported page, a viewer without scripts. Only a page that receives the kernel's heartbeats says `now` in its place.
 */
export function claimMarkup({ beat, now, was, ink, alarm }: Claim, panel: string): string {
  const data = { panel, beat: beatText(beat), now, was, ink, alarm };
  const attributes = Object.entries(data).map(([name, value]) =>
    ` data-${name}="${escapeHtml(value)}"`
  );
  return `<comove-state style="font-weight:600"${attributes.join("")}>${
    escapeHtml(was)
  }</comove-state>`;
}

/** The first part of a status line that says how it ended, which holds for ever. */
export function endMarkup(text: string, ink: string, panel: string): string {
  return `<comove-state style="color:${escapeHtml(ink)};font-weight:600" data-panel="${
    escapeHtml(panel)
  }">${escapeHtml(text)}</comove-state>`;
}

/**
 * A panel's picture or chart in the theme's colours, which the page dims once the statement of the same panel has lapsed.
 *
 * @param file what a file saved of it is called, without `comove` and ending. @default the panel's id
 */
export function panelMarkup(html: string, panel: string, theme: Theme, file?: string): string {
  const named = file === undefined ? "" : ` data-file="${escapeHtml(file)}"`;
  return `<comove-panel style="display:block;${escapeHtml(dress(html, theme))}" data-panel="${
    escapeHtml(panel)
  }"${named}>${html}</comove-panel>`;
}
