import { THEME_NAMES, type ThemeName } from "../charts/theme.ts";
import { THEME_SWITCHES } from "./page_style.ts";

/** The picture of a page in the browser's tab. */
export const ICON = "data:image/svg+xml," + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#131722"/>' +
    '<path d="M2 11l4-5 3 3 5-6" fill="none" stroke="#56b4e9" stroke-width="2"/>' +
    '<path d="M2 13l4-4 3 2 5-4" fill="none" stroke="#f0c14b" stroke-width="1.5"/></svg>',
);

const THEME_TITLES: Readonly<Record<ThemeName, string>> = {
  dark: "Dark",
  light: "Light",
  auto: "Auto",
};

/** The switch for a page's colours; readers' choice is remembered by the page's script. */
export function themeSwitch(theme: ThemeName): string {
  const themes = THEME_NAMES.map((one) =>
    `<label><input type="radio" name="page-theme" id="${THEME_SWITCHES[one]}" value="${one}" ` +
    `autocomplete="off"${one === theme ? " checked" : ""}>${THEME_TITLES[one]}</label>`
  );
  return `<fieldset aria-label="Colours">${themes.join("")}</fieldset>`;
}
