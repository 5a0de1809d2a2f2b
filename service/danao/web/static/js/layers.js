// Where the boxes of a chain stand: in columns from upstream to downstream, each column ordered to keep lines short.

// The column of each node: one more than its farthest upstream neighbour's. A cycle is cut where it is met again. What
// has nothing upstream stands right before what is next to it, so that no line runs behind a box between them.
const columnsOf = (nodes, upstream) => {
  const columns = new Map();
  const open = new Set();
  const column = (id) => {
    if (columns.has(id)) return columns.get(id);
    open.add(id);
    const before = upstream.get(id).filter((one) => !open.has(one)).map(column);
    open.delete(id);
    columns.set(id, before.length ? Math.max(...before) + 1 : 0);
    return columns.get(id);
  };
  for (const { id } of nodes) column(id);
  for (const { id, downstream } of nodes) {
    const next = downstream.filter((one) => columns.has(one)).map((one) => columns.get(one));
    if (!upstream.get(id).length && next.length) columns.set(id, Math.max(0, Math.min(...next) - 1));
  }
  return columns;
};

const mean = (numbers, otherwise) => (numbers.length ? numbers.reduce((sum, one) => sum + one, 0) / numbers.length : otherwise);

// Nodes by column; within a column, those stand at the height of what they depend on.
const grouped = (nodes, upstream) => {
  const columns = columnsOf(nodes, upstream);
  const groups = [];
  for (const node of nodes) (groups[columns.get(node.id)] ||= []).push(node);
  const place = new Map();
  for (const group of groups) {
    const wish = new Map(group.map((node, at) => [node, mean(upstream.get(node.id).filter((id) => place.has(id)).map((id) => place.get(id)), at)]));
    group.sort((a, b) => wish.get(a) - wish.get(b));
    group.forEach((node, at) => place.set(node.id, at - (group.length - 1) / 2));
  }
  return groups;
};

const sourcesOf = (nodes) => {
  const upstream = new Map(nodes.map((node) => [node.id, []]));
  for (const node of nodes) for (const id of node.downstream) if (upstream.has(id)) upstream.get(id).push(node.id);
  return upstream;
};

// Nodes {id, downstream: [id], width, height} as [{node, x, y, column, row}], in the units of their sizes: from left to
// right, or where `upright` from top to bottom.
export const placed = (nodes, upright, gap = upright ? { along: 40, across: 24 } : { along: 70, across: 34 }) => {
  const [long, wide] = upright ? ["height", "width"] : ["width", "height"];
  const result = [];
  let along = 0;
  grouped(nodes, sourcesOf(nodes)).forEach((group, column) => {
    const length = Math.max(...group.map((node) => node[long]));
    let across = -group.reduce((sum, node) => sum + node[wide] + gap.across, -gap.across) / 2;
    group.forEach((node, row) => {
      const [a, b] = [along + length / 2, across + node[wide] / 2];
      result.push({ node, x: upright ? b : a, y: upright ? a : b, column, row });
      across += node[wide] + gap.across;
    });
    along += length + gap.along;
  });
  return result;
};
