import type { AnyResourceType } from '../../model/resource-type.ts';
import type { Registry } from '../../providers/registry.ts';

/** The reference of resource types as Markdown, from their declarations alone. */
export function resourceTypesMarkdown(registry: Registry): string {
  const providers = [...registry.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    '# Resource types',
    '',
    'Generated from the declarations in `providers/*/resources/` by `npm run docs`; do not edit.',
    ...providers.flatMap(([name, { resourceTypes }]) => [
      '',
      `## ${name}`,
      '',
      ...[...resourceTypes.values()]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap((type) => sectionOf(type)),
    ]),
    '',
  ].join('\n');
}

function sectionOf(type: AnyResourceType): string[] {
  const relations = Object.entries(type.relations);
  const volatile = type.volatile.map((field) => `\`${field}\``).join(', ');
  const permissions = type.permissions.map((permission) => `\`${permission}\``).join(', ');
  return [
    `### \`${type.name}\``,
    '',
    type.summary,
    '',
    `- class: ${type.ci_types.map((ciType) => `\`${ciType}\``).join(', ')}`,
    `- listed: ${type.level === 'region' ? 'in every region' : 'once an account'}`,
    `- permissions: ${permissions || 'none'}`,
    ...(volatile ? [`- not versioned: ${volatile}`] : []),
    ...(type.identities ? ['- one thing with the items of other sources, by strong keys'] : []),
    '',
    ...(relations.length === 0
      ? []
      : [
          '| relation | type | target | failure spreads |',
          '|---|---|---|---|',
          ...relations.map(
            ([name, { type: relationType, target, spread }]) =>
              `| ${name} | ${relationType} | ${target} | ${SPREAD_WORDS[spread]} |`,
          ),
          '',
        ]),
  ];
}

const SPREAD_WORDS = {
  forward: 'from the target to this',
  reverse: 'from this to the target',
  none: 'no',
} as const;
