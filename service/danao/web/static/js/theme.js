// The theme that the reader chose, set before anything is painted: load this in the head, not as a module, not deferred.
// The choice stays in this browser. Also marks the page as scripted, so that places of charts are shown.
(() => {
  const root = document.documentElement;
  const KEY = "danao-theme";

  const stored = () => {
    try {
      return localStorage.getItem(KEY) || "";
    } catch {
      return ""; // Storage may be forbidden; the system's theme stands.
    }
  };

  const keep = (theme) => {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // The choice then holds for this page only.
    }
  };

  const show = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };

  const choose = (theme) => {
    keep(theme);
    show(theme);
    document.dispatchEvent(new CustomEvent("danao:theme"));
  };

  root.classList.add("scripted");
  show(stored());
  addEventListener("storage", (event) => event.key === KEY && choose(event.newValue || ""));
  document.addEventListener("DOMContentLoaded", () => {
    for (const choice of document.querySelectorAll("select[data-choice=theme]")) {
      choice.value = stored();
      choice.addEventListener("change", () => choose(choice.value));
    }
  });
})();
