import type { PagePanelPlace } from "../page_message.ts";
import { cardEdge } from "./card_edge.ts";
import { element as make } from "./element.ts";
import { fitTables } from "./table_fit.ts";

interface Card {
  readonly element: HTMLDetailsElement;
  readonly fault: HTMLElement;
  readonly body: HTMLElement;
  readonly name: string;
  readonly title: string;
  /** By display, with what it shows. */
  readonly slots: Map<string, { readonly element: HTMLElement; html: string }>;
  /** Whether what it shows is of an earlier choice. */
  isOld: boolean;
}

export interface CardListOptions {
  readonly isFolded: (name: string) => boolean;
  /** The reader folded a panel away, or opened it. */
  readonly onFold: (name: string, isFolded: boolean) => void;
  /** The reader wants it a place further down, or up. */
  readonly onMove: (name: string, by: 1 | -1) => void;
  /** Per cent of the page's width. */
  readonly widthOf: (name: string) => number;
  /** The reader wants it wider, or narrower. */
  readonly onWidth: (name: string, width: number) => void;
}

/** The panels of a view, each in a card that can be folded away. */
export class CardList {
  readonly #host: HTMLElement;
  readonly #options: CardListOptions;
  readonly #cards = new Map<string, Card>();

  constructor(host: HTMLElement, options: CardListOptions) {
    this.#host = host;
    this.#options = options;
  }

  /**
   * Shows these panels in this order; what stays keeps what it shows. A panel of another choice shows what it did until the
   * first of the new comes, so that the page does not jump.
   */
  show(places: readonly PagePanelPlace[]): void {
    const wanted = new Set(places.map(({ key }) => key));
    for (const [key, card] of this.#cards) {
      if (wanted.has(key)) continue;
      this.#cards.delete(key);
      const next = places.find(({ key, name, title }) =>
        name === card.name && title === card.title && !this.#cards.has(key)
      );
      if (next === undefined || !card.element.open) card.element.remove();
      else {
        card.isOld = true;
        delete card.element.dataset.filled;
        this.#cards.set(next.key, card);
      }
    }
    places.forEach((place, at) => {
      const { element } = this.#cards.get(place.key) ?? this.#make(place);
      const there = this.#host.children[at] ?? null;
      // Moving an element would make its charts anew.
      if (there !== element) this.#host.insertBefore(element, there);
    });
  }

  /** Empties all, as displays of a server that was started anew have other names. */
  clear(): void {
    for (const { element } of this.#cards.values()) element.remove();
    this.#cards.clear();
  }

  put(panel: string, slot: string, html: string): void {
    const card = this.#cards.get(panel);
    if (card === undefined) return;
    renew(card);
    let place = card.slots.get(slot);
    if (place === undefined) {
      const element = document.createElement("div");
      card.body.append(element);
      place = { element, html: "" };
      card.slots.set(slot, place);
    }
    if (place.html === html) return;
    place.html = html;
    try {
      place.element.innerHTML = html;
      fitTables(place.element);
      this.fault(panel, "");
    } catch (error) {
      this.fault(panel, `This panel could not be shown: ${(error as Error).message}`);
    }
  }

  fault(panel: string, message: string): void {
    const card = this.#cards.get(panel);
    if (card === undefined) return;
    card.fault.textContent = message;
    card.fault.hidden = message === "";
    if (message !== "") renew(card);
  }

  #make({ key, name, title }: PagePanelPlace): Card {
    const element = document.createElement("details");
    element.className = "card";
    element.dataset.panel = name;
    element.open = !this.#options.isFolded(name);
    const summary = document.createElement("summary");
    const heading = document.createElement("h2");
    heading.textContent = title;
    summary.append(heading);
    const fault = document.createElement("p");
    fault.className = "fault";
    fault.hidden = true;
    const body = document.createElement("div");
    body.className = "slots";
    const edge = cardEdge({
      card: element,
      title,
      width: this.#options.widthOf(name),
      onWidth: (width) => this.#options.onWidth(name, width),
    });
    element.append(summary, this.#moves(name, title), fault, body, edge);
    element.addEventListener("toggle", () => this.#options.onFold(name, !element.open));
    const card = { element, fault, body, name, title, slots: new Map(), isOld: false };
    this.#cards.set(key, card);
    return card;
  }

  /** Beside the heading, and not in it: what folds a panel must not hold what is pressed. */
  #moves(name: string, title: string): HTMLElement {
    const buttons = ([["up", "↑", -1], ["down", "↓", 1]] as const).map(([where, sign, by]) => {
      const label = `Move ${title} ${where}`;
      const button = make("button", { type: "button", "aria-label": label, title: label }, sign);
      button.addEventListener("click", () => {
        this.#options.onMove(name, by);
        // It may have left the page for a moment.
        button.focus();
      });
      return button;
    });
    return make("div", { class: "moves" }, ...buttons);
  }
}

/** Something of the present choice has come: what is of an earlier one goes. */
function renew(card: Card): void {
  card.element.dataset.filled = "";
  if (!card.isOld) return;
  card.isOld = false;
  card.slots.clear();
  card.body.replaceChildren();
}
