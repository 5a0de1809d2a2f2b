// A chain from upstream to downstream as a graph, drawn from the list in the same figure. README.md shows the markup.
// Every segment is a box with a dot for each enterprise: filled where it is connected, hollow where it is not.
import cytoscape from "../vendor/cytoscape-3.34.4/cytoscape.js";
import { placed } from "./layers.js";
import { colour, whenResized, whenThemeChanges, whereverThereIs } from "./page.js";

const DOT = 12;
const STEP = 20;
const PER_LINE = 8;
const PADDING = 12;
const WIDTH = 180;
const HEAD = 56;
// Narrower places show the chain from top to bottom.
const NARROW = 640;

const textOf = (element) => (element ? element.textContent.replace(/\s+/g, " ").trim() : "");

const enterpriseOf = (item) => ({ name: textOf(item), connected: item.classList.contains("connected") });

const segmentOf = (item) => {
  const enterprises = [...item.querySelectorAll(".enterprises > li")].map(enterpriseOf);
  return {
    id: item.id,
    name: textOf(item.querySelector(".name")),
    note: textOf(item.querySelector(".note")),
    href: (item.querySelector("a.name") || {}).href,
    connected: item.classList.contains("connected"),
    downstream: (item.dataset.downstream || "").split(" ").filter(Boolean),
    enterprises,
    width: WIDTH,
    height: HEAD + Math.ceil(enterprises.length / PER_LINE) * STEP,
  };
};

// ---- Elements of the graph ----

const boxElement = ({ node, x, y, column, row }) => ({
  data: { ...node, label: node.note ? `${node.name}\n${node.note}` : node.name, column, row },
  position: { x, y },
  classes: node.connected ? "segment connected" : "segment",
});

const dotElements = ({ node, x, y }) =>
  node.enterprises.map((one, at) => ({
    data: { id: `${node.id} ${at}`, name: one.name, segment: node.id },
    position: {
      x: x - WIDTH / 2 + PADDING + DOT / 2 + (at % PER_LINE) * STEP,
      y: y - node.height / 2 + HEAD - 4 + DOT / 2 + Math.floor(at / PER_LINE) * STEP,
    },
    classes: one.connected ? "enterprise connected" : "enterprise",
  }));

const lineElements = ({ node }, known) =>
  node.downstream.filter((id) => known.has(id)).map((id) => ({ data: { id: `${node.id} > ${id}`, source: node.id, target: id } }));

const elementsOf = (segments, upright) => {
  const places = placed(segments, upright);
  const known = new Set(segments.map((one) => one.id));
  return [...places.map(boxElement), ...places.flatMap(dotElements), ...places.flatMap((place) => lineElements(place, known))];
};

// ---- How it looks ----

const styleOf = (font, upright) => [
  {
    selector: "node.segment",
    style: {
      shape: "rectangle",
      width: "data(width)",
      height: "data(height)",
      label: "data(label)",
      "background-color": colour("wash"),
      "border-color": colour("strong"),
      "border-width": 1,
      "border-style": "dashed",
      color: colour("ink"),
      "font-family": font,
      "font-size": 13,
      "line-height": 1.35,
      "text-wrap": "wrap",
      "text-max-width": `${WIDTH - PADDING}px`,
      "text-valign": "top",
      "text-margin-y": HEAD - 10,
    },
  },
  { selector: "node.segment.connected", style: { "border-style": "solid", "border-width": 2, "border-color": colour("verified") } },
  {
    selector: "node.enterprise",
    style: { width: DOT, height: DOT, "background-color": colour("paper"), "border-width": 1.5, "border-color": colour("soft") },
  },
  { selector: "node.enterprise.connected", style: { "background-color": colour("verified"), "border-color": colour("verified") } },
  {
    selector: "edge",
    style: {
      width: 1.5,
      "line-color": colour("strong"),
      "target-arrow-color": colour("strong"),
      "target-arrow-shape": "triangle",
      "curve-style": "taxi",
      "taxi-direction": upright ? "downward" : "rightward",
      "taxi-turn": "50%",
    },
  },
  { selector: "node.chosen", style: { "border-color": colour("focus"), "border-width": 3, "border-style": "solid" } },
];

// ---- Reading it out, and the keyboard ----

const choose = (graph, node, readout) => {
  graph.elements(".chosen").removeClass("chosen");
  node.addClass("chosen");
  const [name, href] = [node.data("name"), node.data("href")];
  const title = href ? Object.assign(document.createElement("a"), { href, textContent: name }) : name;
  readout.replaceChildren(title, node.data("note") ? ` · ${node.data("note")}` : "");
};

const WAYS = { ArrowRight: "down", ArrowLeft: "up", ArrowDown: "next", ArrowUp: "before" };
const UPRIGHT_WAYS = { ArrowDown: "down", ArrowUp: "up", ArrowRight: "next", ArrowLeft: "before" };

// The segment that an arrow leads to: down or up the chain, or beside it in its layer; none at an end.
const next = (graph, node, way) => {
  if (way === "down") return node.outgoers("node.segment")[0];
  if (way === "up") return node.incomers("node.segment")[0];
  const row = node.data("row") + (way === "next" ? 1 : -1);
  return graph.nodes(".segment").filter((one) => one.data("column") === node.data("column") && one.data("row") === row)[0];
};

const onKey = (graph, readout, ways, event) => {
  const chosen = graph.nodes(".segment.chosen")[0];
  if (event.key === "Enter" && chosen && chosen.data("href")) location.assign(chosen.data("href"));
  if (!(event.key in ways)) return;
  event.preventDefault();
  const node = chosen ? next(graph, chosen, ways[event.key]) : graph.nodes(".segment")[0];
  if (node) choose(graph, node, readout);
};

const onZoom = (graph, act) => {
  if (act === "fit") graph.fit(undefined, PADDING);
  else graph.zoom({ level: graph.zoom() * (act === "in" ? 1.3 : 1 / 1.3), renderedPosition: { x: graph.width() / 2, y: graph.height() / 2 } });
};

// ---- The figure ----

// Cytoscape looks for an element of this name before it writes a style into the page, which the policy forbids; ours is
// in parts.css.
document.head.append(Object.assign(document.createElement("meta"), { id: "__________cytoscape_stylesheet" }));

const draw = (figure) => {
  const [place, readout] = [figure.querySelector(".plot"), figure.querySelector(".readout")];
  const font = getComputedStyle(document.body).fontFamily;
  const upright = place.clientWidth < NARROW;
  const graph = cytoscape({
    container: place,
    elements: elementsOf([...figure.querySelectorAll(".segments > li")].map(segmentOf), upright),
    style: styleOf(font, upright),
    layout: { name: "preset", fit: true, padding: PADDING },
    // The wheel scrolls the page; buttons zoom.
    userZoomingEnabled: false,
    boxSelectionEnabled: false,
    autoungrabify: true,
    maxZoom: 1.3,
  });
  graph.on("tap", "node", (event) => choose(graph, event.target, readout));
  place.addEventListener("keydown", (event) => onKey(graph, readout, upright ? UPRIGHT_WAYS : WAYS, event));
  for (const button of figure.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => onZoom(graph, button.dataset.zoom));
  whenResized(place, () => graph.resize().fit(undefined, PADDING));
  whenThemeChanges(() => graph.style(styleOf(font, upright)));
};

whereverThereIs("figure.chain", draw);
