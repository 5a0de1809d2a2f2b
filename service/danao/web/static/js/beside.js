// A file of evidence beside what it is evidence of, where there is room; else its link opens a tab of its own.

const roomy = matchMedia("(min-width: 68rem)");
const beside = document.getElementById("beside");
const [frame, alone, close] = ["iframe", "a", "button"].map((name) => beside.querySelector(name));
let from = null;

const show = (link) => {
  from = link;
  alone.href = link.href;
  frame.title = `${beside.querySelector("h2").textContent}: ${link.textContent}`;
  // A frame that is already at a page of a file does not go to another page of it by itself.
  frame.removeAttribute("src");
  frame.src = link.href;
  beside.hidden = false;
  document.body.classList.add("with-beside");
  close.focus();
};

const hide = () => {
  beside.hidden = true;
  document.body.classList.remove("with-beside");
  frame.removeAttribute("src");
  if (from) from.focus();
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-beside]");
  if (!link || !roomy.matches || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  show(link);
});
close.addEventListener("click", hide);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !beside.hidden) hide();
});
roomy.addEventListener("change", () => {
  if (!roomy.matches && !beside.hidden) hide();
});
