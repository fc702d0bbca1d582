const YEAR_SECONDS = 31_536_000;

export type Theme = "light" | "dark" | "";

/** The theme the person chose; empty when the system decides. */
export function chosenTheme(): Theme {
  const value = document.cookie.match(/(?:^|;\s*)theme=([^;]*)/)?.[1];
  return value === "light" || value === "dark" ? value : "";
}

/** Shows a theme and remembers it in the cookie from which the server writes the next page. */
export function chooseTheme(theme: Theme): void {
  document.cookie = `theme=${theme}; path=/; max-age=${theme ? YEAR_SECONDS : 0}; samesite=lax`;
  const root = document.documentElement;
  if (theme) root.dataset.theme = theme === "dark" ? "colonnade-dark" : "colonnade";
  else delete root.dataset.theme;
  for (const group of document.querySelectorAll<HTMLElement>("[data-theme-switch]")) press(group);
}

export function startThemeSwitches(within: ParentNode): void {
  for (const group of within.querySelectorAll<HTMLElement>("[data-theme-switch]")) {
    group.hidden = false;
    press(group);
  }
}

export function startTheme(): void {
  startThemeSwitches(document);
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("[data-theme-switch] button");
    if (button) chooseTheme(button.value as Theme);
  });
}

function press(group: HTMLElement): void {
  const theme = chosenTheme();
  for (const button of group.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}
