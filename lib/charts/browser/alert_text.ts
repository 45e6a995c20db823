import type { AlertSound } from "./alert_sound.ts";
import type { PanelLife } from "./page.ts";

export type NotePermission = NotificationPermission | "unavailable";

/** Where the page is shown, as far as it matters for what it may do. */
export interface AlertPlace {
  /** VS Code and its kin show outputs in a view of another origin. */
  readonly isVsCode: boolean;
  /** In a frame of another page. */
  readonly isFramed: boolean;
  /** https, or this machine. */
  readonly isSecure: boolean;
}

/** What the strip says of notifications. */
export function notesText(permission: NotePermission, place: AlertPlace): string {
  switch (permission) {
    case "granted":
      return "notifications on";
    case "default":
      return "notifications not allowed yet";
    case "denied":
      if (place.isVsCode) return "no notifications in VS Code's notebook view";
      return place.isFramed
        ? "no notifications: a frame of another page may show none"
        : "notifications blocked: allow them for this site in the browser's settings";
    case "unavailable":
      if (place.isVsCode) return "no notifications in VS Code's notebook view";
      return place.isSecure
        ? "no notifications in this viewer"
        : "no notifications: they need https or this machine";
  }
}

export function soundText(state: AlertSound["state"]): string {
  switch (state) {
    case "on":
      return "sound on";
    case "locked":
      return "sound off until you click";
    case "unavailable":
      return "no sound in this viewer";
  }
}

/** Why nothing is announced here; undefined while alerts come. */
export function silenceText(life: PanelLife | undefined): string | undefined {
  switch (life) {
    case "alive":
    case "open":
    case undefined:
      return undefined;
    case "ended":
      return "No new alerts come to this page.";
    case "unfed":
    case "left":
      return "No new alerts come to this page: run the cell again.";
    case "silent":
      return "The kernel is silent: alerts do not reach this page.";
    case "held":
      return "The page is paused: alerts do not reach it.";
    case "away":
      return "The server is away: alerts do not reach this page.";
  }
}

/** Whether nothing needs a click any more. */
export function isAllOn(sound: AlertSound["state"], permission: NotePermission): boolean {
  return sound !== "locked" && permission !== "default";
}
