// A heat map of many rows: one picture of all of them, with a cursor that reads out the cell below it.
// The page's own tables say the same; the picture is for seeing what many rows have in common.
// Its data comes from the address in data-source: {columns: [{code, name}], rows: [{name, href, values: [0…100 or null]}]}.
import { colour, whenResized, whenThemeChanges, whereverThereIs } from "./page.js";

const HEAD = 44;
const STEPS = 10;
// Rows that are at least so high are parted, and named beside them where that leaves room for the codes of columns.
const PARTED = 16;
const ROOM = 13;
// What a sheet of paper has room for, in its own pixels.
const SHEET = { width: 680, row: 22, most: 900 };

// All cells, one pixel each; what does not apply stays empty.
const painted = ({ columns, rows }) => {
  const picture = Object.assign(document.createElement("canvas"), { width: columns.length, height: rows.length });
  const pen = picture.getContext("2d");
  const shades = Array.from({ length: STEPS + 1 }, (_, step) => colour(`heat-${step}`));
  rows.forEach((row, y) =>
    row.values.forEach((value, x) => {
      if (value === null) return;
      pen.fillStyle = shades[Math.round((value / 100) * STEPS)];
      pen.fillRect(x, y, 1, 1);
    }),
  );
  return picture;
};

const writeHead = (pen, view) => {
  const { columns } = view.data;
  const wide = wideOf(view);
  const upright = columns.some((column) => pen.measureText(column.code).width > wide - 4);
  columns.forEach((column, at) => {
    pen.save();
    pen.translate(view.side + (at + 0.5) * wide, HEAD - 6);
    pen.rotate(upright ? -Math.PI / 2 : 0);
    pen.textAlign = upright ? "left" : "center";
    pen.textBaseline = upright ? "middle" : "alphabetic";
    pen.fillText(column.code, 0, 0);
    pen.restore();
  });
};

const wideOf = (view) => (view.width - view.side) / view.data.columns.length;
const highOf = (view) => (view.height - HEAD) / view.data.rows.length;

// A text as far as there is room for it.
const fitted = (pen, text, room) => {
  if (pen.measureText(text).width <= room) return text;
  let end = text.length;
  while (end && pen.measureText(`${text.slice(0, end)}…`).width > room) end -= 1;
  return `${text.slice(0, end)}…`;
};

const writeNames = (pen, view) => {
  const high = highOf(view);
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  view.data.rows.forEach((row, at) => pen.fillText(fitted(pen, row.name, view.side - 16), 8, HEAD + (at + 0.5) * high));
};

// Lines of the ground between cells, so that equal ones are told apart.
const drawGaps = (pen, view) => {
  const [wide, high] = [wideOf(view), highOf(view)];
  pen.fillStyle = colour("paper");
  for (let row = 0; row < view.data.rows.length; row += 1) pen.fillRect(0, Math.round(HEAD + row * high), view.width, 1);
  for (let column = 0; column < view.data.columns.length; column += 1) pen.fillRect(Math.round(view.side + column * wide), HEAD, 1, view.height - HEAD);
};

// A cell's box in pixels of the page.
const boxOf = (view, { column, row }) => {
  const [wide, high] = [wideOf(view), highOf(view)];
  return [view.side + column * wide, HEAD + row * high, wide, high];
};

const drawCursor = (pen, view) => {
  const [x, y, wide, high] = boxOf(view, view.cursor);
  pen.strokeStyle = colour("focus");
  pen.lineWidth = 2;
  pen.strokeRect(x, y - Math.max(0, (6 - high) / 2), wide, Math.max(high, 6));
};

const draw = (view) => {
  const { canvas, data, width, height } = view;
  const scale = devicePixelRatio || 1;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.fillStyle = colour("soft");
  pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  writeHead(pen, view);
  // Rows thinner than a pixel are blended; others keep sharp edges.
  pen.imageSmoothingEnabled = (height - HEAD) * scale < data.rows.length;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(view.picture, view.side, HEAD, width - view.side, height - HEAD);
  if (view.side) writeNames(pen, view);
  if (view.parted) drawGaps(pen, view);
  if (view.cursor) drawCursor(pen, view);
};

// ---- The cursor ----

const within = (value, number) => Math.min(Math.max(value, 0), number - 1);

const move = (view, column, row) => {
  view.cursor = { column: within(column, view.data.columns.length), row: within(row, view.data.rows.length) };
  tell(view);
  draw(view);
};

const tell = ({ data, cursor, readout, figure }) => {
  const column = data.columns[cursor.column];
  const row = data.rows[cursor.row];
  const value = row.values[cursor.column];
  const link = Object.assign(document.createElement("a"), { href: row.href, textContent: row.name });
  readout.replaceChildren(link, ` · ${column.code} ${column.name} · ${value === null ? figure.dataset.none : `${value} %`}`);
};

const follow = (view) => {
  location.assign(view.data.rows[view.cursor.row].href);
};

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], PageUp: [0, -20], PageDown: [0, 20] };

const onKey = (view, event) => {
  const at = view.cursor || { column: 0, row: 0 };
  if (event.key === "Enter" && view.cursor) follow(view);
  if (!(event.key in ARROWS)) return;
  event.preventDefault();
  const [right, down] = view.cursor ? ARROWS[event.key] : [0, 0];
  move(view, at.column + right, at.row + down);
};

const onPointer = (view, event) => {
  const box = view.canvas.getBoundingClientRect();
  const column = Math.floor((event.clientX - box.left - view.side) / wideOf(view));
  const row = Math.floor((event.clientY - box.top - HEAD) / highOf(view));
  if (row >= 0) move(view, column, row);
};

// ---- The figure ----

const sized = (view, width, height) => {
  Object.assign(view, { width, height });
  const side = Math.min(160, width * 0.28);
  view.parted = highOf(view) >= PARTED;
  view.side = view.parted && (width - side) / view.data.columns.length >= ROOM ? side : 0;
  if (width && height) draw(view);
};

const measure = (view) => sized(view, view.place.clientWidth, view.place.clientHeight);

const repaint = (view) => {
  view.picture = painted(view.data);
  measure(view);
};

// On paper in the light theme, as wide as the sheet.
const print = (view) => {
  const root = document.documentElement;
  const theme = root.dataset.theme;
  root.dataset.theme = "light";
  view.picture = painted(view.data);
  sized(view, SHEET.width, Math.min(HEAD + view.data.rows.length * SHEET.row, SHEET.most));
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
};

const show = (figure, data) => {
  const place = figure.querySelector(".plot");
  const canvas = document.createElement("canvas");
  const view = { figure, place, canvas, data, readout: figure.querySelector(".readout"), cursor: null };
  place.append(canvas);
  place.addEventListener("keydown", (event) => onKey(view, event));
  canvas.addEventListener("pointermove", (event) => onPointer(view, event));
  canvas.addEventListener("click", () => view.cursor && follow(view));
  repaint(view);
  whenResized(place, () => measure(view));
  whenThemeChanges(() => repaint(view));
  addEventListener("beforeprint", () => print(view));
  addEventListener("afterprint", () => repaint(view));
};

// The data of a figure; none where it cannot be read.
const fetched = async (figure) => {
  try {
    const answer = await fetch(figure.dataset.source, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
};

whereverThereIs("figure[data-source]", async (figure) => {
  const data = await fetched(figure);
  if (!data) figure.querySelector(".readout").textContent = figure.dataset.fault;
  else if (data.rows.length && data.columns.length) show(figure, data);
});
