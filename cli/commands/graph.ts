import { Command } from 'commander';
import type { Fault, TypeTally } from '../../db/graph/faults.ts';
import type { GraphProgress, GraphReport } from '../../db/graph/verify-graph.ts';
import type { Stores } from '../graph/stores.ts';
import { numberOption, withExamples } from '../options.ts';
import type { Column } from '../output/column.ts';
import type { Output } from '../output/output.ts';
import { type CommonOptions, openOutput } from '../session.ts';
import { note, type Terminal } from '../terminal.ts';

/** `cmdb graph` */
export function graphCommand(terminal: Terminal): Command {
  const command = new Command('graph').description('the graph, compared with the inventory');
  command.addCommand(verifyCommand(terminal));
  command.addCommand(rebuildCommand(terminal));
  return command;
}

interface VerifyOptions extends CommonOptions {
  limit: number;
  wait: number;
}

function verifyCommand(terminal: Terminal): Command {
  const command = new Command('verify')
    .description('whether Neo4j holds what PostgreSQL says: each item and each relationship')
    .addOption(
      numberOption('-n, --limit <number>', 'faults of each sort to name', {
        from: 0,
        to: 10_000,
        fallback: 20,
      }),
    )
    .addOption(
      numberOption('--wait <seconds>', 'for what changed and is not published yet', {
        from: 0,
        to: 3_600,
        fallback: 10,
      }),
    )
    .option('--json', 'the report as JSON')
    .addHelpText('after', `\n${READS_STORES} Discoveries may run meanwhile.`)
    .action(async (options: VerifyOptions) => {
      const report = await withStores(terminal, 'cmdb-graph-verify', async (stores, onProgress) => {
        const { verifyGraph } = await import('../../db/graph/verify-graph.ts');
        return verifyGraph(stores.db, stores.graph, {
          faults_told: options.limit,
          wait_ms: options.wait * 1_000,
          onProgress,
        });
      });
      const output = openOutput(terminal, options);
      if (output.format === 'json') output.json(report);
      else showReport(terminal, output, report);
      if (report.is_equal) return;
      terminal.endWith(faultsOf(report) > 0 ? 'graph_differs' : 'graph_behind');
    });
  return withExamples(
    command,
    'cmdb graph verify',
    'cmdb graph verify --json | jq -r .faults[].id',
  );
}

function rebuildCommand(terminal: Terminal): Command {
  const command = new Command('rebuild')
    .description('make Neo4j hold what PostgreSQL says, and nothing else')
    .option('--json', 'what was done as JSON')
    .addHelpText(
      'after',
      `\n${READS_STORES} Everything goes on meanwhile; PostgreSQL answers in the place\n` +
        'of the graph. If it is interrupted, run it again: what is right already is not written again.',
    )
    .action(async (options: CommonOptions) => {
      const rebuilt = await withStores(
        terminal,
        'cmdb-graph-rebuild',
        async (stores, onProgress) => {
          const { rebuildGraph } = await import('../../db/graph/rebuild-graph.ts');
          const { signal } = new AbortController();
          return rebuildGraph(stores.db, stores.graph, { signal, onProgress });
        },
      );
      const output = openOutput(terminal, options);
      if (output.format === 'json') return output.json(rebuilt);
      const { nodes_written, nodes_removed, edges_written, edges_removed } = rebuilt;
      output.line(
        `${count(nodes_written)} nodes and ${count(edges_written)} relationships written, ` +
          `${count(nodes_removed)} and ${count(edges_removed)} removed.`,
      );
    });
  return withExamples(command, 'cmdb graph rebuild && cmdb graph verify');
}

const READS_STORES =
  'It reads the stores themselves, at DATABASE_URL and NEO4J_URI, as the worker does.';

/** Runs what needs both stores, with a bar on a terminal. */
async function withStores<T>(
  terminal: Terminal,
  name: string,
  work: (stores: Stores, onProgress: (progress: GraphProgress) => void) => Promise<T>,
): Promise<T> {
  const { explainStoreFailure, openStores } = await import('../graph/stores.ts');
  const { rowProgress } = await import('../backup/row-progress.ts');
  try {
    await using stores = openStores(terminal, name);
    using bar = rowProgress(terminal);
    return await work(stores, ({ kind, ...rows }) => bar.show({ table: kind, ...rows }));
  } catch (error) {
    throw explainStoreFailure(error);
  }
}

const TYPE_COLUMNS: ReadonlyArray<Column<TypeTally>> = [
  { name: 'kind', value: (row) => row.kind, colour: () => 'dim' },
  { name: 'type', value: (row) => row.type, gives: true },
  { name: 'postgres', value: (row) => row.in_postgres, align: 'right' },
  { name: 'neo4j', value: (row) => row.in_graph, align: 'right' },
  ...(['missing', 'superfluous', 'differing'] as const).map(
    (sort): Column<TypeTally> => ({
      name: sort,
      value: (row) => row[sort],
      align: 'right',
      colour: (row) => (row[sort] > 0 ? 'red' : 'dim'),
    }),
  ),
  { name: 'hash', value: (row) => hashCell(row) },
];

const FAULT_COLUMNS: ReadonlyArray<Column<Fault>> = [
  { name: 'fault', value: (row) => row.sort, colour: () => 'red' },
  { name: 'kind', value: (row) => row.kind, colour: () => 'dim' },
  { name: 'type', value: (row) => row.type },
  { name: 'id', value: (row) => row.id },
  { name: 'source_ci_id', value: (row) => row.source_ci_id },
  { name: 'fields', value: (row) => row.fields.join(' '), gives: true },
];

/** The first digits are enough to see that two are the same. */
function hashCell({ hash_postgres, hash_graph }: TypeTally): string {
  const [one, other] = [hash_postgres.slice(0, 8), hash_graph.slice(0, 8)];
  return hash_postgres === hash_graph ? one : `${one} ≠ ${other}`;
}

function showReport(terminal: Terminal, output: Output, report: GraphReport): void {
  output.table(report.types, TYPE_COLUMNS);
  if (report.faults.length > 0) {
    output.line();
    output.table(report.faults, FAULT_COLUMNS);
  }
  const faults = faultsOf(report);
  if (faults > report.faults.length)
    note(terminal, `${count(faults)} faults, not all of them named.`);
  if (report.waiting > 0) {
    note(
      terminal,
      `${count(report.waiting)} changed since the last publication and wait for the next one; ` +
        `the graph is ${count(report.commits_behind)} commits behind.`,
    );
  }
  if (report.is_equal) output.line('\nThe graph holds what the inventory says.');
  else if (faults > 0)
    note(terminal, 'The graph is not what the inventory says: cmdb graph rebuild.');
}

function faultsOf({ missing, superfluous, differing }: GraphReport): number {
  return missing + superfluous + differing;
}

function count(number: number): string {
  return number.toLocaleString('en');
}
