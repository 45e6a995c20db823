import type { PageAlert } from "../alert_view.ts";
import type { NotePermission } from "./alert_text.ts";

/** The browser's own notifications, for readers who look elsewhere. */
export class AlertNotes {
  /** Shown; for checks. */
  shown = 0;
  /** Some viewers have the name and not the thing. */
  #isBroken = false;

  get permission(): NotePermission {
    if (this.#isBroken || typeof Notification !== "function" || !isSecureContext) {
      return "unavailable";
    }
    return Notification.permission;
  }

  /** Called within a click: else browsers do not ask. */
  async ask(): Promise<void> {
    if (this.permission !== "default") return;
    try {
      await Notification.requestPermission();
    } catch {
      this.#isBroken = true;
    }
  }

  /** One notification an alert: what comes later takes its place. @param isLoud whether it draws attention anew. */
  show({ id, rule, kind, severity, message, source }: PageAlert, isLoud: boolean): void {
    if (this.permission !== "granted") return;
    const word = kind === "resolved" ? "resolved" : severity;
    const options = {
      body: `${message} (${source} data)`,
      tag: id,
      renotify: isLoud,
      silent: true,
    };
    try {
      const note = new Notification(`${rule}: ${word}`, options);
      note.onclick = () => {
        focus();
        note.close();
      };
      this.shown++;
    } catch {
      // Phones show them by a service worker only.
      this.#isBroken = true;
    }
  }
}
