/** What questions about relationships and failures need beside the tables themselves. */
export const STATEMENTS = [
  // "What if this zone fails?", of all items.
  `create index items_zone on items ((body->>'availability_zone'))
    where body->>'availability_zone' is not null`,
];
