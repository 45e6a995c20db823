import { formatUtc, HOUR } from "../../model/time.ts";
import type { AlertBellSetting, AlertPacket } from "../alert_view.ts";
import { type AlertNews, alertNews } from "./alert_news.ts";
import { AlertNotes } from "./alert_notes.ts";
import { AlertSound } from "./alert_sound.ts";
import { type AlertPlace, isAllOn, notesText, silenceText, soundText } from "./alert_text.ts";
import type { LivePanel, PanelLife } from "./page.ts";
import { coloursAt } from "./page_colours.ts";
import type { PanelContext } from "./panel_element.ts";
import { element, panelStyle, styleElement } from "./panel_style.ts";
import { Toasts } from "./toasts.ts";

const STYLE = `
.panel{display:flex;flex-wrap:wrap;gap:6px 12px;align-items:center;padding:6px 8px}
button{min-height:26px}
@media print{.panel{display:none}}`;

/** Until when this page says nothing, local epoch ms: of the page, not of one panel. */
const MUTED = "alerts:muted";

/** What announces alerts, one for the page: a click that lets one panel sound lets all. */
export class AlertVoices {
  readonly sound = new AlertSound();
  readonly notes = new AlertNotes();
  readonly toasts = new Toasts();
}

/** The strip above the tables of alerts: it announces what is new, and says how it may. */
export class AlertBell implements LivePanel {
  readonly id: string;
  readonly voices: AlertVoices;
  readonly #context: PanelContext<AlertBellSetting>;
  readonly #panel = element("div", "panel");
  readonly #text = element("span");
  readonly #enable = button("Enable sound and notifications");
  readonly #mute = button("");
  #life: PanelLife | undefined;
  /** Not announced yet: it is not known whether the kernel lives. */
  #waiting: AlertNews[] = [];
  #unmute: ReturnType<typeof setTimeout> | undefined;

  constructor(context: PanelContext<AlertBellSetting>, voices: AlertVoices) {
    const { root, setting, id, guard } = context;
    this.id = id;
    this.voices = voices;
    this.#context = context;
    this.#panel.setAttribute("role", "group");
    this.#panel.setAttribute("aria-label", "How this page announces alerts");
    this.#enable.addEventListener("click", () => this.#onEnable());
    this.#mute.addEventListener("click", () => guard(() => this.#onMute()));
    this.#panel.append(this.#text, this.#enable, this.#mute);
    root.replaceChildren(styleElement(panelStyle(setting.theme) + STYLE), this.#panel);
  }

  feed(packet: unknown): void {
    const startedAt = performance.now();
    const { run, alerts } = packet as AlertPacket;
    const { state } = this.#context.page;
    this.#waiting.push(...alertNews(state, `alerts:${this.id}:${run}`, alerts));
    this.#announce();
    this.#write();
    this.#context.drawn(performance.now() - startedAt);
  }

  life(life: PanelLife): void {
    this.#life = life;
    this.#announce();
    this.#write();
  }

  resize(): void {}

  dispose(): void {
    clearTimeout(this.#unmute);
  }

  /** Only what a living kernel has just sent is an alert of now. */
  #announce(): void {
    if (this.#life === "open" || this.#life === undefined) return;
    const news = this.#waiting.splice(0);
    if (this.#life !== "alive" || this.#mutedUntil > Date.now()) return;
    const { sound, notes, toasts } = this.voices;
    const theme = coloursAt(this.#panel, this.#context.setting.theme);
    for (const { alert, kind } of news) {
      const isUp = alert.kind !== "resolved";
      if (kind === "new") toasts.show(alert, theme);
      else toasts.change(alert, theme);
      notes.show(alert, isUp);
      if (isUp) sound.play(alert.severity);
    }
  }

  #write(): void {
    const { sound, notes } = this.voices;
    const silence = silenceText(this.#life), muted = this.#mutedUntil;
    const isMuted = muted > Date.now();
    this.#panel.dataset.life = this.#life ?? "";
    this.#text.textContent = silence ?? [
      isMuted
        ? `This page is muted until ${formatUtc(muted)}`
        : "New alerts are shown in this page",
      soundText(sound.state),
      notesText(notes.permission, placeOf()),
    ].join(" · ");
    this.#enable.hidden = silence !== undefined || isAllOn(sound.state, notes.permission);
    this.#mute.hidden = silence !== undefined;
    this.#mute.textContent = isMuted ? "Unmute this page" : "Mute this page for 1 h";
    this.#mute.setAttribute("aria-pressed", String(isMuted));
  }

  #onEnable(): void {
    const { sound, notes } = this.voices;
    // Both within the click: what is asked after it is not granted.
    const asked = [sound.unlock(), notes.ask()];
    for (const each of asked) {
      each.then(() => this.#context.guard(() => this.#write()));
    }
    // Heard at once, a reader knows that it works.
    asked[0]!.then(() => sound.play("info"));
  }

  #onMute(): void {
    const isMuted = this.#mutedUntil > Date.now();
    this.#context.page.state.set(MUTED, isMuted ? 0 : Date.now() + HOUR);
    if (!isMuted) this.voices.toasts.clear();
    this.#write();
  }

  /** Also looks at it again when it ends. */
  get #mutedUntil(): number {
    const kept = this.#context.page.state.get(MUTED);
    const until = typeof kept === "number" ? Math.min(kept, Date.now() + HOUR) : 0;
    clearTimeout(this.#unmute);
    if (until > Date.now()) {
      this.#unmute = setTimeout(() => this.#context.guard(() => this.#write()), until - Date.now());
    }
    return until;
  }
}

function button(text: string): HTMLButtonElement {
  const made = element("button", "", text);
  made.type = "button";
  return made;
}

function placeOf(): AlertPlace {
  return {
    isVsCode: location.protocol === "vscode-webview:" ||
      document.body.classList.contains("vscode-dark") ||
      document.body.classList.contains("vscode-light"),
    isFramed: parent !== self,
    isSecure: isSecureContext,
  };
}
