import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { backupCommand } from './backup.ts';
import { changesCommand } from './changes.ts';
import { coverageCommand } from './coverage.ts';
import { depsCommand } from './deps.ts';
import { diffCommand } from './diff.ts';
import { discoverCommand } from './discover.ts';
import { doctorCommand } from './doctor.ts';
import { duplicatesCommand } from './duplicates.ts';
import { getCommand } from './get.ts';
import { graphCommand } from './graph.ts';
import { historyCommand } from './history.ts';
import { impactCommand } from './impact.ts';
import { listCommand } from './list.ts';
import { pathCommand } from './path.ts';
import { policyCommand } from './policy.ts';
import { restoreCommand } from './restore.ts';
import { runsCommand } from './runs.ts';
import { schedulesCommand } from './schedules.ts';
import { spofCommand } from './spof.ts';
import { statsCommand } from './stats.ts';
import { tokensCommand } from './tokens.ts';

/** Every command, in the order in which the help has them. */
export const COMMANDS: ReadonlyArray<(terminal: Terminal) => Command> = [
  discoverCommand,
  runsCommand,
  schedulesCommand,
  coverageCommand,
  listCommand,
  getCommand,
  historyCommand,
  depsCommand,
  impactCommand,
  spofCommand,
  pathCommand,
  diffCommand,
  changesCommand,
  duplicatesCommand,
  statsCommand,
  doctorCommand,
  policyCommand,
  tokensCommand,
  backupCommand,
  restoreCommand,
  graphCommand,
];
