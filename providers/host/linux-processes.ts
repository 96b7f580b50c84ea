import { readdir, readFile, readlink } from 'node:fs/promises';
import { systemdUnit } from './cgroup.ts';
import { errnoOf } from './errors.ts';
import { entryPoint, interpreterName, processTitle, programFile } from './program-name.ts';
import type { OsProcess } from './snapshot.ts';

/** Ticks of `/proc/<pid>/stat` in a second: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** A process and the sockets it has open; null for the sockets where this user may not look. */
export interface LinuxProcess {
  process: OsProcess;
  socket_inodes: readonly number[] | null;
}

/** What is the same for all processes and read once. */
export interface LinuxSystem {
  boot_time_seconds: number;
  user_names: ReadonlyMap<string, string>;
}

/** Reads what `/proc` says of the system as a whole. */
export async function readLinuxSystem(): Promise<LinuxSystem> {
  const bootTime = /^btime (\d+)/m.exec(await readFile('/proc/stat', 'utf8'))?.[1];
  const userNames = new Map<string, string>();
  for (const line of (await readFile('/etc/passwd', 'utf8')).split('\n')) {
    const [name, , uid] = line.split(':');
    // The first name of a uid is the one that the system shows.
    if (name && uid && !userNames.has(uid)) userNames.set(uid, name);
  }
  return { boot_time_seconds: Number(bootTime), user_names: userNames };
}

/** Reads every process but the kernel's own threads. */
export async function readLinuxProcesses(system: LinuxSystem): Promise<LinuxProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: LinuxProcess[] = [];
  // One after the other: a machine with thousands must not run out of file descriptors.
  for (const pid of pids) {
    const process = await ifStillThere(() => readProcess(pid, system));
    if (process) found.push(process);
  }
  return found;
}

async function readProcess(pid: number, system: LinuxSystem): Promise<LinuxProcess | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name stands in brackets and may hold brackets and blanks itself.
  const comm = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const parentPid = Number(fields[1]);
  const KTHREADD_PID = 2;
  if (pid === KTHREADD_PID || parentPid === KTHREADD_PID) return null;

  const [argv0 = '', ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
  const link = await ifAllowed(() => readlink(`/proc/${pid}/exe`));
  const executable = programFile(link ?? argv0) ?? programFile(comm);
  const title = processTitle(comm, executable, argv0);
  const interpreter = executable === null ? null : interpreterName(executable);
  const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  const startedSeconds = system.boot_time_seconds + Number(fields[19]) / TICKS_PER_SECOND;
  return {
    process: {
      pid,
      parent_pid: parentPid,
      started_at: new Date(startedSeconds * 1000).toISOString(),
      executable,
      title,
      // A process that set its title has overwritten its command line.
      entry_point: interpreter && title === null ? entryPoint(interpreter, args) : null,
      unit: systemdUnit(await readFile(`/proc/${pid}/cgroup`, 'utf8')),
      user: uid === undefined ? null : (system.user_names.get(uid) ?? `uid:${uid}`),
    },
    socket_inodes: await ifAllowed(() => readSocketInodes(pid)),
  };
}

async function readSocketInodes(pid: number): Promise<number[]> {
  const folder = `/proc/${pid}/fd`;
  const inodes: number[] = [];
  for (const descriptor of await readdir(folder)) {
    const target = await ifStillThere(() => readlink(`${folder}/${descriptor}`));
    const inode = /^socket:\[(\d+)\]$/.exec(target ?? '')?.[1];
    if (inode) inodes.push(Number(inode));
  }
  return inodes;
}

/** Processes and descriptors that end while they are read are no error. */
async function ifStillThere<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(errnoOf(error) ?? '')) return null;
    throw error;
  }
}

/** Null where another user's process is not ours to see; the caller reports it as hidden. */
async function ifAllowed<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (['EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) return null;
    throw error;
  }
}
