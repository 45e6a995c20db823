import { severitySign, stateSign } from "../alert_signs.ts";
import type { PageAlert } from "../alert_view.ts";
import type { Theme } from "../theme.ts";
import { element, styleElement } from "./panel_style.ts";

/** A toast goes by itself after this, unless it is pointed at or critical, ms. */
const STAYS_MS = 20_000;
/** More at once would cover the page: the oldest goes. */
const MOST = 4;
const MOST_ON_PHONE = 2;

const STYLE = `
:host{all:initial}
.toasts{position:fixed;right:12px;bottom:12px;z-index:2147483000;display:flex;flex-direction:column;
  gap:8px;width:min(380px,calc(100vw - 24px));max-height:calc(100vh - 24px);overflow-y:auto}
.toast{display:grid;grid-template-columns:1fr auto;gap:2px 8px;padding:8px 8px 8px 12px;border-radius:4px;
  font-size:13px;line-height:1.4;box-shadow:0 2px 12px #0008;overflow-wrap:anywhere}
.head{font-weight:600}
.text,.foot{grid-column:1/-1}
.text{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:4;overflow:hidden}
.foot{font-size:12px}
button{font:inherit;color:inherit;background:none;border:0;min-width:28px;min-height:28px;cursor:pointer;border-radius:4px}
button:focus-visible{outline:2px solid currentColor}
@media (prefers-reduced-motion:no-preference){.toast{animation:in .2s ease-out}
@keyframes in{from{opacity:0;transform:translateY(8px)}}}
@media print{.toasts{display:none}}`;

/** What has just fired, in the corner of the page, whatever is scrolled to. One for the page. */
export class Toasts {
  #place: HTMLElement | undefined;
  readonly #shown = new Map<string, { readonly toast: HTMLElement; readonly leave: () => void }>();

  /** @param theme in colours, for it stands outside the panel. */
  show(alert: PageAlert, theme: Theme): void {
    const toast = element("div", "toast");
    // Read out at once; only what has just fired is.
    toast.setAttribute("role", "alert");
    const leave = this.#keep(toast, alert);
    write(toast, alert, theme, leave);
    this.#shown.get(alert.id)?.leave();
    this.#shown.set(alert.id, { toast, leave });
    this.#home().append(toast);
    const most = matchMedia("(max-width:640px)").matches ? MOST_ON_PHONE : MOST;
    if (this.#shown.size > most) this.#shown.values().next().value!.leave();
  }

  /** Says what has become of an alert whose toast still stands. */
  change(alert: PageAlert, theme: Theme): void {
    const shown = this.#shown.get(alert.id);
    if (shown === undefined) return;
    shown.toast.setAttribute("role", "status");
    write(shown.toast, alert, theme, shown.leave);
  }

  clear(): void {
    for (const { leave } of [...this.#shown.values()]) leave();
  }

  /** @returns takes it away. */
  #keep(toast: HTMLElement, { id, severity }: PageAlert): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const leave = () => {
      clearTimeout(timer);
      toast.remove();
      if (this.#shown.get(id)?.toast === toast) this.#shown.delete(id);
    };
    const wait = () => {
      clearTimeout(timer);
      if (severity !== "critical") timer = setTimeout(leave, STAYS_MS);
    };
    for (const type of ["pointerenter", "focusin"]) {
      toast.addEventListener(type, () => clearTimeout(timer));
    }
    for (const type of ["pointerleave", "focusout"]) toast.addEventListener(type, wait);
    wait();
    return leave;
  }

  #home(): HTMLElement {
    if (this.#place?.isConnected) return this.#place;
    const host = document.createElement("comove-toasts");
    this.#place = element("div", "toasts");
    host.attachShadow({ mode: "open" }).append(styleElement(STYLE), this.#place);
    document.body.append(host);
    return this.#place;
  }
}

function write(toast: HTMLElement, alert: PageAlert, theme: Theme, leave: () => void): void {
  const { rule, kind, severity, message, utc, source } = alert;
  const isOver = kind === "resolved";
  const sign = isOver ? stateSign("resolved", theme) : severitySign(severity, theme);
  toast.style.cssText = `background:${theme.background};color:${theme.text};` +
    `font-family:${theme.fontFamily};border:1px solid ${theme.faintText};border-left:6px solid ${sign.colour}`;
  const head = element("div", "head", `${sign.text} · ${rule}`);
  head.style.color = sign.colour;
  const close = element("button", "", "✕");
  close.type = "button";
  close.setAttribute("aria-label", `Close the alert ${rule}`);
  close.addEventListener("click", leave);
  const foot = element("div", "foot", `${utc} · ${source} data`);
  foot.style.color = theme.faintText;
  toast.replaceChildren(head, close, element("div", "text", message), foot);
}
