/** One operating-system process. Held in memory only; no record carries all of it. */
export interface OsProcess {
  pid: number;
  parent_pid: number;
  started_at: string | null;
  /** File name of the program, without its folder; null where it may not be seen. */
  executable: string | null;
  /** The name that the process gave itself, e.g. through `process.title`; null if it gave none. */
  title: string | null;
  /**
   * What an interpreter runs: Java's main class, a script. Comes from the command line, so it is
   * compared, never stored.
   */
  entry_point: string | null;
  /** The systemd system unit that it runs in, e.g. `postgresql@15-main.service`. */
  unit: string | null;
  user: string | null;
}

export interface TcpSocket {
  state: 'listening' | 'established';
  /** In canonical spelling. */
  local_address: string;
  local_port: number;
  remote_address: string;
  remote_port: number;
  /** Every process that has it open: forked workers share their parent's listening socket. */
  owner_pids: readonly number[];
}

/** Processes and TCP sockets of this machine at one moment. */
export interface ProcessSnapshot {
  processes: readonly OsProcess[];
  sockets: readonly TcpSocket[];
  /** The ports that the system hands out by itself, both ends included. */
  ephemeral_ports: { first: number; last: number };
  /** True when the sockets of some processes may not be seen by this user. */
  has_hidden_owners: boolean;
}
