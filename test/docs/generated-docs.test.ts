import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { generatedDocs } from '../../docs/generate/generated-docs.ts';
import { loadRegistry } from '../../providers/registry.ts';

test('what is generated from the declarations is up to date; npm run docs writes it', async () => {
  const docs = generatedDocs(await loadRegistry());
  expect(docs.size).toBeGreaterThan(0);
  for (const [path, text] of docs) {
    const kept = await readFile(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
    expect({ path, text: kept }).toEqual({ path, text });
  }
});

test('the role for Kubernetes reads what is declared, and no Secrets', async () => {
  const text = generatedDocs(await loadRegistry()).get('kubernetes-cluster-role.yaml') ?? '';
  const { rules } = parse(text);
  const verbs = new Set(rules.flatMap((rule: { verbs: string[] }) => rule.verbs));
  expect([...verbs].sort()).toEqual(['get', 'list']);
  const resources = rules.flatMap((rule: { resources?: string[] }) => rule.resources ?? []);
  expect(resources).toEqual(expect.arrayContaining(['nodes', 'pods', 'httproutes']));
  expect(resources).not.toContain('secrets');
  expect(resources).not.toContain('*');
});

test('every resource type has a section with its permissions and relations', async () => {
  const registry = await loadRegistry();
  const text = generatedDocs(registry).get('resource-types.md') ?? '';
  for (const { resourceTypes } of registry.values()) {
    for (const type of resourceTypes.values()) {
      const section = text.split(`### \`${type.name}\``)[1]?.split('\n### ')[0] ?? '';
      expect(section).toContain(type.summary);
      for (const permission of type.permissions) expect(section).toContain(permission);
      for (const relation of Object.keys(type.relations))
        expect(section).toContain(`| ${relation} |`);
    }
  }
});
