import type { PageForm } from "../page_form.ts";
import { element, field } from "../element.ts";
import { askApi } from "../page_api.ts";
import { FormAnswer } from "./form_answer.ts";

/** Follows instruments, and lets go of them. */
export function instrumentsForm(): PageForm {
  const answer = new FormAnswer();
  const list = element("ul");
  const id = element("input", { name: "id", required: true, placeholder: "ETHUSDT", size: "16" });
  const form = element(
    "form",
    { class: "form" },
    list,
    element(
      "div",
      { class: "fields" },
      field("Id, as in the configuration", id),
      element("button", { type: "submit" }, "Follow"),
    ),
    answer.line,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = id.value.trim();
    answer.say(`Asking for ${name} …`);
    const path = `instruments/${encodeURIComponent(name)}`;
    if (answer.show(await askApi("PUT", path, {}), `${name} is followed.`)) id.value = "";
  });
  return {
    title: "Instruments",
    body: form,
    update: ({ instruments }) =>
      list.replaceChildren(...instruments.map(({ id, title }) => {
        const leave = element(
          "button",
          { type: "button", "aria-label": `Follow ${title} no more` },
          "✕",
        );
        leave.addEventListener("click", async () => {
          const path = `instruments/${encodeURIComponent(id)}`;
          answer.show(await askApi("DELETE", path), `${id} is followed no more.`);
        });
        return element("li", { "data-id": id }, title, leave);
      })),
  };
}
