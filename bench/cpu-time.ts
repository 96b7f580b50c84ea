import { readdirSync, readFileSync } from 'node:fs';

/** Seconds of processor time by program: `postgres`, `neo4j`, `temporal`, `worker`, `synthetic`. */
export type CpuSeconds = Readonly<Record<string, number>>;

/** Linux counts in hundredths of a second, whatever its own timer does. */
const TICKS_PER_SECOND = 100;

const PROGRAMS: ReadonlyArray<readonly [name: string, command: RegExp]> = [
  ['postgres', /postgres/],
  ['neo4j', /CommunityEntryPoint/],
  ['temporal', /temporal/],
  ['worker', /cmdb-worker/],
  ['synthetic', /synthetic/],
];

interface Process {
  readonly parent: number;
  readonly command: string;
  readonly seconds: number;
}

/**
 * What the programs of this benchmark have used so far, with their ended children. Unlike wall time
 * it hardly changes when other programs keep the machine busy.
 */
export function cpuSeconds(): CpuSeconds {
  const processes = new Map<number, Process>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const process = readProcess(Number(name));
    if (process) processes.set(Number(name), process);
  }
  const sums = Object.fromEntries(PROGRAMS.map(([name]) => [name, 0]));
  for (const [id, { command, seconds }] of processes) {
    const program = PROGRAMS.find(([, pattern]) => pattern.test(command))?.[0];
    if (program && isOurs(id, processes)) sums[program] = (sums[program] ?? 0) + seconds;
  }
  return sums;
}

/** The stores and this benchmark are started by one launcher. */
function isOurs(id: number, processes: ReadonlyMap<number, Process>): boolean {
  for (let at: number | undefined = id; at; at = processes.get(at)?.parent) {
    if (at === process.ppid) return true;
  }
  return false;
}

function readProcess(id: number): Process | null {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const times = fields.slice(11, 15).map(Number);
    return {
      parent: Number(fields[1]),
      command: readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' '),
      seconds: times.reduce((sum, time) => sum + time, 0) / TICKS_PER_SECOND,
    };
  } catch (error) {
    // It ended between the listing and the reading.
    if (error instanceof Error && 'code' in error && /^(ENOENT|ESRCH)$/.test(String(error.code))) {
      return null;
    }
    throw error;
  }
}

/** @returns e.g. `postgres 3.1, worker 2.0`, of programs that used any */
export function cpuBetween(before: CpuSeconds, after: CpuSeconds): string {
  return Object.entries(after)
    .map(([name, seconds]) => [name, seconds - (before[name] ?? 0)] as const)
    .filter(([, seconds]) => seconds >= 0.05)
    .map(([name, seconds]) => `${name} ${seconds.toFixed(1)}`)
    .join(', ');
}
