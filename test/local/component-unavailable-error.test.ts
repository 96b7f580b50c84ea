import { expect, test } from '@jest/globals';
import { ComponentUnavailableError } from '../../local/component-unavailable-error.ts';
import { explain } from '../../local/explain.ts';

test('a component that cannot be had is told in one message with every choice and no stack', () => {
  const error = new ComponentUnavailableError({
    component: 'Neo4j',
    tried: ['there is no Java; it runs on Java 17 or newer'],
    install: ['Java 17 or newer and Maven'],
    variable: 'NEO4J_URI=bolt://host:7687',
  });
  expect(explain(error)).toBe(
    [
      'Neo4j could not be had on this machine.',
      '  - there is no Java; it runs on Java 17 or newer',
      'Any one of these will do:',
      '  * install it: Java 17 or newer and Maven',
      '  * use one that runs elsewhere: set NEO4J_URI=bolt://host:7687',
      '  * run everything in containers: docker compose up',
    ].join('\n'),
  );
});

test('an error that was not written for people is told with its stack', () => {
  expect(explain(new TypeError('x is undefined'))).toMatch(/TypeError: x is undefined\n\s+at /);
});
