import type { FormPorts, PageForm } from "../page_form.ts";
import type { PageOffer } from "../../page_message.ts";
import { choiceOf, element, field } from "../element.ts";
import { askApi } from "../page_api.ts";
import { FormAnswer } from "./form_answer.ts";

type RuleFields = Readonly<Record<string, string | number>>;

interface ListedRule {
  readonly name?: string;
  readonly metric?: string;
  readonly of?: string;
  readonly fire?: unknown;
}

/** The usual one first. */
const SEVERITIES = ["minor", "info", "major", "critical"];
const HOURS = ["always", "us", "europe", "asia", "open"];

/** Alert rules: written, rehearsed on the past, armed and taken away. */
export function rulesForm({ rehearse }: FormPorts): PageForm {
  const answer = new FormAnswer();
  const list = element("ul", { "aria-label": "Rules" });
  const metric = choiceOf("metric", []);
  const of = element("input", { name: "of", list: "rule-of", required: true, size: "16" });
  const known = element("datalist", { id: "rule-of" });
  const channels = choiceOf("notify", []);
  const text = (name: string, placeholder: string, size: string) =>
    element("input", { name, placeholder, size });
  const form = element(
    "form",
    { class: "form" },
    list,
    element(
      "div",
      { class: "fields" },
      field(
        "Name",
        element("input", {
          name: "name",
          required: true,
          pattern: "[a-z0-9\\-]{1,64}",
          placeholder: "apart",
          title: "small letters, digits and -",
          size: "12",
        }),
      ),
      field("Watches", metric),
      field("Of", of),
      field(
        "Fires when",
        element("input", { name: "fire", required: true, placeholder: "below 0.2", size: "12" }),
      ),
      field("Clears when", text("clear", "above 0.4", "12")),
      field(
        "Window, bars",
        element("input", { name: "window", type: "number", min: "1", max: "10000" }),
      ),
      field("For", text("for", "3m", "5")),
      field("During", choiceOf("during", HOURS.map((one) => [one, one]))),
      field("Severity", choiceOf("severity", SEVERITIES.map((one) => [one, one]))),
      field("Notify", channels),
    ),
    element(
      "div",
      { class: "fields" },
      element("button", { type: "submit", value: "rehearse" }, "Rehearse on the past"),
      element("button", { type: "submit", value: "arm" }, "Arm"),
    ),
    answer.line,
    known,
  );

  const refresh = async () => {
    const got = await askApi("GET", "rules");
    if (got.kind === "refused") return answer.show(got, "");
    list.replaceChildren(...rulesIn(got.data).map((rule) => ruleItem(rule, answer, refresh)));
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const rule = ruleOf(form);
    if ((event.submitter as HTMLButtonElement | null)?.value !== "arm") {
      answer.say("Rehearsed below.");
      return rehearse(rule);
    }
    const { notify, ...rest } = rule;
    const armed = notify === undefined ? rest : { ...rest, notify: [notify] };
    const path = `rules/${encodeURIComponent(`${rule.name}`)}`;
    if (answer.show(await askApi("PUT", path, armed), `${rule.name} is armed.`)) await refresh();
  });
  let offered = "";
  return {
    title: "Rules",
    body: form,
    update: (offer) => {
      if (offered === "") void refresh();
      const now = JSON.stringify([offer.metrics, offer.pairs, offer.instruments, offer.channels]);
      if (now === offered) return;
      offered = now;
      fill(metric, offer.metrics);
      fill(channels, ["", ...offer.channels]);
      known.replaceChildren(...choicesOf(offer).map((value) => element("option", { value })));
    },
  };
}

function choicesOf({ pairs, instruments }: PageOffer): string[] {
  return [...pairs, ...instruments].map(({ id }) => id);
}

function fill(select: HTMLSelectElement, values: readonly string[]): void {
  const { value } = select;
  select.replaceChildren(
    ...values.map((one) => element("option", { value: one }, one === "" ? "this page" : one)),
  );
  if (values.includes(value)) select.value = value;
}

/** What was left empty is left to the defaults. */
function ruleOf(form: HTMLFormElement): RuleFields {
  const given = [...new FormData(form)].flatMap(([key, value]) => {
    const text = `${value}`.trim();
    return text === "" ? [] : [[key, key === "window" ? Number(text) : text] as const];
  });
  return Object.fromEntries(given);
}

/** The rows of an answer, in either form that the API has: a list, or columns. */
function rulesIn(data: unknown): ListedRule[] {
  const { rules, columns, data: rows } = (data ?? {}) as {
    readonly rules?: readonly ListedRule[];
    readonly columns?: readonly string[];
    readonly data?: readonly (readonly unknown[])[];
  };
  if (rules !== undefined) return [...rules];
  if (columns === undefined || rows === undefined) return Array.isArray(data) ? data : [];
  return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]])));
}

function ruleItem(
  { name = "", metric = "", of = "", fire = "" }: ListedRule,
  answer: FormAnswer,
  refresh: () => Promise<unknown>,
): HTMLLIElement {
  const remove = element(
    "button",
    { type: "button", "aria-label": `Remove the rule ${name}` },
    "✕",
  );
  remove.addEventListener("click", async () => {
    const path = `rules/${encodeURIComponent(name)}`;
    if (answer.show(await askApi("DELETE", path), `${name} is taken away.`)) await refresh();
  });
  // How it stands changes each minute: the panel below says that.
  const what = [name, [metric, of, typeof fire === "string" ? fire : ""].join(" ")];
  return element("li", {}, what.filter((one) => one.trim() !== "").join(" · "), remove);
}
