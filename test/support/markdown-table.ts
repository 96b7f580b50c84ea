/**
 * Reads the first table below a heading of a Markdown page.
 *
 * @param heading the text of the heading, of any level
 * @returns a row as its cells by the names of their columns
 */
export function markdownTable(page: string, heading: string): Array<Record<string, string>> {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.replace(/^#+ /, '') === heading && line !== heading);
  if (start === -1) throw new Error(`The page has no heading "${heading}".`);
  const head = lines.findIndex((line, at) => at > start && line.startsWith('|'));
  const end = lines.findIndex((line, at) => at > head && !line.startsWith('|'));
  const [names, , ...rows] = lines.slice(head, end === -1 ? lines.length : end).map(cellsOf);
  if (head === -1 || !names) throw new Error(`Below "${heading}" there is no table.`);
  return rows.map((cells) => {
    if (cells.length !== names.length) throw new Error(`A row of "${heading}" has other columns.`);
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}
