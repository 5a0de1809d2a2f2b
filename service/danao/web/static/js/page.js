// What modules share: drawing what is on the page and what htmx puts there later, and colours for canvases.

// Calls `draw` once for each element that matches, now and whenever htmx has put new ones into the page.
export const whereverThereIs = (selector, draw) => {
  const drawn = new WeakSet();
  const within = (part) => {
    const found = [...part.querySelectorAll(selector)];
    if (part.matches && part.matches(selector)) found.unshift(part);
    for (const one of found.filter((one) => !drawn.has(one))) {
      drawn.add(one);
      draw(one);
    }
  };
  within(document);
  document.addEventListener("htmx:load", (event) => within(event.detail.elt));
};

// The colour that a token of tokens.css has at this moment. SVG takes `var(--…)` itself; a canvas cannot.
export const colour = (token) => getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim();

// Calls `redraw` when the reader or the system changes the theme.
export const whenThemeChanges = (redraw) => {
  document.addEventListener("danao:theme", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
};

// Calls `resize` when an element's own size has changed, at most once a frame.
export const whenResized = (element, resize) => {
  let due = 0;
  new ResizeObserver(() => {
    cancelAnimationFrame(due);
    due = requestAnimationFrame(resize);
  }).observe(element);
};
