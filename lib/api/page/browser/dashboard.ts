import { BEAT_EVENT } from "../../../charts/live_markup.ts";
import { PAIR_CHOICE_EVENT, type PairChosen } from "../../../charts/pair_view.ts";
import { PAIR_EVENT } from "../../../charts/screener_view.ts";
import type { PageChoice, PlainFields } from "../page_choice.ts";
import type { PageBeat, PageMessage, PageOffer, PageViewOffer } from "../page_message.ts";
import { pictureRoom } from "../picture_room.ts";
import { CardList } from "./card_list.ts";
import { FormList } from "./form_list.ts";
import { choiceOfHash, hashOfChoice } from "./choice_hash.ts";
import { isTyping, pageKey } from "./page_keys.ts";
import { PageLine } from "./page_line.ts";
import { inOrder, movedBy } from "./panel_order.ts";
import { WHOLE_WIDTH } from "./panel_width.ts";
import { fitTables } from "./table_fit.ts";
import { readSettings, type Settings, writeSettings } from "./settings.ts";

const THEMES = ["auto", "dark", "light"] as const;
/** So long after the last turn of a chart's knob the server is asked for another chart. */
const ASKED_AFTER_MS = 250;
/** So long after its last change the window is as wide as it will be. */
const RESIZED_AFTER_MS = 300;

/** The page: header, controls, the panels of one view, and whether its server is there. */
export class Dashboard {
  readonly #document: Document;
  readonly #cards: CardList;
  readonly #forms: FormList;
  readonly #line: PageLine;
  #settings: Settings = readSettings();
  #offer: PageOffer | undefined;
  #choice: PageChoice = { view: "market" };
  /** The view that the server feeds. */
  #shown: Extract<PageMessage, { readonly type: "view" }> | undefined;
  #isPaused = false;
  #asking: ReturnType<typeof setTimeout> | undefined;
  #resizing: ReturnType<typeof setTimeout> | undefined;
  /** Of pictures; undefined where there is room for all of them. */
  #width: number | undefined;

  constructor(document: Document) {
    this.#document = document;
    this.#cards = new CardList(this.#at("panels"), {
      isFolded: (name) => this.#settings.folded.includes(name),
      onFold: (name, isFolded) => this.#fold(name, isFolded),
      onMove: (name, by) => this.#move(name, by),
      widthOf: (name) => this.#settings.widths[name] ?? WHOLE_WIDTH,
      onWidth: (name, width) => this.#resize(name, width),
    });
    this.#forms = new FormList(this.#at("forms"), {
      rehearse: (rule) => {
        this.#choice = { ...this.#choice, rule };
        this.#send();
      },
      tryStrategy: (strategy) => this.#choose(chosenWith(this.#choice, "strategy", strategy)),
    });
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.#line = new PageLine(`${scheme}://${location.host}/page`, {
      onMessage: (message) => this.#take(message),
      onState: (lostSince) => this.#showConnection(lostSince),
    });
  }

  start(): void {
    this.#choice = { ...this.#choice, ...choiceOfHash(location.hash) };
    this.#setTheme(this.#settings.theme);
    addEventListener("hashchange", () => {
      const { view } = this.#choice;
      this.#choose({ view, ...choiceOfHash(location.hash) });
    });
    for (const key of ["pair", "timeframe", "days", "hours"] as const) {
      this.#select(key).addEventListener("change", () => this.#change(key));
    }
    this.#at("theme").addEventListener("click", () => this.#nextTheme());
    this.#at("pause").addEventListener("click", () => this.#pause());
    this.#at("keys").addEventListener("click", () => this.#help(true));
    this.#at("help").addEventListener("click", () => this.#help(false));
    this.#document.addEventListener("keydown", (event) => this.#onKey(event));
    this.#document.addEventListener(PAIR_EVENT, (event) => {
      this.#openPair((event as CustomEvent<string>).detail);
    });
    this.#document.addEventListener(PAIR_CHOICE_EVENT, (event) => {
      this.#keepChart((event as CustomEvent<PairChosen>).detail);
    });
    this.#width = this.#room;
    addEventListener("resize", () => {
      clearTimeout(this.#resizing);
      this.#resizing = setTimeout(() => this.#fitWindow(), RESIZED_AFTER_MS);
    });
    this.#line.start();
    this.#send();
  }

  get #room(): number | undefined {
    return pictureRoom(this.#at("panels").clientWidth);
  }

  #fitWindow(): void {
    fitTables(this.#at("panels"));
    if (this.#room === this.#width) return;
    this.#width = this.#room;
    this.#send();
  }

  #take(message: PageMessage): void {
    switch (message.type) {
      case "offer":
        return this.#takeOffer(message.offer);
      case "view":
        this.#shown = message;
        this.#at("panels").dataset.width = `${message.choice.width ?? ""}`;
        return this.#showPanels();
      case "slot":
        return this.#put(message.panel, message.slot, message.html);
      case "fault":
        return this.#cards.fault(message.panel, message.message);
      case "refused":
        return this.#say(message.message);
      case "pulse":
        return this.#beat(message.beat);
      case "beat":
        return this.#showBeat(message);
    }
  }

  #takeOffer(offer: PageOffer): void {
    if (this.#offer !== undefined && this.#offer.run !== offer.run) {
      this.#cards.clear();
      this.#send();
    }
    this.#offer = offer;
    this.#showViews();
    this.#showControls();
  }

  #put(panel: string, slot: string, html: string): void {
    if (this.#isPaused) return;
    this.#cards.put(panel, slot, html);
  }

  /** Charts and status lines are other scripts' elements. @param beat empty where the reader pauses */
  #beat(beat: string): void {
    if (this.#isPaused && beat !== "") return;
    dispatchEvent(new CustomEvent(BEAT_EVENT, { detail: beat }));
  }

  #choose(choice: PageChoice): void {
    this.#choice = choice;
    const hash = hashOfChoice(choice);
    if (location.hash !== hash) history.pushState(null, "", hash);
    this.#showViews();
    this.#showControls();
    this.#send();
  }

  /** Two that were pressed in a panel, named as the market names its pairs where it has them. */
  #openPair(asked: string): void {
    const { pairs = [] } = this.#offer ?? {};
    const names = [asked, asked.split("/").reverse().join("/")];
    const pair = names.find((name) => pairs.some(({ id }) => id === name)) ?? asked;
    this.#choose({ ...this.#choice, view: "pair", pair });
  }

  /**
   * What the chart has drawn itself stands in the address, for a reload and for others. What it cannot draw is asked of the
   * server, once the reader has stopped turning a knob.
   */
  #keepChart({ choice, isBeyond }: PairChosen): void {
    const kept = chosenWith(this.#choice, "chart", { ...choice });
    clearTimeout(this.#asking);
    if (isBeyond) this.#asking = setTimeout(() => this.#choose(kept), ASKED_AFTER_MS);
    else {
      this.#choice = kept;
      history.replaceState(null, "", hashOfChoice(kept));
    }
  }

  #send(): void {
    const { folded } = this.#settings, width = this.#width;
    this.#line.choose({
      ...this.#choice,
      ...(width === undefined ? {} : { width }),
      ...(folded.length === 0 ? {} : { folded }),
    });
  }

  #change(key: "pair" | "timeframe" | "days" | "hours"): void {
    const { value } = this.#select(key);
    const { [key]: _, ...rest } = this.#choice;
    const chosen = key === "days" ? Number(value) : value;
    // The chart's own bars were chosen before.
    const others = key === "timeframe" ? withoutBars(rest) : rest;
    this.#choose(value === "" ? others : { ...others, [key]: chosen });
  }

  #fold(name: string, isFolded: boolean): void {
    const others = this.#settings.folded.filter((one) => one !== name);
    this.#settings = { ...this.#settings, folded: isFolded ? [...others, name] : others };
    writeSettings(this.#settings);
    this.#send();
  }

  #move(name: string, by: 1 | -1): void {
    if (this.#shown === undefined) return;
    const { choice: { view }, panels } = this.#shown;
    const names = inOrder(panels, this.#settings.order[view]).map((panel) => panel.name);
    const order = { ...this.#settings.order, [view]: movedBy(names, name, by) };
    this.#settings = { ...this.#settings, order };
    writeSettings(this.#settings);
    this.#showPanels();
  }

  #resize(name: string, width: number): void {
    this.#settings = { ...this.#settings, widths: { ...this.#settings.widths, [name]: width } };
    writeSettings(this.#settings);
  }

  #showPanels(): void {
    if (this.#shown === undefined) return;
    const { choice: { view }, panels } = this.#shown;
    this.#cards.show(inOrder(panels, this.#settings.order[view]));
  }

  #pause(): void {
    this.#isPaused = !this.#isPaused;
    const button = this.#at("pause");
    button.setAttribute("aria-pressed", `${this.#isPaused}`);
    button.textContent = this.#isPaused ? "Go on" : "Pause";
    this.#document.body.classList.toggle("paused", this.#isPaused);
    this.#say(this.#isPaused ? "Paused: what is shown stays as it is." : "");
    if (this.#isPaused) return this.#beat("");
    // What went by meanwhile is not sent again: everything is asked for anew.
    this.#cards.clear();
    this.#line.choose({ view: this.#choice.view, folded: this.#allNames() });
    this.#send();
  }

  #allNames(): string[] {
    return [...this.#document.querySelectorAll<HTMLElement>(".card")].map((one) =>
      one.dataset.panel ?? ""
    );
  }

  #nextTheme(): void {
    const next = THEMES[(THEMES.indexOf(this.#settings.theme) + 1) % THEMES.length]!;
    this.#settings = { ...this.#settings, theme: next };
    writeSettings(this.#settings);
    this.#setTheme(next);
  }

  #setTheme(theme: Settings["theme"]): void {
    this.#document.documentElement.dataset.theme = theme;
    this.#at("theme").textContent = `Colours: ${theme}`;
    // Charts that are drawn by scripts look at the scheme again.
    dispatchEvent(new Event("comove:theme"));
  }

  #showViews(): void {
    if (this.#offer === undefined) return;
    const links = this.#offer.views.map(({ name, title }) => {
      const link = this.#document.createElement("a");
      link.href = hashOfChoice({ ...this.#choice, view: name });
      link.textContent = title;
      if (name === this.#choice.view) link.setAttribute("aria-current", "page");
      return link;
    });
    this.#at("views").replaceChildren(...links);
    this.#document.title = `${this.#view?.title ?? "Comove"} – Comove`;
  }

  #showControls(): void {
    const { pairs = [], timeframes = [] } = this.#offer ?? {};
    const { pair = pairs[0]?.id } = this.#choice;
    // Some panels take any two that are followed.
    const others = pair === undefined || pairs.some(({ id }) => id === pair) ? [] : [pair];
    this.#fill(
      "pair",
      [...pairs, ...others.map((id) => ({ id, title: id }))].map(({ id, title }) => [id, title]),
      pair,
    );
    this.#fill(
      "timeframe",
      [["", "as each"], ...timeframes.map((one) => [one, one] as const)],
      this.#choice.timeframe,
    );
    this.#fill(
      "days",
      [["", "as each"], ["1", "1 day"], ["3", "3 days"], ["7", "7 days"], ["30", "30 days"]],
      this.#choice.days,
    );
    this.#fill("hours", [["", "all hours"], ["us", "US hours"]], this.#choice.hours);
    this.#forms.show(this.#view?.forms ?? [], this.#offer, this.#choice);
    this.#at("main").classList.toggle("forms-below", this.#view?.areFormsBelow === true);
    for (const key of ["pair", "timeframe", "days", "hours"] as const) {
      const isUsed = this.#view?.uses.includes(key) ?? false;
      this.#select(key).closest("label")!.hidden = !isUsed;
    }
  }

  get #view(): PageViewOffer | undefined {
    return this.#offer?.views.find(({ name }) => name === this.#choice.view);
  }

  #fill(
    key: string,
    options: readonly (readonly [value: string, title: string])[],
    chosen: string | number | undefined,
  ): void {
    const select = this.#select(key);
    const elements = options.map(([value, title]) => {
      const option = this.#document.createElement("option");
      option.value = value;
      option.textContent = title;
      return option;
    });
    select.replaceChildren(...elements);
    select.value = `${chosen ?? ""}`;
  }

  #showBeat({ venueTime, source, message }: PageBeat): void {
    const pill = this.#at("source");
    this.#set("source", source ?? "opening");
    pill.dataset.source = source ?? "opening";
    const clock = venueTime === null
      ? source === null ? "" : "no venue time yet"
      : `${new Date(venueTime).toISOString().replace("T", " ").slice(0, 19)} UTC`;
    this.#set("clock", message.includes(clock) ? "" : clock);
    this.#set("market", message);
    // The line is cut where much is wrong at a time; Data health has all of it.
    this.#at("market").title = message;
  }

  #showConnection(lostSince: number | undefined): void {
    const isLost = lostSince !== undefined;
    this.#document.body.classList.toggle("lost", isLost);
    const since = isLost ? new Date(lostSince).toISOString().slice(11, 19) : "";
    this.#say(
      isLost
        ? `The server is away since ${since} UTC; what is shown is of then. Trying again.`
        : "",
    );
  }

  /** One line for what changes with the page itself, which screen readers read out. */
  #say(text: string): void {
    this.#set("note", text);
  }

  #set(id: string, text: string): void {
    const element = this.#at(id);
    if (element.textContent !== text) element.textContent = text;
  }

  #help(isShown: boolean): void {
    const help = this.#at("help") as HTMLDialogElement;
    if (isShown && !help.open) help.showModal();
    else if (!isShown && help.open) help.close();
  }

  #onKey(event: KeyboardEvent): void {
    if (isTyping(event)) return;
    const { pairs = [], views = [], timeframes = [] } = this.#offer ?? {};
    const action = pageKey(event.key);
    if (action === undefined) return;
    event.preventDefault();
    const next = (list: readonly string[], now: string | undefined, by: number) =>
      list[(Math.max(0, list.indexOf(now ?? list[0]!)) + by + list.length) % list.length];
    switch (action.kind) {
      case "pair": {
        const pair = next(pairs.map(({ id }) => id), this.#choice.pair, action.by);
        if (pair !== undefined) this.#choose({ ...this.#choice, pair });
        return;
      }
      case "view": {
        const view = next(views.map(({ name }) => name), this.#choice.view, action.by);
        if (view !== undefined) this.#choose({ ...this.#choice, view });
        return;
      }
      case "timeframe": {
        const timeframe = timeframes[action.at] as PageChoice["timeframe"];
        if (timeframe !== undefined) this.#choose({ ...this.#choice, timeframe });
        return;
      }
      case "pause":
        return this.#pause();
      case "theme":
        return this.#nextTheme();
      case "help":
        return this.#help(true);
    }
  }

  #at(id: string): HTMLElement {
    return this.#document.getElementById(id)!;
  }

  #select(key: string): HTMLSelectElement {
    return this.#at(key) as HTMLSelectElement;
  }
}

/** A choice with other options of a panel; without them where there are none. */
function chosenWith(
  choice: PageChoice,
  name: "chart" | "strategy",
  fields: PlainFields | undefined,
): PageChoice {
  const { [name]: _, ...others } = choice;
  return fields === undefined ? others : { ...others, [name]: fields };
}

function withoutBars(choice: PageChoice): PageChoice {
  if (choice.chart === undefined) return choice;
  const { timeframe: _, ...fields } = choice.chart;
  return chosenWith(choice, "chart", fields);
}
