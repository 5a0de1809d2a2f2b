// Radars, bars and lines, drawn from the table in the same figure. README.md shows the markup.
// Colours are tokens of tokens.css by name, so that a drawn chart follows the theme and prints in dark ink.
import { init } from "../vendor/echarts-6.1.0/echarts.js";
import { readTable } from "./table.js";
import { whenResized, whereverThereIs } from "./page.js";

// With more axes than this their names find no room: codes stand there, and names in the tooltip and the table.
const NAMED = 12;

const LOOKS = {
  Verified: { colour: "var(--verified)", dash: "solid", symbol: "circle", area: 0.14 },
  SelfAssessed: { colour: "var(--self)", dash: [7, 4], symbol: "circle", hollow: true },
  Bound: { colour: "var(--soft)", dash: [1, 4], symbol: "none" },
  1: { colour: "var(--series-1)", dash: "solid", symbol: "circle" },
  2: { colour: "var(--series-2)", dash: [8, 4], symbol: "rect" },
  3: { colour: "var(--series-3)", dash: [2, 3], symbol: "triangle" },
  4: { colour: "var(--series-4)", dash: [10, 3, 2, 3], symbol: "diamond" },
  5: { colour: "var(--series-5)", dash: [4, 2], symbol: "circle", hollow: true },
  6: { colour: "var(--series-6)", dash: [12, 5], symbol: "rect", hollow: true },
};

const stroke = (look) => ({
  lineStyle: { color: look.colour, width: 2, type: look.dash, cap: "round" },
  itemStyle: { color: look.hollow ? "var(--paper)" : look.colour, borderColor: look.colour, borderWidth: 1.5 },
  symbol: look.symbol,
  symbolSize: 6,
});

// ---- Words on a chart ----

const words = (size = 13, token = "ink") => ({ color: `var(--${token})`, fontSize: size });

// A tooltip's content as elements: text written as HTML would need inline style, which the policy forbids.
const listed = (title, pairs) => {
  const box = document.createElement("div");
  box.className = "tip";
  box.append(Object.assign(document.createElement("strong"), { textContent: title }));
  for (const [name, text] of pairs) {
    const line = document.createElement("div");
    line.append(name, " ", Object.assign(document.createElement("span"), { textContent: text }));
    box.append(line);
  }
  return box;
};

const tooltip = (formatter, trigger) => ({
  trigger,
  formatter,
  confine: true,
  transitionDuration: 0,
  backgroundColor: "var(--paper)",
  borderColor: "var(--strong)",
  borderWidth: 1,
  shadowBlur: 0,
  textStyle: words(13),
  axisPointer: { type: "line", lineStyle: { color: "var(--strong)" }, animation: false },
});

const rowTip = (read) => (found) => {
  const row = read.rows[(Array.isArray(found) ? found[0] : found).dataIndex];
  return listed(row.name, read.series.map((one, at) => [one.name, row.texts[at]]));
};

// ---- Kinds of charts ----

const isNarrow = () => matchMedia("(max-width: 30rem)").matches;

// The library cuts names of axes off at the edge; so they are broken before it, between words or letters of Chinese.
const LETTER = 13;
const widthOf = (text) => [...text].reduce((sum, one) => sum + (one > "\u2e7f" ? LETTER : LETTER * 0.56), 0);

const broken = (name, room) => {
  const lines = [""];
  for (const part of name.match(/[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*/g) || []) {
    const line = lines[lines.length - 1];
    if (line && widthOf(line + part.trim()) > room) lines.push(part);
    else lines[lines.length - 1] += part;
  }
  return lines.map((line) => line.trim()).join("\n");
};

const radar = (read, most) => ({
  tooltip: tooltip((found) => listed(found.name, read.rows.map((row) => [row.name, row.texts[found.dataIndex]])), "item"),
  radar: {
    indicator: read.rows.map((row) => ({ name: read.rows.length > NAMED ? row.code : row.name, max: most, min: 0 })),
    center: ["50%", "50%"],
    radius: read.rows.length > NAMED ? "80%" : isNarrow() ? "44%" : "68%",
    splitNumber: 4,
    axisNameGap: 10,
    axisName: { ...words(isNarrow() ? 12 : 13), lineHeight: 16, formatter: (name) => broken(name, isNarrow() ? 84 : 120) },
    axisLine: { lineStyle: { color: "var(--line)" } },
    splitLine: { lineStyle: { color: "var(--line)" } },
    splitArea: { show: false },
  },
  series: [
    {
      type: "radar",
      emphasis: { disabled: true },
      data: read.series.map((one, at) => ({
        ...stroke(LOOKS[one.look]),
        areaStyle: LOOKS[one.look].area && { color: LOOKS[one.look].colour, opacity: LOOKS[one.look].area },
        name: one.name,
        value: read.rows.map((row) => row.values[at]),
      })),
    },
  ],
});

const axis = (more) => ({
  axisLabel: words(12, "soft"),
  axisLine: { lineStyle: { color: "var(--strong)" } },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: "var(--line)" } },
  ...more,
});

const bar = (look) =>
  look === LOOKS.Bound
    ? { itemStyle: { color: "transparent", borderColor: "var(--strong)", borderWidth: 1, borderType: [3, 2] } }
    : { itemStyle: { color: look.colour } };

const bars = (read, most) => ({
  tooltip: tooltip(rowTip(read), "axis"),
  grid: { left: 4, right: 24, top: 8, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
  xAxis: axis({ type: "value", min: 0, max: most }),
  yAxis: axis({
    type: "category",
    inverse: true,
    data: read.rows.map((row) => row.name),
    axisLabel: { ...words(13), width: 130, overflow: "truncate" },
  }),
  series: read.series.map((one, at) => ({
    ...bar(LOOKS[one.look]),
    type: "bar",
    name: one.name,
    barMaxWidth: 14,
    emphasis: { disabled: true },
    data: read.rows.map((row) => row.values[at]),
  })),
});

// A tick says as much of a time as the ticks beside it differ in.
const TIMES = { year: "{yyyy}", month: "{yyyy}-{MM}", day: "{yyyy}-{MM}-{dd}", hour: "{MM}-{dd} {HH}:{mm}", minute: "{HH}:{mm}", second: "{HH}:{mm}:{ss}" };

const lines = (read, most) => ({
  tooltip: tooltip(rowTip(read), "axis"),
  grid: { left: 4, right: 16, top: 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
  xAxis: axis({ type: "time", splitLine: { show: false }, axisLabel: { ...words(12, "soft"), formatter: TIMES, hideOverlap: true } }),
  yAxis: axis({ type: "value", min: 0, max: most, interval: most && most / 4 }),
  series: read.series.map((one, at) => ({
    ...stroke(LOOKS[one.look]),
    type: "line",
    name: one.name,
    showSymbol: true,
    emphasis: { disabled: true },
    data: read.rows.map((row) => [row.date, row.values[at]]),
  })),
});

const KINDS = { radar, bars, lines };

// ---- The key: each series as it is drawn ----

const shape = (name, attributes) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

const SYMBOLS = {
  none: () => [],
  circle: (paint) => [shape("circle", { cx: 15, cy: 6, r: 3.5, ...paint })],
  rect: (paint) => [shape("rect", { x: 12, y: 3, width: 6, height: 6, ...paint })],
  triangle: (paint) => [shape("path", { d: "M15 2l4 7h-8z", ...paint })],
  diamond: (paint) => [shape("path", { d: "M15 1.5l4 4.5-4 4.5-4-4.5z", ...paint })],
};

const lineSwatch = (look) => {
  const dash = look.dash === "solid" ? "none" : look.dash.join(" ");
  const line = shape("path", { d: "M1 6H29", fill: "none", stroke: look.colour, "stroke-width": 2, "stroke-dasharray": dash, "stroke-linecap": "round" });
  return [line, ...SYMBOLS[look.symbol]({ fill: look.hollow ? "var(--paper)" : look.colour, stroke: look.colour, "stroke-width": 1.5 })];
};

const barSwatch = (look) =>
  look === LOOKS.Bound
    ? [shape("rect", { x: 1, y: 1, width: 28, height: 10, fill: "none", stroke: "var(--strong)", "stroke-dasharray": "3 2" })]
    : [shape("rect", { x: 0, y: 0, width: 30, height: 12, fill: look.colour })];

// The page names the series in its key, in the order of the columns; here each gets its picture, so that nothing moves.
const paintKey = (figure, read) => {
  [...figure.querySelectorAll(".key > li")].forEach((item, at) => {
    const picture = shape("svg", { class: "swatch", viewBox: "0 0 30 12", "aria-hidden": "true", focusable: "false" });
    picture.append(...(figure.dataset.chart === "bars" ? barSwatch : lineSwatch)(LOOKS[read.series[at].look]));
    item.prepend(picture);
  });
};

// ---- Drawing ----

// What every chart shares; a colour that is no colour of its own keeps nothing back from the theme.
const COMMON = { animation: false, backgroundColor: "transparent", aria: { enabled: false }, darkMode: false };

// With the frame of its coordinates, a chart shrinks to a sheet of paper as a picture does.
const frame = (place, chart) => {
  place.querySelector("svg").setAttribute("viewBox", `0 0 ${chart.getWidth()} ${chart.getHeight()}`);
};

const draw = (figure) => {
  const place = figure.querySelector(".plot");
  const read = readTable(figure.querySelector("table"));
  const option = KINDS[figure.dataset.chart](read, Number(figure.dataset.most) || undefined);
  const chart = init(place, null, { renderer: "svg", locale: document.documentElement.lang.startsWith("zh") ? "ZH" : "EN" });
  chart.setOption({ ...COMMON, textStyle: { fontFamily: getComputedStyle(place).fontFamily }, ...option });
  paintKey(figure, read);
  frame(place, chart);
  whenResized(place, () => {
    chart.resize();
    frame(place, chart);
  });
};

whereverThereIs("figure[data-chart]", draw);
