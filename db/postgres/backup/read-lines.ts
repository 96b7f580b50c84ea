import type { Readable } from 'node:stream';
import { isNativeError } from 'node:util/types';
import { createGunzip } from 'node:zlib';
import { DamagedBackupError } from './errors.ts';

/** No row comes near this; a file that has no line feeds is not read into memory as a whole. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;

/**
 * The lines of a backup, without their line feeds.
 *
 * @throws {DamagedBackupError} when it is no gzip, is cut, or its checksum is wrong
 */
export async function* readLines(file: Readable): AsyncGenerator<Buffer> {
  const unzipped = file.pipe(createGunzip());
  // What the file itself fails with, such as a disk that cannot be read.
  file.on('error', (error) => unzipped.destroy(error));
  let rest: Buffer[] = [];
  let restBytes = 0;
  try {
    for await (const chunk of unzipped) {
      let bytes = chunk as Buffer;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
        const line = bytes.subarray(0, end);
        yield rest.length > 0 ? Buffer.concat([...rest, line]) : line;
        rest = [];
        restBytes = 0;
        bytes = bytes.subarray(end + 1);
      }
      if (bytes.length > 0) rest.push(bytes);
      restBytes += bytes.length;
      if (restBytes > MAX_LINE_BYTES) throw new DamagedBackupError('It is damaged: it has no end.');
    }
  } catch (error) {
    throw isZlibError(error)
      ? new DamagedBackupError('It is damaged, or no backup: it cannot be unpacked to its end.', {
          cause: error,
        })
      : error;
  } finally {
    file.destroy();
  }
  if (rest.length > 0) throw new DamagedBackupError('It is damaged: it ends in the middle.');
}

function isZlibError(error: unknown): boolean {
  return isNativeError(error) && 'code' in error && String(error.code).startsWith('Z_');
}
