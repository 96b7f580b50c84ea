import type { CiStatus } from '../../model/enums.ts';

/** Every state of PostgreSQL and MySQL flexible servers, after the SDK's two `KnownServerState`. */
export const FLEXIBLE_SERVER_STATES: Readonly<Record<string, CiStatus>> = {
  Disabled: 'inactive',
  Dropping: 'under_maintenance',
  Inaccessible: 'failed',
  Provisioning: 'planned',
  Ready: 'active',
  Restarting: 'under_maintenance',
  Starting: 'under_maintenance',
  Stopped: 'inactive',
  Stopping: 'under_maintenance',
  Updating: 'under_maintenance',
};

/** Every status of a SQL database, after the SDK's `KnownDatabaseStatus`. */
export const SQL_DATABASE_STATES: Readonly<Record<string, CiStatus>> = {
  AutoClosed: 'inactive',
  Copying: 'planned',
  Creating: 'planned',
  Disabled: 'inactive',
  EmergencyMode: 'failed',
  Inaccessible: 'failed',
  Offline: 'inactive',
  OfflineChangingDwPerformanceTiers: 'under_maintenance',
  OfflineSecondary: 'inactive',
  Online: 'active',
  OnlineChangingDwPerformanceTiers: 'under_maintenance',
  Paused: 'inactive',
  Pausing: 'under_maintenance',
  Recovering: 'under_maintenance',
  RecoveryPending: 'failed',
  Restoring: 'planned',
  Resuming: 'under_maintenance',
  Scaling: 'active',
  Shutdown: 'inactive',
  Standby: 'active',
  Starting: 'under_maintenance',
  Stopped: 'inactive',
  Stopping: 'under_maintenance',
  Suspect: 'failed',
};
