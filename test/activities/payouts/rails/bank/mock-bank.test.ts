import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { messagesToLookAt } from '../../../../../db/stores/railEntries.ts';
import { railConditions } from '../../../../../db/stores/railConditions.ts';
import { bankDesk, type Desk, GOOD } from './desk.ts';
import { canRunBank } from '../../../../../scripts/sandbox-bank/install.ts';

describe.skipIf(!canRunBank())('mock-bank (needs Python 3.10 with venv and pip)', () => {
  let desk: Desk;
  beforeAll(async () => { desk = await bankDesk(); });
  afterAll(() => desk?.close());
  beforeEach(async () => {
    await desk.bank.control.account('ACME', { behaviour: 'accept', parameters: {}, balance: 12_500_000, closed: false });
  });
  const movements = async (): Promise<{ kind: string; payoutId: string | null; idempotencyKey: string | null; amount: string; railReference: string }[]> => {
    const found = [];
    for await (const entry of desk.rail.record(null, null, new AbortController().signal)) found.push(entry);
    return found;
  };
  const codes = async (): Promise<string[]> => (await railConditions(desk.pool, 'bank')).map(({ code }) => code);

  test('accept: accepted is not settled; the booked debit is', async () => {
    const payout = await desk.ordered();
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'submitted', attempt: 'accepted', reserved: '20', paid: '0' });
    await desk.pass(1);
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'paid', available: '0', reserved: '0', paid: '20' });
    expect(await desk.executed(payout)).toBe(1);
  });

  test('closed-account and bad-bank-id: refused with the bank\'s reason in words, the money goes back, the others of the file are paid', async () => {
    const closed = await desk.ordered({ iban: 'NL84MOCK0000000003', holderName: 'Initech' });
    const noBank = await desk.ordered({ iban: 'NL57MOCK0000000004', bic: 'ZZZZNL2AXXX', holderName: 'Eurodis' });
    const good = await desk.ordered();
    await desk.turn();
    await desk.pass(1);
    await desk.turn();
    expect(await desk.state(closed)).toMatchObject({ state: 'failed', available: '20', reserved: '0', detail: expect.stringMatching(/BANK_AC04: the account is closed/) });
    expect(await desk.state(noBank)).toMatchObject({ state: 'failed', available: '20', detail: expect.stringMatching(/BANK_RC01: the payee's bank is not found/) });
    expect(await desk.state(good)).toMatchObject({ state: 'paid' });
    expect(await Promise.all([closed, noBank, good].map(desk.executed))).toEqual([0, 0, 1]);
    expect(await desk.notices(closed)).toContain('payout_failed');
  });

  test('insufficient-funds: tried again in later files as often as the policy says, then released; operators are told', async () => {
    await desk.bank.control.account('ACME', { behaviour: 'insufficient-funds', balance: 0 });
    const payout = await desk.ordered();
    for (let turn = 0; turn < 4; turn++) await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'failed', available: '20', detail: expect.stringMatching(/BANK_AM04/) });
    const attempts = await desk.rows<{ facts: { endToEndId: string }; state: string }>('SELECT facts, state FROM payout_attempt WHERE payout_id = $1', [payout.payoutId]);
    expect(attempts.map(({ state }) => state)).toEqual(['rejected', 'rejected', 'rejected']);
    for (const { facts } of attempts) expect((await desk.bank.control.payments(facts.endToEndId)).map(({ status, booked_at }) => [status, booked_at])).toEqual([['rejected', null]]);
    expect(await codes()).toContain('BANK_FUNDS_SHORT');
  });

  test('insufficient-funds once, then funded: paid by the second attempt, once', async () => {
    await desk.bank.control.account('ACME', { behaviour: 'insufficient-funds', balance: 0 });
    const payout = await desk.ordered();
    await desk.turn();
    await desk.bank.control.account('ACME', { behaviour: 'accept', balance: 12_500_000 });
    await desk.turn();
    await desk.pass(1);
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'paid' });
    expect(await desk.executed(payout)).toBe(1);
    expect((await desk.bank.control.allPayments()).filter((one) => one.end_to_end_id.startsWith(payout.payoutId.slice(4)) && one.booked_at !== null)).toHaveLength(1);
  });

  test('return-later: a new entry gives the money back, and the user is told', async () => {
    await desk.bank.control.account('ACME', { behaviour: 'return-later', parameters: { days: 2, reason: 'AC04' } });
    const payout = await desk.ordered();
    await desk.turn();
    await desk.pass(1);
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'paid', paid: '20' });
    await desk.pass(3);
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'returned', available: '20', reserved: '0', paid: '0', detail: expect.stringMatching(/BANK_AC04: the account is closed/) });
    expect(await desk.executed(payout)).toBe(1);
    expect((await movements()).filter(({ payoutId }) => payoutId === payout.payoutId).map(({ kind }) => kind)).toEqual(['executed', 'returned']);
    expect(await desk.notices(payout)).toEqual(expect.arrayContaining(['payout_paid', 'payout_returned']));
  });

  test('reject-file: nothing of the file was paid, all of it goes back', async () => {
    await desk.bank.control.account('ACME', { behaviour: 'reject-file' });
    const both = [await desk.ordered(), await desk.ordered()];
    await desk.turn();
    for (const payout of both) {
      expect(await desk.state(payout)).toMatchObject({ state: 'failed', available: '20', detail: expect.stringMatching(/BANK_FF01/) });
      expect(await desk.executed(payout)).toBe(0);
    }
    expect(await desk.rows('SELECT state FROM payout_batch ORDER BY id DESC LIMIT 1')).toEqual([{ state: 'rejected' }]);
    expect(await codes()).toContain('BANK_REJECTED_FILE');
  });

  /** As when somebody puts a file that the bank has read into its folder again. */
  async function dropAgain(): Promise<void> {
    const [name] = await desk.rows<{ rail_reference: string }>('SELECT rail_reference FROM payout_batch ORDER BY id DESC LIMIT 1');
    copyFileSync(join(desk.bank.outgoing, 'processed', `${name!.rail_reference}.xml`), join(desk.bank.outgoing, `${name!.rail_reference}.xml`));
    await desk.bank.control.scan();
  }

  test('duplicate-file: that the bank has seen the file says nothing of the first time: nothing is released, and it is paid once', async () => {
    await desk.bank.control.account('ACME', { behaviour: 'silent' });
    const payout = await desk.ordered();
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'submitted' });
    await desk.bank.control.account('ACME', { behaviour: 'accept' });
    await dropAgain();
    await desk.turn();
    await desk.look(payout.payoutId);
    expect(await desk.rows(`SELECT kind, code FROM rail_entry WHERE code = 'DUPL' AND batch_id = (SELECT max(id) FROM payout_batch)`)).toEqual([{ kind: 'pending', code: 'DUPL' }]);
    expect(await desk.state(payout)).toMatchObject({ state: 'submitted', reserved: '20' });
    await desk.pass(1);
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'paid' });
    expect(await desk.executed(payout)).toBe(1);
  });

  test('a file that is rejected the second time it is read takes nothing back of the first', async () => {
    const payout = await desk.ordered();
    await desk.turn();
    const [batch] = await desk.rows<{ id: string }>('SELECT max(id) AS id FROM payout_batch');
    const report = readFileSync(join(desk.bank.incoming, 'done', desk.files('in', 'done').filter((name) => name.startsWith('pain.002')).at(-1)!), 'utf8');
    const rejected = report.replace(/<MsgId>[^<]*<\/MsgId>/, '<MsgId>AGAIN</MsgId>').replace(/<OrgnlPmtInfAndSts>.*<\/OrgnlPmtInfAndSts>/s, '').replace(/<OrgnlMsgId>[^<]*/, `<OrgnlMsgId>${batch!.id.replace('_', '')}`)
      .replace(/<GrpSts>[^<]*<\/GrpSts>/, '<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf>');
    writeFileSync(join(desk.bank.incoming, 'again.xml'), rejected);
    await desk.turn();
    expect(await desk.rows('SELECT kind, code FROM rail_entry WHERE batch_id = $1 AND idempotency_key IS NULL', [batch!.id])).toEqual([{ kind: 'rejected', code: 'FF01' }]);
    expect(await desk.state(payout)).toMatchObject({ state: 'submitted', reserved: '20' });
    await desk.pass(1);
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'paid' });
  });

  test('silent: unknown for as long as the bank says nothing, sent once, and never released', async () => {
    await desk.bank.control.account('ACME', { behaviour: 'silent' });
    const payout = await desk.ordered();
    await desk.turn();
    for (const days of [1, 10, 100, 1000]) {
      const asOf = new Date(Date.parse(desk.now()) + days * 86_400_000).toISOString();
      await desk.call('lookUpAttempt', { payoutId: payout.payoutId, asOf });
      await desk.call('assembleBatches', { rail: 'bank', asOf });
      expect(await desk.state(payout)).toMatchObject({ state: days === 1 ? 'submitted' : 'unknown', reserved: '20', available: '0' });
    }
    expect(await desk.rows('SELECT sends FROM payout_attempt WHERE payout_id = $1', [payout.payoutId])).toEqual([{ sends: 1 }]);
    // It had paid: its statement says so in the end.
    await desk.pass(1);
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'paid' });
    expect(await desk.executed(payout)).toBe(1);
  });

  test('statement-gap: paid by the notification; the statement that lacks the entry does not add up, and operators are told', async () => {
    await desk.bank.control.account('ACME', { behaviour: 'statement-gap' });
    const payout = await desk.ordered(GOOD, '31.25');
    await desk.turn();
    await desk.pass(1);
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'paid' });
    await desk.pass(1);
    await desk.turn();
    const gap = (await messagesToLookAt(desk.pool, 'bank')).flatMap(({ kind, findings }) => findings.map(({ code, detail }) => [kind, code, detail] as const)).filter(([, code]) => code === 'STATEMENT_DOES_NOT_ADD_UP');
    expect(gap.filter(([, , detail]) => detail.includes('; -25 of entries are missing'))).toHaveLength(1);
    expect(await codes()).toContain('STATEMENT_DOES_NOT_ADD_UP');
  });

  test('an account that is closed between acceptance and booking: the later rejection counts', async () => {
    const payout = await desk.ordered();
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'submitted' });
    await desk.bank.control.account('ACME', { closed: true });
    await desk.pass(4);
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'failed', available: '20', detail: expect.stringMatching(/BANK_AC04/) });
    expect(await desk.executed(payout)).toBe(0);
  });

  test('a booked debit that is no payout of ours is on the record and told to operators', async () => {
    const payout = await desk.ordered();
    await desk.turn();
    const name = desk.files('out', 'processed').filter((file) => file.endsWith('.xml')).at(-1)!;
    const foreign = readFileSync(join(desk.bank.outgoing, 'processed', name), 'utf8').replaceAll(name.replace('.xml', ''), 'PAYROLL-1').replaceAll(/<EndToEndId>[^<]*/g, '<EndToEndId>SALARY-1');
    writeFileSync(join(desk.bank.outgoing, 'payroll.xml'), foreign);
    await desk.bank.control.scan();
    await desk.pass(1);
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'paid' });
    expect((await movements()).filter(({ payoutId }) => payoutId === null).map(({ kind, idempotencyKey, amount }) => [kind, idempotencyKey, amount])).toEqual([['executed', null, '16']]);
    expect(await codes()).toContain('BANK_DEBIT_UNKNOWN');
  });

  test('the same message again, and the same entries in another file, count for nothing', async () => {
    const payout = await desk.ordered();
    await desk.turn();
    await desk.pass(1);
    await desk.turn();
    const before = [await desk.rows('SELECT count(*) FROM rail_entry'), await movements()];
    const name = desk.files('in', 'done').filter((file) => file.startsWith('camt.054')).at(-1)!;
    copyFileSync(join(desk.bank.incoming, 'done', name), join(desk.bank.incoming, 'copy.xml'));
    writeFileSync(join(desk.bank.incoming, 'other.xml'), `${readFileSync(join(desk.bank.incoming, 'done', name), 'utf8')}\n`);
    await desk.turn();
    expect(desk.files('in')).toEqual([]);
    expect([await desk.rows('SELECT count(*) FROM rail_entry'), await movements()]).toEqual(before);
    expect(await desk.state(payout)).toMatchObject({ state: 'paid', paid: '20' });
  });

  test('a damaged or schema-invalid message is refused whole with its place, kept, and told; the good one is read later', async () => {
    const payout = await desk.ordered();
    await desk.turn();
    await desk.pass(1);
    const name = desk.files('in').find((file) => file.startsWith('camt.054'))!;
    const statement = desk.files('in').filter((file) => file.startsWith('camt.053') && file.includes('ACME'));
    expect(statement.length).toBeGreaterThan(0);
    const path = join(desk.bank.incoming, name);
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, whole.slice(0, whole.length - 40));
    writeFileSync(join(desk.bank.incoming, 'invalid.xml'), whole.replace('<CdtDbtInd>DBIT', '<CdtDbtInd>OUT'));
    for (const file of statement) writeFileSync(join(desk.bank.incoming, file), '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>');
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'submitted' });
    expect(desk.files('in', 'failed')).toEqual(expect.arrayContaining([name, 'invalid.xml', ...statement]));
    const refused = (await messagesToLookAt(desk.pool, 'bank')).filter(({ state }) => state === 'refused').map(({ problem }) => problem!);
    expect(refused.map(({ code }) => code).sort()).toEqual(expect.arrayContaining(['BANK_FILE_DTD', 'BANK_FILE_INVALID', 'BANK_FILE_NOT_XML']));
    expect(refused.find(({ code }) => code === 'BANK_FILE_INVALID')).toMatchObject({ line: expect.any(Number), detail: expect.stringMatching(/CdtDbtInd/) });
    expect(refused.find(({ code }) => code === 'BANK_FILE_NOT_XML')).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
    expect(await codes()).toContain('BANK_FILE_REFUSED');
    writeFileSync(join(desk.bank.incoming, 'sent-again.xml'), whole);
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'paid' });
  });

  test('every payout of this bank was executed once at most, by the bank\'s own record', async () => {
    const all = await desk.bank.control.allPayments();
    const booked = Map.groupBy(all.filter(({ booked_at }) => booked_at !== null), ({ end_to_end_id }) => end_to_end_id.replace(/-\d+$/, ''));
    expect([...booked].filter(([, times]) => times.length > 1)).toEqual([]);
    const paid = await desk.rows<{ id: string }>(`SELECT id FROM payout WHERE state IN ('paid', 'returned')`);
    expect(paid.length).toBeGreaterThan(5);
    expect(new Set(paid.map(({ id }) => id.slice(4)))).toEqual(new Set([...booked.keys()].filter((key) => key !== 'SALARY')));
  });
});
