// The SPARQL editor, in the place of a plain form that works without scripts:
//   <div id="sparql" data-endpoint="/sparql" data-tab="查询" data-label="查询语句" data-size="每页行数"
//     data-prefixes='{"dqv": "…"}'><form action="/sparql"><textarea name="query">…
// Buttons with data-query put their query into the open tab. Load vendor/yasgui-…/yasgui.css and css/sparql.css as well.
import Yasgui from "../vendor/yasgui-4.6.2/yasgui.js";
import { whereverThereIs } from "./page.js";

const prefixLines = (prefixes) => Object.entries(prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`).sort();

// The editor takes its endpoint from an address that names one, even above a function: no address may send a query away.
const forgetEndpoint = () => {
  const said = new URLSearchParams(location.hash.slice(1));
  if (!said.has("endpoint")) return;
  said.delete("endpoint");
  history.replaceState(history.state, "", `#${said}`);
};

const optionsOf = (place, prefixes, query) => ({
  autofocus: false,
  persistenceId: "danao-sparql",
  tabName: place.dataset.tab,
  // A function stands above what this browser has stored from earlier visits.
  requestConfig: { endpoint: () => new URL(place.dataset.endpoint, location.href).href, method: "POST" },
  endpointCatalogueOptions: { getData: () => [] },
  yasqe: { value: query, screenReaderLabel: place.dataset.label },
  yasr: { prefixes },
});

// Names for what the editor leaves without one, each time that it writes its results anew.
const name = (place) => {
  for (const select of place.querySelectorAll(".yasr select:not([aria-label])")) select.setAttribute("aria-label", place.dataset.size);
  for (const title of place.querySelectorAll(".yasr th .dt-column-title:empty")) title.textContent = "#";
};

whereverThereIs("#sparql", (place) => {
  const prefixes = JSON.parse(place.dataset.prefixes);
  const query = place.querySelector("textarea").value;
  Yasgui.Yasqe.Autocompleters.prefixes.get = () => Promise.resolve(prefixLines(prefixes));
  forgetEndpoint();
  place.replaceChildren();
  const editor = new Yasgui(place, optionsOf(place, prefixes, query));
  new MutationObserver(() => name(place)).observe(place, { childList: true, subtree: true });
  // In a list of tabs, only tabs are understood.
  place.querySelector("button.addTab").setAttribute("role", "tab");
  for (const button of document.querySelectorAll("button[data-query]"))
    button.addEventListener("click", () => editor.getTab().setQuery(button.dataset.query));
});
