import { describe, expect, test } from '@jest/globals';
import { ownershipReader, ownershipSchema } from '../../model/ownership.ts';

const NOBODYS = { owner: null, team: null, cost_center: null };
const ACCOUNT = { account: '111122223333', account_name: 'shop-production' };

/** What rules say of an item with these tags, without what they say nothing of. */
function read(
  rules: object,
  tags: Record<string, string>,
  known: Partial<typeof NOBODYS | Record<'owner' | 'team' | 'cost_center', string>> = {},
  scope: { account: string; account_name: string | null } = ACCOUNT,
) {
  const told = ownershipReader(ownershipSchema.parse(rules))({ tags, ...NOBODYS, ...known }, scope);
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null));
}

describe('without rules', () => {
  test.each([
    [{ Owner: 'ada' }, { owner: 'ada', owner_source: 'tag:Owner' }],
    [{ 'Cost Center': '7' }, { cost_center: '7', cost_center_source: 'tag:Cost Center' }],
    [
      { 'acme.io/cost-center': '7' },
      { cost_center: '7', cost_center_source: 'tag:acme.io/cost-center' },
    ],
    [{ SQUAD: 'core' }, { team: 'core', team_source: 'tag:SQUAD' }],
    [
      { squad: 'core', team: 'web' },
      { team: 'web', team_source: 'tag:team' },
    ],
    [
      { team: '', squad: 'core' },
      { team: 'core', team_source: 'tag:squad' },
    ],
    [{ owner: '[redacted]' }, {}],
    [{ homeowner: 'x', team_name: 'y' }, {}],
  ])('%j tells %j', (tags, told) => {
    expect(read({}, tags as Record<string, string>)).toEqual(told);
  });
});

test('rules name the tags, and those alone count', () => {
  const rules = { owner: { tags: ['contact', 'created-by'] }, team: { tags: [] } };
  const tags = { owner: 'x', CreatedBy: 'ada', team: 'core' };
  expect(read(rules, tags)).toEqual({ owner: 'ada', owner_source: 'tag:CreatedBy' });
});

describe('values mean what rules say', () => {
  const rules = {
    team: {
      values: [
        { match: 'pay(ments?)?', value: 'payments' },
        { match: 'team-(.+)', value: '$1' },
        { match: 'n/?a|tbd', value: null },
      ],
    },
  };
  test.each([
    ['pay', 'payments'],
    ['PAYMENT', 'payments'],
    ['team-web', 'web'],
    ['payroll', 'payroll'],
    ['N/A', undefined],
  ])('%s is %s', (value, team) => {
    expect(read(rules, { team: value }).team).toBe(team);
  });

  test('a tag that means nobody leaves it to the next', () => {
    expect(read(rules, { team: 'tbd', squad: 'core' })).toEqual({
      team: 'core',
      team_source: 'tag:squad',
    });
  });
});

describe('accounts tell of what no tag tells', () => {
  const rules = {
    accounts: [
      { match: ['999988887777'], team: 'other' },
      { match: ['shop-*'], team: 'shop' },
      { match: ['*'], team: 'ops', cost_center: '1000' },
    ],
  };

  test('by id or name, the first that says so', () => {
    const ofAccount = {
      team_source: 'account:111122223333',
      cost_center_source: 'account:111122223333',
    };
    expect(read(rules, {})).toEqual({ team: 'shop', cost_center: '1000', ...ofAccount });
    expect(read(rules, { team: 'web' })).toMatchObject({ team: 'web', team_source: 'tag:team' });
    const other = { account: '999988887777', account_name: null };
    expect(read(rules, {}, {}, other)).toMatchObject({ team: 'other', cost_center: '1000' });
  });

  test('a pattern is no regular expression', () => {
    const dotted = { accounts: [{ match: ['a.b*'], team: 'x' }] };
    expect(read(dotted, {}, {}, { account: 'a.b-c', account_name: null }).team).toBe('x');
    expect(read(dotted, {}, {}, { account: 'aXb-c', account_name: null }).team).toBeUndefined();
  });
});

test('what the source itself says is left as it is', () => {
  const rules = { accounts: [{ match: ['*'], owner: 'ops' }] };
  expect(read(rules, { owner: 'tag' }, { owner: 'declared' })).toEqual({ owner: 'declared' });
});

test('a pattern that is none is refused by its place', () => {
  const parsed = ownershipSchema.safeParse({ team: { values: [{ match: '(', value: 'x' }] } });
  expect(parsed.error?.issues).toMatchObject([
    { path: ['team', 'values', 0, 'match'], message: 'must be a regular expression' },
  ]);
});
