// What a chart draws is what the table beside it says: its first column names the rows, its numeric columns are series.

const numberIn = (cell) => {
  const text = cell.dataset.value === undefined ? cell.textContent : cell.dataset.value;
  const found = text.trim().replace(/[−–]/, "-").match(/^[-+]?\d[\d,]*(\.\d+)?/);
  return found ? Number(found[0].replace(/,/g, "")) : null;
};

const textOf = (cell) => cell.textContent.replace(/\s+/g, " ").trim();

// Columns of a head with `data-series`: its place, its words, and how it is drawn.
const seriesOf = (table) =>
  [...table.tHead.rows[0].cells]
    .map((cell, column) => ({ column, name: textOf(cell), look: cell.dataset.series }))
    .filter((one) => one.look !== undefined);

const rowOf = (row, series) => {
  const head = row.cells[0];
  const time = head.querySelector("time");
  return {
    name: textOf(head),
    code: head.dataset.code || textOf(head),
    // Without its zone, so that a chart shows the clock that the table does, wherever it is looked at.
    date: time ? time.dateTime.replace(/(T[\d:.]+)(Z|[+-]\d\d:\d\d)$/, "$1") : null,
    values: series.map((one) => numberIn(row.cells[one.column])),
    texts: series.map((one) => textOf(row.cells[one.column])),
  };
};

// A table as {series: [{name, look}], rows: [{name, code, date, values, texts}]}; what is no number is null. Rows with
// `data-apart` are for reading only.
export const readTable = (table) => {
  const series = seriesOf(table);
  return { series, rows: [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => row.dataset.apart === undefined).map((row) => rowOf(row, series)) };
};
