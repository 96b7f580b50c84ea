import { Argument, InvalidArgumentError } from 'commander';
import { validate as isUuid } from 'uuid';

/** The argument that names an item. */
export function ciIdArgument(): Argument {
  return new Argument('<ci_id>', 'the id of an item, as lists show it').argParser(parseCiId);
}

export function parseCiId(text: string): string {
  if (isUuid(text)) return text.toLowerCase();
  throw new InvalidArgumentError('It must be the id of an item; cmdb list shows ids.');
}
