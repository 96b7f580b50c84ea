import { z } from 'zod';
import type { Db } from '../../../../db/postgres/database.ts';
import { getItem } from '../../../../db/postgres/get-item.ts';
import { listVersions } from '../../../../db/postgres/list-versions.ts';
import { readAtMoments } from '../../../../db/postgres/moment.ts';
import { readChanges } from '../../../../db/postgres/read-changes.ts';

/*
 * What every release is asked about the inventory that an older one has left. A release records its own
 * answers beside its dump; whatever comes later must give them as well, and may add fields.
 */

const cursorSchema = z.object({
  seq: z.number(),
  inside: z.object({ kind: z.enum(['item', 'relationship']), id: z.string() }).nullable(),
});

const questionSchema = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('item'), ci_id: z.string() }),
  z.object({ ask: z.literal('item_at'), ci_id: z.string(), at: z.string() }),
  z.object({ ask: z.literal('versions'), ci_id: z.string() }),
  z.object({ ask: z.literal('changes'), after: cursorSchema.nullable() }),
]);
export type Question = z.infer<typeof questionSchema>;

export interface Recorded {
  question: Question;
  answer: unknown;
}

/** Everything that can be asked about an inventory: each item, at each time; the feed from each place. */
export async function questionsAbout(db: Db): Promise<Question[]> {
  const items = await db.selectFrom('items').select('ci_id').orderBy('ci_id').execute();
  const commits = await db.selectFrom('ticks').select('committed_at').orderBy('seq').execute();
  const { entries } = await readChanges(db, null, {}, 1_000);
  return [
    ...items.flatMap(({ ci_id }): Question[] => [
      { ask: 'item', ci_id },
      { ask: 'versions', ci_id },
      ...commits.map(
        ({ committed_at }): Question => ({ ask: 'item_at', ci_id, at: committed_at.toISOString() }),
      ),
    ]),
    { ask: 'changes', after: null },
    ...entries.map(({ cursor }): Question => ({ ask: 'changes', after: cursor })),
  ];
}

/** Answers as JSON has them. */
export async function answerTo(db: Db, question: Question): Promise<unknown> {
  return JSON.parse(JSON.stringify(await read(db, question)));
}

async function read(db: Db, question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'item':
      return getItem(db, question.ci_id);
    case 'item_at':
      return readAtMoments(db, [new Date(question.at)], async (trx, [moment]) => {
        const item = await getItem(trx, question.ci_id, moment);
        return item && { ...item, change_history: undefined };
      });
    case 'versions':
      return listVersions(db, question.ci_id, 1_000, null);
    case 'changes': {
      const { entries } = await readChanges(db, question.after, {}, 1_000);
      // In full where they are asked for from the beginning; else which of them.
      return question.after === null
        ? entries
        : entries.map(({ event, cursor }) => ({ event: { type: event.type }, cursor }));
    }
  }
}

/** A line each. */
export function writeRecorded(recorded: readonly Recorded[]): string {
  return recorded.map((line) => `${JSON.stringify(line)}\n`).join('');
}

export function readRecorded(text: string): Recorded[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) =>
      z.object({ question: questionSchema, answer: z.json() }).parse(JSON.parse(line)),
    );
}
