import type { SourceFault } from '../../model/provider.ts';

/** One thing that is wrong in a file. */
export interface CatalogueProblem {
  /** From 1. */
  line: number;
  /** The path of the field, such as `items.3.ci_type`; null where the file is no YAML. */
  field: string | null;
  message: string;
}

/** A file of the catalogue cannot be used as it is; nothing of it is. */
export class CatalogueFileError extends Error {
  override name = 'CatalogueFileError';
  readonly code = 'bad_catalogue_file';
  readonly problems: readonly CatalogueProblem[];

  constructor(file: string, problems: readonly CatalogueProblem[]) {
    super(messageOf(file, problems));
    this.problems = problems;
  }
}

/** So many say what is wrong, and fit into a log. */
const MAX_TOLD = 20;

function messageOf(file: string, problems: readonly CatalogueProblem[]): string {
  const told = problems.slice(0, MAX_TOLD).map(({ line, field, message }) => {
    return field === null ? `line ${line}: ${message}` : `line ${line}, ${field}: ${message}`;
  });
  const more = problems.length - told.length;
  return `${file}: ${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

/** Nothing here is worth trying again soon: a file is as it is until somebody changes it. */
export function toCatalogueFault(error: unknown): SourceFault {
  const permanent = { kind: 'permanent', missing_permission: null, retry_after_ms: null } as const;
  if (error instanceof CatalogueFileError) {
    return { ...permanent, code: error.code, message: error.message };
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') {
    const gone = 'The file was there when the run was planned and is not there now.';
    return { ...permanent, code: 'catalogue_file_gone', message: gone };
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const told = 'The worker may not read the file.';
    const missing_permission = 'reading the files of the catalogue directory';
    return { ...permanent, kind: 'denied', code, message: told, missing_permission };
  }
  return { ...permanent, code: code ?? 'unexpected', message };
}
