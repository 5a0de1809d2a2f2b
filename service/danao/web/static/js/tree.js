// Trees of details: all open or closed by one button, what is open remembered while the tab lives, branches open on paper.
import { whereverThereIs } from "./page.js";

// The branches; a "why" beside a requirement opens alone.
const branches = (tree) => [...tree.querySelectorAll("details:not(.why)")];

const keyOf = (tree) => `danao-tree ${location.pathname} ${tree.id}`;

const remembered = (tree) => {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(tree)));
  } catch {
    return null; // Storage may be forbidden, or hold what another version wrote.
  }
};

const remember = (tree) => {
  try {
    sessionStorage.setItem(keyOf(tree), JSON.stringify(branches(tree).filter((one) => one.open).map((one) => one.id)));
  } catch {
    // What is open is then forgotten with the page.
  }
};

const restore = (tree) => {
  const open = remembered(tree);
  if (!Array.isArray(open)) return;
  for (const one of branches(tree)) if (one.id) one.open = open.includes(one.id);
};

// An address with a fragment shows what it names, whatever was closed around it.
const reveal = () => {
  const target = document.querySelector(".tree :target");
  for (let one = target; one; one = one.parentElement) if (one.tagName === "DETAILS") one.open = true;
  if (target) target.scrollIntoView();
};

const onPaper = (tree) => {
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = branches(tree).filter((one) => !one.open);
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });
};

whereverThereIs(".tree", (tree) => {
  restore(tree);
  tree.addEventListener("toggle", () => remember(tree), true);
  onPaper(tree);
});

whereverThereIs("button[data-tree]", (button) => {
  button.addEventListener("click", () => {
    const tree = document.getElementById(button.getAttribute("aria-controls"));
    for (const one of branches(tree)) one.open = button.dataset.tree === "open";
  });
});

reveal();
addEventListener("hashchange", reveal);
