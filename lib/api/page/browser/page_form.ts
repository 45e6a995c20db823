import type { PageChoice, PlainFields } from "../page_choice.ts";
import type { PageOffer } from "../page_message.ts";

/** What a form can ask of the page. */
export interface FormPorts {
  /** Shows what a rule would have done. @param rule with the keys of the configuration */
  readonly rehearse: (rule: PlainFields) => void;
  /** Shows the backtest with these options; undefined for its own. */
  readonly tryStrategy: (options: PlainFields | undefined) => void;
}

/** Something that can be changed. */
export interface PageForm {
  readonly title: string;
  readonly body: HTMLElement;
  /** The server offers other things than before, or the reader has chosen others. */
  readonly update: (offer: PageOffer, choice: PageChoice) => void;
}
