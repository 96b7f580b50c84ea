import { expect, test } from '@jest/globals';
import { type PageOfParent, pageOfParents } from '../../../providers/aws/pages-of-parents.ts';

/** What each parent has, two a page. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  'arn:b': ['b1', 'b2', 'b3', 'b4', 'b5'],
  'arn:a': ['a1'],
  'arn:c': [],
  'arn:d': ['d1', 'd2'],
};

async function list(parent: string, token: string | undefined): Promise<PageOfParent> {
  const children = CHILDREN[parent];
  if (children === undefined) {
    const answered = { name: 'NotFound', $metadata: { httpStatusCode: 400 } };
    throw Object.assign(new Error('gone'), answered);
  }
  const start = Number(token?.replace('after ', '') ?? 0);
  const next = start + 2 < children.length ? `after ${start + 2}` : undefined;
  return { records: children.slice(start, start + 2), next };
}

async function all(parentsOf: (page: number) => readonly string[]): Promise<unknown[]> {
  const records: unknown[] = [];
  let token: string | null = null;
  for (let number = 0; number < 20; number += 1) {
    const page: Awaited<ReturnType<typeof pageOfParents>> = await pageOfParents(
      parentsOf(number),
      token,
      ['NotFound'],
      list,
    );
    records.push(...page.records);
    token = page.next_page_token;
    if (token === null) return records;
  }
  throw new Error('no end');
}

const EVERYTHING = ['a1', 'b1', 'b2', 'b3', 'b4', 'b5', 'd1', 'd2'];

test('every parent is listed to its end, whatever their order', async () => {
  const parents = Object.keys(CHILDREN);
  expect(await all(() => parents)).toEqual(EVERYTHING);
  expect(await all(() => parents.toReversed())).toEqual(EVERYTHING);
});

test('without parents there is one empty page', async () => {
  expect(await all(() => [])).toEqual([]);
});

test('a parent that goes away in the middle costs only its own rest', async () => {
  const parents = Object.keys(CHILDREN);
  const without = parents.filter((name) => name !== 'arn:b');
  expect(await all((page) => (page < 2 ? parents : without))).toEqual([
    'a1',
    'b1',
    'b2',
    'd1',
    'd2',
  ]);
});

test('a parent of which the service says that it is gone has nothing', async () => {
  expect(await all(() => ['arn:a', 'arn:gone', 'arn:d'])).toEqual(['a1', 'd1', 'd2']);
});

test('any other error ends the listing', async () => {
  await expect(pageOfParents(['arn:gone'], null, [], list)).rejects.toThrow('gone');
});
