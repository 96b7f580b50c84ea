import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { backupCommand } from './backup.ts';
import { depsCommand } from './deps.ts';
import { discoverCommand } from './discover.ts';
import { getCommand } from './get.ts';
import { graphCommand } from './graph.ts';
import { impactCommand } from './impact.ts';
import { listCommand } from './list.ts';
import { policyCommand } from './policy.ts';
import { restoreCommand } from './restore.ts';
import { runsCommand } from './runs.ts';
import { statsCommand } from './stats.ts';

/** Every command, in the order in which the help has them. */
export const COMMANDS: ReadonlyArray<(terminal: Terminal) => Command> = [
  discoverCommand,
  runsCommand,
  listCommand,
  getCommand,
  depsCommand,
  impactCommand,
  statsCommand,
  policyCommand,
  backupCommand,
  restoreCommand,
  graphCommand,
];
