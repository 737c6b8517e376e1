import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readmeWalk } from './walk.ts';

const walk = readmeWalk();

test('the README\'s walk from sign-up to statement works as it stands, with curl', { timeout: 300_000 }, async () => {
  const blocks = walk.blocks('### From sign-up to statement', '### What else there is');
  expect(blocks).toHaveLength(5);
  const { code, said } = await walk.paste(`${blocks.join('\n')}\nperson "users/$user/statement?from=$from&to=$to" > statement.json`);
  expect([code, said]).toEqual([0, expect.not.stringMatching(/"status":[45]\d\d|command not found|unbound variable/)]);

  const statement = JSON.parse(readFileSync(join(walk.scratch, 'statement.json'), 'utf8')) as { totals: { opening: unknown; closing: Record<string, string> }[]; items: { kind: string }[] };
  expect(statement.items).toHaveLength(1);
  expect(JSON.stringify(statement.totals)).toContain('"pending":"9"');
  expect(said).toContain('"recomputedSum":"9"');
  expect(said).toContain('"outcome":"quarantined","reason":"UNKNOWN_SYMBOL","lines":1');
  const [csv] = readdirSync(walk.scratch).filter((name) => name.endsWith('.csv') && name !== 'report.csv');
  expect(readFileSync(join(walk.scratch, csv!), 'utf8')).toContain('501');
});
