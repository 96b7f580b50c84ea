import { interpreterName } from './program-name.ts';
import type { OsProcess } from './snapshot.ts';
import { type Recognised, recognise } from './software.ts';

/** Processes that are one program: a server and the workers that it forked. */
export interface Program {
  root: OsProcess;
  processes: OsProcess[];
  recognised: Recognised | null;
  /** What it is called: product, own title or executable; `node` for an untitled script. */
  label: string;
  /** The part of a native id that its unit gives it; null outside of units. */
  unit_part: string | null;
}

/**
 * Groups processes into programs, each named by its topmost ancestor that runs the same: the
 * postmaster for a PostgreSQL backend, the master for an nginx worker, the daemon for an sshd
 * session. A `cmdb-api` below a `cmdb-start` is a program of its own although both are `node`.
 *
 * @returns the program of each process, by pid
 */
export function groupPrograms(processes: readonly OsProcess[]): Map<number, Program> {
  const byPid = new Map(processes.map((process) => [process.pid, process]));
  const mains = unitMains(processes, byPid);
  const byRoot = new Map<number, Program>();
  const byMember = new Map<number, Program>();
  for (const process of processes) {
    const root = rootOf(process, byPid);
    const program = byRoot.get(root.pid) ?? toProgram(root, mains);
    program.processes.push(process);
    byRoot.set(root.pid, program);
    byMember.set(process.pid, program);
  }
  return byMember;
}

/** Product, title, interpreter or file name: what two processes of one program share. */
function labelOf(process: OsProcess, recognised: Recognised | null): string {
  const { executable, title } = process;
  if (recognised) return recognised.software.product;
  return title ?? (executable && interpreterName(executable)) ?? executable ?? 'unknown';
}

function toProgram(root: OsProcess, mains: ReadonlyMap<string, OsProcess>): Program {
  const recognised = recognise(root);
  const label = labelOf(root, recognised);
  return { root, processes: [], recognised, label, unit_part: unitPart(root, recognised, mains) };
}

/**
 * A unit is one item, whatever it starts – but a known product inside of another's unit (a
 * database that an application's launcher brought along) is an item of its own.
 */
function unitPart(
  root: OsProcess,
  recognised: Recognised | null,
  mains: ReadonlyMap<string, OsProcess>,
): string | null {
  if (root.unit === null) return null;
  const main = mains.get(root.unit);
  const mainProduct = main ? recognise(main)?.software.product : undefined;
  const product = recognised?.software.product;
  const isOwnItem = product !== undefined && main !== root && product !== mainProduct;
  return isOwnItem ? `unit/${root.unit}/${product}` : `unit/${root.unit}`;
}

/** The main process of each unit: the one that was not started by another of the same unit. */
function unitMains(
  processes: readonly OsProcess[],
  byPid: ReadonlyMap<number, OsProcess>,
): Map<string, OsProcess> {
  const mains = new Map<string, OsProcess>();
  for (const process of processes) {
    if (process.unit === null) continue;
    if (byPid.get(process.parent_pid)?.unit === process.unit) continue;
    // What a unit's process left behind is adopted by init; the main process started before it.
    const earlier = mains.get(process.unit);
    if (!earlier || process.pid < earlier.pid) mains.set(process.unit, process);
  }
  return mains;
}

function rootOf(process: OsProcess, byPid: ReadonlyMap<number, OsProcess>): OsProcess {
  let root = process;
  const seen = new Set<number>();
  // Processes are not read at one instant: a pid that was used again could make a circle.
  while (!seen.has(root.pid)) {
    seen.add(root.pid);
    const parent = byPid.get(root.parent_pid);
    if (!parent || !runsTheSame(root, parent)) break;
    root = parent;
  }
  return root;
}

function runsTheSame(child: OsProcess, parent: OsProcess): boolean {
  if (labelOf(child, recogniseAlone(child)) !== labelOf(parent, recogniseAlone(parent))) {
    return false;
  }
  // Two untitled scripts of one interpreter are two programs unless they run the same file.
  return child.entry_point === parent.entry_point;
}

/** Without the unit: it says what the unit is, not that this process is that too. */
function recogniseAlone(process: OsProcess): Recognised | null {
  return recognise({ ...process, unit: null });
}
