// Writes the browser bundles under danao/web/static/vendor from what npm installed here, with licences and digests.
// `--check` writes nothing and fails where what is committed differs. `make vendor` installs and runs this.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const TARGET = join(HERE, "../danao/web/static/vendor");
const MODULES = join(HERE, "node_modules");
const LOCK = JSON.parse(readFileSync(join(HERE, "package-lock.json"), "utf8")).packages;

const FREE = new Set(["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-4.0", "CC0-1.0", "ISC", "MIT"]);
// Of several licences the one taken, and what a package says in its licence file alone.
const TAKEN = { "(MPL-2.0 OR Apache-2.0)": "Apache-2.0", "(CC-BY-4.0 AND MIT)": "CC-BY-4.0 AND MIT" };
const SAID = { jsuri: "MIT" };

const read = (path) => readFileSync(join(MODULES, path), "utf8");

const copied = (path) => read(path).replace(/^\/\/# sourceMappingURL=.*$/gm, "").trimEnd() + "\n";

const built = async (contents) => {
  const made = await build({
    stdin: { contents, resolveDir: HERE },
    bundle: true,
    minify: true,
    charset: "utf8",
    format: "esm",
    target: "chrome90",
    legalComments: "none",
    // A fallback for browsers without JSON, which the policy of our pages would not run.
    logOverride: { "direct-eval": "silent" },
    define: { "process.env.NODE_ENV": '"production"' },
    write: false,
  });
  return made.outputFiles[0].text;
};

// Each piece must stand exactly as often as said: a new version that says it otherwise is looked at, not shipped.
const replaced = (text, changes) =>
  changes.reduce((sofar, [piece, times, instead]) => {
    const count = sofar.split(piece).length - 1;
    if (count !== times) throw new Error(`${piece} stands ${count} times, not ${times}.`);
    return sofar.split(piece).join(instead);
  }, text);

// Yasgui asks a public endpoint unless told otherwise, and offers prefixes that anybody may have entered on a public
// page, advertisements among them. Ours come from the page, see js/sparql.js.
const CHANGES = [
  ["https://dbpedia.org/sparql", 2, "/sparql"],
  [', { endpoint: "https://query.wikidata.org/bigdata/namespace/wdq/sparql" }', 1, ""],
];

const PREFIXES = /(?:[\w$]+ = "[a-z][a-z0-9+.-]*:[^"<>]*",\s*)*prefixes_default = \{[^{}]*\}/;

const yasgui = () => built(replaced(read("@zazuko/yasgui/build/yasgui.esm.js"), CHANGES).replace(PREFIXES, "prefixes_default = {}"));

const BUNDLES = [
  { name: "htmx.org", as: "htmx", files: { "htmx.js": () => copied("htmx.org/dist/htmx.min.js") } },
  { name: "echarts", as: "echarts", files: { "echarts.js": () => built(readFileSync(join(HERE, "echarts.js"), "utf8")) } },
  { name: "cytoscape", as: "cytoscape", files: { "cytoscape.js": () => copied("cytoscape/dist/cytoscape.esm.min.mjs") } },
  {
    name: "@zazuko/yasgui",
    as: "yasgui",
    files: { "yasgui.js": yasgui, "yasgui.css": () => copied("@zazuko/yasgui/build/yasgui.min.css") },
  },
];

// ---- Licences ----

const manifest = (path) => JSON.parse(readFileSync(join(HERE, path, "package.json"), "utf8"));

// Where a package finds another one: its own node_modules, or those above.
const found = (from, name) => {
  for (let base = from; ; base = base.slice(0, Math.max(base.lastIndexOf("/node_modules/"), 0))) {
    const path = `${base ? `${base}/` : ""}node_modules/${name}`;
    if (LOCK[path]) return path;
    if (!base) throw new Error(`${name}, which ${from} needs, is not in package-lock.json: run npm install.`);
  }
};

// A package and everything it needs to run, by where they are installed.
const closure = (path, seen = new Set()) => {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const name of Object.keys(LOCK[path].dependencies || {})) closure(found(path, name), seen);
  return seen;
};

const MIT = readFileSync(join(HERE, "MIT.txt"), "utf8");

// The texts that a package carries; where it only names the MIT licence, its author and that licence's words.
const textsOf = (path, { author, contributors }, free) => {
  const carried = readdirSync(join(HERE, path)).filter((file) => /^(licen[cs]e(-\w+)?|notice|copying)(\.md|\.txt)?$/i.test(file)).sort();
  if (carried.length) return carried.map((file) => readFileSync(join(HERE, path, file), "utf8").replace(/\r/g, "").trim()).join("\n\n");
  if (!["MIT", "CC0-1.0"].includes(free)) throw new Error(`${path} carries no licence text.`);
  const people = [author, ...(contributors || [])].filter(Boolean).map((one) => one.name || one);
  return free === "MIT" ? `Copyright (c) ${people.join(", ")}\n\n${MIT.trim()}` : `Given to everyone by ${people.join(", ")}.`;
};

const licenceOf = (path) => {
  const about = manifest(path);
  const free = TAKEN[about.license] || about.license || SAID[about.name];
  if (!free.split(" AND ").every((one) => FREE.has(one))) throw new Error(`${path} is under "${about.license}", which is none of ${[...FREE].join(", ")}.`);
  return `${about.name} ${about.version} (${free})\n\n${textsOf(path, about, free)}\n`;
};

const licences = (name) => [...closure(`node_modules/${name}`)].sort().map(licenceOf).join(`\n${"=".repeat(72)}\n\n`);

// ---- Files ----

const bundled = async () => {
  const files = {};
  for (const { name, as, files: parts } of BUNDLES) {
    const folder = `${as}-${LOCK[`node_modules/${name}`].version}`;
    for (const [file, make] of Object.entries(parts)) files[`${folder}/${file}`] = await make();
    files[`${folder}/LICENSE.txt`] = licences(name);
  }
  const digest = (text) => createHash("sha256").update(text).digest("hex");
  const lines = Object.keys(files).sort().map((path) => `${digest(files[path])}  ${path}\n`);
  return { ...files, SHA256SUMS: lines.join("") };
};

const write = (files) => {
  rmSync(TARGET, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(TARGET, path)), { recursive: true });
    writeFileSync(join(TARGET, path), text);
  }
};

const differing = (files) =>
  Object.entries(files).filter(([path, text]) => !existsSync(join(TARGET, path)) || readFileSync(join(TARGET, path), "utf8") !== text).map(([path]) => path);

const files = await bundled();
if (process.argv.includes("--check")) {
  const wrong = differing(files);
  if (wrong.length) {
    console.error(`Not what the locked packages give: ${wrong.join(", ")}. Run make vendor and look at the difference.`);
    process.exit(1);
  }
} else {
  write(files);
}
