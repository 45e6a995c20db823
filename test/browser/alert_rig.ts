import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { alertBellFeed, alertBellMount, type PageAlert } from "../../lib/charts/alert_view.ts";
import { alertTable, type AlertTableOptions } from "../../lib/charts/alert_table.ts";
import { libraryTag, PAGE_CODE } from "../../lib/charts/library_tag.ts";
import {
  claimMarkup,
  endMarkup,
  heartbeatMarkup,
  panelMarkup,
} from "../../lib/charts/live_markup.ts";
import { PAGE, pageTheme } from "../../lib/charts/page_theme.ts";
import type { ThemeName } from "../../lib/charts/theme.ts";
import type { AlertBell } from "../../lib/charts/browser/alert_bell.ts";
import type { Page as ComovePage } from "../../lib/charts/browser/page.ts";
import { bundleForBrowser } from "../../lib/runtime/bundle.ts";
import { startChromium } from "./support/chromium.ts";
import { pageTime } from "./support/page_time.ts";

declare const comove: ComovePage;

const KERNEL = "k3rnel";

/** An alert as a packet has it. */
export function pageAlert(id: string, given: Partial<PageAlert> = {}): PageAlert {
  return {
    id,
    rule: id.split("/")[0]!,
    severity: "major",
    kind: "firing",
    message: "BTCUSDT/ES: correlation 0.12, below 0.2, since 2025-12-03 14:02:00 UTC (n 60 of 60).",
    utc: "2025-12-03 14:02:00 UTC",
    source: "simulated",
    ...given,
  };
}

/** Pages with an alert panel, served as a notebook's are: over http from this machine. */
export class AlertRig implements AsyncDisposable {
  private constructor(
    readonly browser: Browser,
    readonly library: string,
    readonly server: Deno.HttpServer<Deno.NetAddr>,
    readonly pages: Map<string, string>,
  ) {}

  static async start(): Promise<AlertRig> {
    const library = await libraryTag(await bundleForBrowser(PAGE_CODE));
    const pages = new Map<string, string>();
    const answer = (request: Request) =>
      new Response(pages.get(new URL(request.url).pathname) ?? "", {
        headers: { "content-type": "text/html; charset=utf-8" },
      });
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    return new AlertRig(await startChromium(), library, Deno.serve(options, answer), pages);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    await this.server.shutdown();
  }

  get origin(): string {
    return `http://127.0.0.1:${this.server.addr.port}`;
  }

  /** A page that shows the alerts of its start, as a reload shows them again. */
  async open(
    alerts: readonly PageAlert[],
    options: {
      readonly context?: BrowserContextOptions;
      readonly table?: AlertTableOptions;
      readonly theme?: ThemeName;
      readonly isEnded?: boolean;
      readonly extra?: string;
    } = {},
  ): Promise<AlertPage> {
    const path = `/${this.pages.size}`;
    const theme = options.theme === undefined ? PAGE : pageTheme(options.theme);
    const table = options.table === undefined ? "" : alertTable({ ...options.table, theme }).html;
    const status = options.isEnded === true
      ? endMarkup("● stopped", theme.text, "alerts")
      : statusOf(1);
    const ground = options.theme === "light" ? "#ffffff" : "#131722";
    this.pages.set(
      path,
      `<!doctype html><html lang="en"><meta charset="utf-8">` +
        `<meta name="viewport" content="width=device-width"><title>alerts</title>` +
        `<style>body{background:${ground};margin:12px}td,th{padding:.5em!important}</style><body>` +
        `${this.library}<div>${
          panelMarkup(alertBellMount("alerts", theme), "alerts", theme)
        }</div>` +
        `<div id="frame">${
          panelMarkup(table + alertBellFeed("alerts", { run: "1", alerts }), "alerts", theme)
        }</div>` +
        `<div id="status">${status}</div><div id="beat"></div>${options.extra ?? ""}</body></html>`,
    );
    const context = await this.browser.newContext(options.context);
    await context.addInitScript(NOTE_NOTIFICATIONS);
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
    await page.goto(this.origin + path);
    const opened = new AlertPage(context, page, errors);
    await opened.ready();
    return opened;
  }
}

/** The panel's status line as of that heartbeat. */
function statusOf(count: number): string {
  const beat = { kernel: KERNEL, count };
  const { up: ink, warning: alarm } = PAGE;
  return claimMarkup({ beat, now: "● live", was: "● was live", ink, alarm }, "alerts");
}

/** Counts what a page shows as notifications; they are still shown. */
const NOTE_NOTIFICATIONS = `(() => {
const own = Notification;
globalThis.notes = [];
globalThis.Notification = class extends own {
  constructor(title, options) { super(title, options); notes.push({ title, tag: options.tag, renotify: options.renotify }); }
};
})()`;

export interface BellState {
  readonly text: string;
  readonly canEnable: boolean;
  readonly sound: string;
  readonly played: number;
  readonly notes: readonly { title: string; tag: string; renotify: boolean }[];
  /** Role and text of each toast. */
  readonly toasts: readonly (readonly [role: string, text: string])[];
}

/** One open page. */
export class AlertPage {
  #beats = 1;

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly errors: readonly string[],
  ) {}

  ready(): Promise<unknown> {
    return this.page.waitForSelector('comove-alerts[data-ready="true"]', { state: "attached" });
  }

  /** Heartbeats until the page believes them, and a status line after them, as a running panel sends. */
  async live(): Promise<void> {
    for (let i = 0; i < 3; i++) {
      await this.beat();
      await pageTime(this.page, 600);
    }
    await this.#put("status", statusOf(this.#beats));
  }

  beat(): Promise<void> {
    const html = heartbeatMarkup({ kernel: KERNEL, count: ++this.#beats });
    return this.#put("beat", html);
  }

  /** What a repaint of the panel brings. */
  bring(alerts: readonly PageAlert[], run = "1"): Promise<void> {
    return this.#put("frame", alertBellFeed("alerts", { run, alerts }));
  }

  async #put(place: string, html: string): Promise<void> {
    await this.page.evaluate(({ place, html }) => {
      document.getElementById(place)!.innerHTML = html;
    }, { place, html });
    await pageTime(this.page, 30);
  }

  state(): Promise<BellState> {
    return this.page.evaluate(() => {
      const bell = [...comove.panels].find(({ id }) => id === "alerts") as AlertBell;
      const root = document.querySelector("comove-alerts")!.shadowRoot!;
      const toasts = document.querySelector("comove-toasts")?.shadowRoot?.querySelectorAll(
        ".toast",
      );
      return {
        text: root.querySelector(".panel span")!.textContent!,
        canEnable: !root.querySelector<HTMLButtonElement>("button")!.hidden,
        sound: bell.voices.sound.state,
        played: bell.voices.sound.played,
        notes: (globalThis as unknown as { notes: BellState["notes"] }).notes,
        toasts: [...toasts ?? []].map((toast) =>
          [toast.getAttribute("role")!, toast.textContent!] as const
        ),
      };
    });
  }

  /** Waits until the strip says so: five seconds without a heartbeat, and more on a busy machine. */
  async says(text: string): Promise<void> {
    await this.page.locator("comove-alerts span").filter({ hasText: text })
      .waitFor({ timeout: 15_000 });
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}
