/** Nodes between two chances for others to have their turn. */
const ITEMS_PER_TURN = 20_000;

/**
 * Finds the strongly connected components of a graph, by Tarjan's algorithm without recursion: a
 * component comes after all that it leads to. Yields now and then.
 *
 * @param offsets where the targets of each node begin; one more than there are nodes
 * @returns the number of each node's component, in the order in which components are found
 */
export function* componentsOf(
  offsets: Int32Array,
  targets: Int32Array,
): Generator<void, Int32Array> {
  const nodes = offsets.length - 1;
  const component = new Int32Array(nodes).fill(-1);
  /** When a node was met, from 1 on; 0 for one that was not. */
  const met = new Int32Array(nodes);
  const low = new Int32Array(nodes);
  const next = offsets.slice(0, nodes);
  const open = new Int32Array(nodes);
  const path = new Int32Array(nodes);
  let openCount = 0;
  let clock = 0;
  let found = 0;
  let turn = ITEMS_PER_TURN;
  for (let root = 0; root < nodes; root += 1) {
    if (met[root] !== 0) continue;
    if (clock >= turn) {
      turn = clock + ITEMS_PER_TURN;
      yield;
    }
    let depth = 0;
    path[0] = root;
    while (depth >= 0) {
      const node = path[depth] ?? 0;
      if (met[node] === 0) {
        clock += 1;
        met[node] = clock;
        low[node] = clock;
        open[openCount] = node;
        openCount += 1;
      }
      const at = next[node] ?? 0;
      if (at < (offsets[node + 1] ?? 0)) {
        const target = targets[at] ?? 0;
        if (met[target] === 0) {
          // Seen again when the way comes back from it, to take over how low it reaches.
          depth += 1;
          path[depth] = target;
          continue;
        }
        next[node] = at + 1;
        if (component[target] === -1) low[node] = Math.min(low[node] ?? 0, low[target] ?? 0);
        continue;
      }
      if (low[node] === met[node]) {
        let member = -1;
        while (member !== node) {
          openCount -= 1;
          member = open[openCount] ?? node;
          component[member] = found;
        }
        found += 1;
      }
      depth -= 1;
    }
  }
  return component;
}
