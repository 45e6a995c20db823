import { element } from "../element.ts";
import { askApi } from "../page_api.ts";
import type { FormPorts, PageForm } from "../page_form.ts";
import { FormAnswer } from "./form_answer.ts";
import { RuleInputs } from "./rule_inputs.ts";

/** A rule as the API lists it, with the keys of the configuration. */
type ListedRule = Readonly<Record<string, unknown>>;

/** Alert rules: written, rehearsed on the past, armed, changed and taken away. */
export function rulesForm({ rehearse }: FormPorts): PageForm {
  const answer = new FormAnswer();
  const list = element("ul", { "aria-label": "Rules" });
  const inputs = new RuleInputs();
  const form = element(
    "form",
    { class: "form" },
    list,
    inputs.body,
    element(
      "div",
      { class: "fields" },
      element("button", { type: "submit", value: "rehearse" }, "Rehearse on the past"),
      element("button", { type: "submit", value: "arm" }, "Arm"),
    ),
    answer.line,
  );

  const refresh = async () => {
    const got = await askApi("GET", "rules");
    if (got.kind === "refused") return answer.show(got, "");
    list.replaceChildren(...rulesIn(got.data).map((rule) => ruleItem(rule, { edit, remove })));
  };
  const edit = (rule: ListedRule) => {
    inputs.fill(rule);
    answer.say(`${rule.name} as it is; Arm replaces it.`);
  };
  const remove = async (rule: ListedRule) => {
    const gone = await askApi("DELETE", `rules/${encodeURIComponent(`${rule.name}`)}`);
    if (!answer.show(gone, `${rule.name} is taken away; Arm brings it back.`)) return;
    inputs.fill(rule);
    await refresh();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const rule = inputs.read();
    if ((event.submitter as HTMLButtonElement | null)?.value !== "arm") {
      answer.say("Rehearsed below.");
      // Whom it would notify changes nothing about when it fires.
      const { notify: _, ...judged } = rule;
      return rehearse(judged as Parameters<FormPorts["rehearse"]>[0]);
    }
    const armed = await askApi("PUT", `rules/${encodeURIComponent(`${rule.name}`)}`, rule);
    inputs.mark(armed.kind === "refused" ? armed.key : undefined);
    if (answer.show(armed, `${rule.name} is armed.`)) await refresh();
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
      inputs.offer(offer);
    },
  };
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

/** How it stands changes each minute: the panel below says that. */
function ruleItem(
  rule: ListedRule,
  { edit, remove }: Readonly<Record<"edit" | "remove", (rule: ListedRule) => unknown>>,
): HTMLLIElement {
  const { name, metric, of, fire } = rule;
  const button = (text: string, label: string, act: (rule: ListedRule) => unknown) => {
    const made = element("button", { type: "button", "aria-label": label }, text);
    made.addEventListener("click", () => void act(rule));
    return made;
  };
  return element(
    "li",
    {},
    `${name} · ${metric} ${of} ${fire}`,
    button("Edit", `Edit the rule ${name}`, edit),
    button("✕", `Remove the rule ${name}`, remove),
  );
}
