type Attributes = Readonly<Record<string, string | boolean>>;

/** An element with attributes and children; texts are texts. An attribute that is false is left out. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** A named field of a form. */
export function field(title: string, input: HTMLElement): HTMLLabelElement {
  return element("label", {}, title, input);
}

/** A list to choose from. */
export function choiceOf(
  name: string,
  options: readonly (readonly [value: string, title: string])[],
): HTMLSelectElement {
  return element(
    "select",
    { name },
    ...options.map(([value, title]) => element("option", { value }, title)),
  );
}
