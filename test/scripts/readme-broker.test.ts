import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readmeWalk } from './walk.ts';

const walk = readmeWalk();

test('the README\'s "Add a broker" works as it stands, from an empty database with a file whose layout no other test has', { timeout: 300_000 }, async () => {
  const blocks = walk.blocks('## Add a broker', '## Operate');
  expect(blocks).toHaveLength(8);
  const { code, said } = await walk.paste(`${blocks.join('\n')}\nget users/$user/balances > balances.json`);
  expect([code, said]).toEqual([0, expect.not.stringMatching(/"status": ?[45]\d\d|command not found|unbound variable|Error:/)]);
  const made = (file: string): string => readFileSync(join(walk.scratch, file), 'utf8');
  expect(JSON.parse(made('profile.json'))).toEqual({
    format: 'csv', encoding: 'windows-1252', delimiter: ';', headerRow: 3, footer: '^Gesamt', decimal: ',', unitSuffix: ' Lot', dateFormat: 'dd.MM.yyyy HH:mm:ss', timeZone: 'Europe/Berlin', level: 'trade', full: true, server: 'Borealis-Live',
    columns: { ticket: 'Auftragsnr', account: 'Handelskonto', symbol: 'Basiswert', lots: 'Gehandelte Lots', openTime: 'Eröffnet am', closeTime: 'Geschlossen am', commission: 'Provision' },
  });
  expect(JSON.parse(made('preview.json'))).toMatchObject({ state: 'done', result: {
    refusal: null, lines: 3, malformed: [], unknownSymbols: { texts: [{ text: 'SILBER', lines: 1, lots: '0.4' }] }, accounts: { known: 1, linked: 1, unknown: 1 }, totals: { lots: '3.9', commission: '35.5', earns: '9' },
    stated: [{ field: 'lots', stated: '3.9', tiesOut: true }, { field: 'commission', stated: '35.5', tiesOut: true }],
  } });
  expect(said).toContain('K-1001 paid  9');
  expect(said).toContain('K-1002 quarantined UNKNOWN_SYMBOL 0');
  expect(said).toContain('K-1003 excluded ACCOUNT_NOT_LINKED 0');
  expect(said).toContain('1 × UNKNOWN_SYMBOL SILBER');
  expect(said).toContain('sftp drop active');
  expect(made('balances.json')).toContain('12.2');
});
