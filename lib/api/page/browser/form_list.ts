import type { PageChoice } from "../page_choice.ts";
import type { FormName, PageOffer } from "../page_message.ts";
import { element } from "./element.ts";
import type { FormPorts, PageForm } from "./page_form.ts";
import { filesForm } from "./forms/files_form.ts";
import { instrumentsForm } from "./forms/instruments_form.ts";
import { rulesForm } from "./forms/rules_form.ts";
import { strategyForm } from "./forms/strategy_form.ts";
import { venuesForm } from "./forms/venues_form.ts";

const FORMS: Readonly<Record<FormName, (ports: FormPorts) => PageForm>> = {
  venues: venuesForm,
  instruments: instrumentsForm,
  rules: rulesForm,
  files: filesForm,
  strategy: strategyForm,
};

/** The forms of a view, each in a card; what a reader has typed stays while the view does. */
export class FormList {
  readonly #host: HTMLElement;
  readonly #ports: FormPorts;
  readonly #made = new Map<FormName, PageForm>();
  #shown = "";

  constructor(host: HTMLElement, ports: FormPorts) {
    this.#host = host;
    this.#ports = ports;
  }

  show(
    names: readonly FormName[],
    offer: PageOffer | undefined,
    choice: PageChoice,
  ): void {
    if (offer === undefined) return;
    for (const name of names) {
      const form = this.#made.get(name) ?? FORMS[name](this.#ports);
      this.#made.set(name, form);
      form.update(offer, choice);
    }
    if (this.#shown === names.join()) return;
    this.#shown = names.join();
    this.#host.replaceChildren(...names.map((name) => {
      const { title, body } = this.#made.get(name)!;
      return element(
        "details",
        { class: "card", "data-form": name, "data-filled": true, open: true },
        element("summary", {}, element("h2", {}, title)),
        body,
      );
    }));
  }
}
