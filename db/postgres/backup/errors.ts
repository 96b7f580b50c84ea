/** A backup that cannot be read to its end, or is not what it says it is. */
export class DamagedBackupError extends Error {
  override name = 'DamagedBackupError';
  readonly code = 'damaged_backup';
}

/** A backup that a newer release has made. */
export class NewerBackupError extends Error {
  override name = 'NewerBackupError';
  readonly code = 'newer_backup';
}

/** The database cannot take a backup in as it is. */
export class NotRestorableError extends Error {
  override name = 'NotRestorableError';
  readonly code = 'not_restorable';
  /** `not_empty`: it can, if what it holds may go. */
  readonly reason: 'not_empty' | 'not_ours' | 'in_use';

  constructor(reason: NotRestorableError['reason'], message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.reason = reason;
  }
}

/** The database has no inventory that could be backed up. */
export class NothingToBackUpError extends Error {
  override name = 'NothingToBackUpError';
  readonly code = 'nothing_to_back_up';
}

/** The database is of a newer release, which alone knows what is to be kept of it. */
export class NewerSchemaError extends Error {
  override name = 'NewerSchemaError';
  readonly code = 'newer_schema';
}
