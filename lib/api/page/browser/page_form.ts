import type { PageOffer } from "../page_message.ts";

/** What a form can ask of the page. */
export interface FormPorts {
  /** Shows what a rule would have done. @param rule with the keys of the configuration */
  readonly rehearse: (rule: Readonly<Record<string, string | number>>) => void;
}

/** Something that can be changed. */
export interface PageForm {
  readonly title: string;
  readonly body: HTMLElement;
  /** The server offers other things than before. */
  readonly update: (offer: PageOffer) => void;
}
