import type { PageForm } from "../page_form.ts";
import { element } from "../element.ts";
import { askApi } from "../page_api.ts";
import { FormAnswer } from "./form_answer.ts";

/** Starts and stops venues. */
export function venuesForm(): PageForm {
  const answer = new FormAnswer();
  const list = element("ul");
  let shown = "";
  return {
    title: "Venues",
    body: element("div", { class: "form" }, list, answer.line),
    update({ venues }) {
      // A button made anew would lose the focus of whoever has pressed it.
      if (shown === JSON.stringify(venues)) return;
      shown = JSON.stringify(venues);
      const focused = (document.activeElement as HTMLElement | null)?.closest("li")?.dataset.venue;
      list.replaceChildren(...venues.map(({ id, title, isStopped }) => {
        const what = isStopped ? "Start" : "Stop";
        const label = `${what} ${title}`;
        const button = element("button", { type: "button", "aria-label": label }, what);
        button.addEventListener("click", async () => {
          answer.say(isStopped ? `${title} is being started …` : `${title} is being stopped …`);
          const asked = await askApi("PUT", `venues/${encodeURIComponent(id)}`, {
            running: isStopped,
          });
          answer.show(asked, `${title} is ${isStopped ? "started" : "stopped"}.`);
        });
        return element("li", { "data-venue": id }, isStopped ? `${title}: stopped` : title, button);
      }));
      if (focused === undefined) return;
      list.querySelector<HTMLElement>(`li[data-venue="${CSS.escape(focused)}"] button`)?.focus();
    },
  };
}
