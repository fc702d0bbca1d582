// Public pages come from a cache that knows no cookies, so the theme is set here, before the first paint.
// A classic script, because a module would run after it. Pages of a session have the theme in their markup.
(() => {
  const theme = document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1];
  if (theme) document.documentElement.dataset.theme = theme === "dark" ? "colonnade-dark" : "colonnade";
})();
