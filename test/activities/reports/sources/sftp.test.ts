import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SftpSourceSettings } from '../../../../domain/reports/sourceSettings.ts';
import { AS_OF, sourceDesk, type SourceDesk } from './desk.ts';
import { Answer, FOLDER, LINK, newKey, sftpServer, type SftpServer } from './sftpServer.ts';

let desk: SourceDesk;
let server: SftpServer;
let period: string;
let folder: string;
let folders = 0;
const own = newKey();
const BY_NAME = { pattern: '_(?<year>\\d{4})-(?<month>\\d{2})-(?<day>\\d{2})', zone: 'UTC' };
const settings = (more: Partial<SftpSourceSettings> = {}): SftpSourceSettings => ({
  host: '127.0.0.1', port: server.port, user: 'ib', auth: 'password', hostKey: server.fingerprint, folder, files: '*.csv', settleSeconds: 0, done: `${folder}-done`, failed: `${folder}-failed`, period: BY_NAME, ...more,
});
const source = (more: Partial<SftpSourceSettings> = {}, secret: string | null = 'pass', profileName = 'csv') => desk.source('sftp', settings(more), secret, profileName);
const poll = (sourceId: string, options: Parameters<SourceDesk['look']>[3] = {}) => desk.look('pollDrop', period, sourceId, options);
/** Paths of the present folder and the ones beside it. */
const there = (): string[] => [...server.files.keys()].filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length)).toSorted();

beforeAll(async () => {
  desk = await sourceDesk();
  server = await sftpServer(own);
  period = await desk.period(2);
  for (const day of [3, 4, 5]) await desk.period(day);
});
beforeEach(() => { folder = `/out${++folders}`; });
afterEach(() => { server.before = null; });
afterAll(async () => {
  await server.close();
  await desk.close();
});

describe('who is connected to', () => {
  test('by password, and by key', async () => {
    server.put(`${folder}/t_2026-11-02.csv`, 'a');
    expect(await poll((await source()).id)).toEqual({ received: 1 });
    server.put(`${folder}/t_2026-11-03.csv`, 'b');
    expect(await poll((await source({ auth: 'key' }, own.privateKey)).id)).toEqual({ received: 1 });
  });
  test('a server with another key is sent nothing', async () => {
    const { id } = await source({ hostKey: `SHA256:${'A'.repeat(43)}` }, 'very-secret');
    expect(await poll(id)).toEqual({ received: 0 });
    expect(await desk.problem(id)).toMatchObject({ code: 'SOURCE_HOST_KEY', message: expect.stringContaining(server.fingerprint) });
    expect(server.passwords).not.toContain('very-secret');
  });
  test.each([['a wrong password', {}, 'wrong', 'SOURCE_REFUSES_US'], ['another key', { auth: 'key' }, newKey().privateKey, 'SOURCE_REFUSES_US'], ['a key that is none', { auth: 'key' }, 'not a key', 'SOURCE_SECRET_UNUSABLE'], ['no secret', {}, null, 'SOURCE_SECRET_MISSING'], ['a folder that is not there', { folder: '/nowhere' }, 'pass', 'SOURCE_NOT_THERE']] as const)('%s is kept as a problem', async (_what, more, secret, code) => {
    const { id } = await source(more, secret);
    expect(await poll(id)).toEqual({ received: 0 });
    const problem = await desk.problem(id);
    expect(problem).toMatchObject({ code });
    expect(JSON.stringify(problem)).not.toContain('wrong');
  });
  test('a server that is away is tried again; one in a private network is not asked', async () => {
    const { id } = await source({ port: 1 });
    await expect(poll(id)).rejects.toMatchObject({ type: 'SOURCE_CONNECTION_REFUSED', nonRetryable: false });
    const inner = await source();
    expect(await poll(inner.id, { settings: { allowPrivate: false } })).toEqual({ received: 0 });
    expect(await desk.problem(inner.id)).toMatchObject({ code: 'SOURCE_ADDRESS_NOT_PUBLIC' });
  });
  test.each(['readdir', 'open', 'read', 'lstat'] as const)('a server that leaves %s without an answer is tried again', async (operation) => {
    const { id } = await source();
    server.put(`${folder}/t_2026-11-02.csv`, 'a');
    server.before = (asked) => { if (asked === operation) throw new Answer(null); };
    await expect(poll(id)).rejects.toMatchObject({ type: 'SOURCE_CONNECTION_CLOSED', nonRetryable: false });
    server.before = null;
    expect(await poll(id)).toEqual({ received: 1 });
  });
});

describe('what is taken', () => {
  test('each file into the period of its name, byte for byte, and moved once it is stored', async () => {
    const { id } = await source();
    const large = Buffer.alloc(3_000_000, 'x');
    server.put(`${folder}/t_2026-11-03.csv`, large);
    server.put(`${folder}/t_2026-11-02.csv`, 'a,b\r\n1,2\r\n', { mtime: 1_793_700_001 });
    server.put(`${folder}/readme.txt`, 'not a report');
    server.put(`${folder}/link_2026-11-02.csv`, 'x', { mode: LINK });
    server.put(`${folder}/folder_2026-11-02.csv`, '', { mode: FOLDER });
    expect(await poll(id)).toEqual({ received: 2 });
    const reports = await desk.reports(id);
    expect(reports.map(({ fileName, periodId, text, origin }) => [fileName, periodId === period, text.length, origin])).toEqual([['t_2026-11-03.csv', false, 3_000_000, 'sftp'], ['t_2026-11-02.csv', true, 10, 'sftp']]);
    expect(reports[1]).toMatchObject({ text: 'a,b\r\n1,2\r\n', receivedAt: AS_OF, facts: { path: `${folder}/t_2026-11-02.csv`, size: 10, changedAt: expect.any(String) } });
    expect(there()).toEqual(['-done/t_2026-11-02.csv', '-done/t_2026-11-03.csv', '/folder_2026-11-02.csv', '/link_2026-11-02.csv', '/readme.txt']);
    expect(desk.woken).toEqual(expect.arrayContaining(reports.map((report) => report.id)));
    expect(await desk.problem(id)).toBeNull();
  });
  test('the same file again is not taken twice, other content under its name is the next version, an older one is told of once, and what is done is not overwritten', async () => {
    const { id } = await source();
    const path = `${folder}/t_2026-11-02.csv`;
    for (const [content, mtime, received, older] of [['one', 1, 1, false], ['one', 2, 0, false], ['two', 3, 1, false], ['two', 4, 0, false], ['one', 1, 0, true], ['one', 1, 0, false], ['two', 3, 0, false], ['three', 5, 1, false], ['two', 6, 0, true]] as const) {
      server.put(path, content, { mtime });
      expect(await poll(id)).toEqual({ received });
      if (older) expect(await desk.problem(id)).toMatchObject({ code: 'FILES_NOT_TAKEN', message: expect.stringContaining('gave something newer since') });
      else expect(await desk.problem(id)).toBeNull();
    }
    expect((await desk.reports(id)).map(({ text, periodId }) => [text, periodId])).toEqual([['one', period], ['two', period], ['three', period]]);
    expect(there()).toHaveLength(9);
    expect(there().filter((name) => name.startsWith('-failed/t_2026-11-02.csv'))).toHaveLength(2);
  });
  test('an old file that the broker archives by renaming is known, before and after its correction', async () => {
    const { id } = await source({ done: undefined, failed: undefined });
    const path = (name: string): string => `${folder}/${name}_2026-11-02.csv`;
    const renamed = (from: string, to: string): void => {
      server.files.set(path(to), server.files.get(path(from))!);
      server.files.delete(path(from));
    };
    let reads = 0;
    server.before = (operation) => { if (operation === 'open') reads++; };
    const looked = async (received: number, older = false): Promise<void> => {
      expect(await poll(id)).toEqual({ received });
      expect((await desk.problem(id))?.message ?? '').toMatch(older ? /gave something newer since/ : /^$/);
    };
    server.put(path('t'), 'version 1');
    await looked(1);
    renamed('t', 'old');
    server.put(path('t'), 'version 2', { mtime: 1_793_800_000 });
    await looked(1);
    renamed('old', 'older');
    await looked(0, true);
    renamed('t', 'old');
    await looked(0);
    const before = reads;
    await looked(0);
    expect(reads).toBe(before);
    expect((await desk.reports(id)).map(({ text }) => text)).toEqual(['version 1', 'version 2']);
    // What was refused is no version: under another name it may be tried again.
    await desk.pool.query("UPDATE report SET state = 'refused' WHERE source_id = $1", [id]);
    server.put(path('again'), 'version 1');
    await looked(1);
  });
  test('without a folder for what is done it stays, and is read once', async () => {
    const { id } = await source({ done: undefined });
    let reads = 0;
    server.before = (operation) => { if (operation === 'open') reads++; };
    server.put(`${folder}/t_2026-11-02.csv`, 'stays');
    expect([await poll(id), await poll(id), await poll(id)]).toEqual([{ received: 1 }, { received: 0 }, { received: 0 }]);
    expect(reads).toBe(1);
    server.put(`${folder}/t_2026-11-02.csv`, 'other');
    server.files.get(`${folder}/t_2026-11-02.csv`)!.mtime++;
    expect(await poll(id)).toEqual({ received: 1 });
  });
  describe('without a pattern', () => {
    const at = (day: number, hour = 0): number => Date.UTC(2026, 10, day, hour) / 1000;
    /** Of these days only the reports are waited for. */
    async function waiting(...days: number[]): Promise<string[]> {
      await desk.pool.query("UPDATE report_period SET closed_at = '2026-09-01', closed_by = 'op', close_reason = 'x', reopened_at = NULL");
      const ids = [];
      for (const day of days) ids.push(await desk.period(day));
      return ids;
    }
    afterEach(() => desk.pool.query('UPDATE report_period SET reopened_at = now() WHERE closed_at IS NOT NULL'));
    const look = (periodId: string, sourceId: string, again?: boolean) => desk.look('pollDrop', periodId, sourceId, again === undefined ? {} : { again });

    test('a file is about the only period that had ended when it came and waits for its report', async () => {
      const [day] = await waiting(10);
      const { id } = await source({ period: undefined });
      server.put(`${folder}/early.csv`, 'early', { mtime: at(10, 12) });
      server.put(`${folder}/after.csv`, 'after', { mtime: at(11) });
      expect(await look(day!, id)).toEqual({ received: 1 });
      expect(await desk.reports(id)).toMatchObject([{ fileName: 'after.csv', periodId: day }]);
      expect(there()).toEqual(['-done/after.csv', '/early.csv']);
    });
    test('while several wait it stays where it is, and so it does where none waits, unless an operator asks for one', async () => {
      const [first, second] = await waiting(12, 13);
      const { id } = await source({ period: undefined });
      server.put(`${folder}/one.csv`, 'one', { mtime: at(15) });
      for (const day of [first, second]) expect(await look(day!, id)).toEqual({ received: 0 });
      expect(there()).toEqual(['/one.csv']);
      expect(await desk.problem(id)).toMatchObject({ code: 'FILES_NOT_TAKEN', message: expect.stringContaining('several periods wait') });
      expect(await look(second!, id, true)).toEqual({ received: 1 });
      expect(await desk.reports(id)).toMatchObject([{ periodId: second }]);
      server.put(`${folder}/two.csv`, 'two', { mtime: at(15) });
      expect([await look(second!, id), (await desk.reports(id)).at(-1)!.periodId]).toEqual([{ received: 1 }, first]);
      server.put(`${folder}/three.csv`, 'three', { mtime: at(15) });
      expect(await look(second!, id)).toEqual({ received: 0 });
      expect(await desk.problem(id)).toMatchObject({ message: expect.stringContaining('no period that had ended') });
    });
    test('what comes late of a period that was closed without a report is not the next one\'s; an operator says whose it is', async () => {
      const [first, second] = await waiting(19, 20);
      const close = (by: string) => desk.pool.query("UPDATE report_period SET closed_at = $2, closed_by = 'op', close_reason = 'did not come', reopened_at = NULL WHERE id = $1", [first, by]);
      await close('2026-11-20T08:00:00Z');
      const { id } = await source({ period: undefined });
      server.put(`${folder}/late.csv`, 'of the first', { mtime: at(21, 6) });
      for (const again of [undefined, false]) expect(await look(second!, id, again)).toEqual({ received: 0 });
      expect(await desk.problem(id)).toMatchObject({ code: 'FILES_NOT_TAKEN', message: expect.stringContaining('was closed without a report, and it may be that one\'s') });
      expect(there()).toEqual(['/late.csv']);
      expect(await look(first!, id, true)).toEqual({ received: 1 });
      expect(await desk.reports(id)).toMatchObject([{ fileName: 'late.csv', periodId: first }]);
      await close('2026-11-20T08:00:00Z');
      server.put(`${folder}/next.csv`, 'of the second', { mtime: at(21, 8) });
      await desk.pool.query("UPDATE report SET state = 'refused' WHERE source_id = $1", [id]);
      expect(await look(second!, id)).toEqual({ received: 0 });
      // So long after it was closed nothing of it comes any more.
      await close('2026-11-14T07:59:59Z');
      expect(await look(second!, id)).toEqual({ received: 1 });
      expect((await desk.reports(id)).at(-1)).toMatchObject({ fileName: 'next.csv', periodId: second });
    });
    test('two files at one look never go to one period', async () => {
      const [day] = await waiting(14);
      const { id } = await source({ period: undefined });
      for (const name of ['a', 'b']) server.put(`${folder}/${name}.csv`, name, { mtime: at(15) });
      for (const again of [false, true]) expect(await look(day!, id, again)).toEqual({ received: 0 });
      expect(await desk.problem(id)).toMatchObject({ message: expect.stringContaining('others without a date') });
      server.files.delete(`${folder}/a.csv`);
      expect(await look(day!, id)).toEqual({ received: 1 });
    });
    test('what was taken for another period is not this one\'s by another name', async () => {
      const { id } = await source({ period: undefined });
      const [first] = await waiting(25);
      server.put(`${folder}/report.csv`, 'trades', { mtime: at(26) });
      expect(await look(first!, id)).toEqual({ received: 1 });
      await desk.pool.query("UPDATE report_period p SET latest_report_no = r.no FROM report r WHERE r.source_id = $1 AND p.id = r.period_id", [id]);
      const [second] = await waiting(26);
      server.put(`${folder}/report-old.csv`, 'trades', { mtime: at(27) });
      expect(await desk.look('pollDrop', second!, id, { asOf: '2026-11-29T00:00:00.000Z' })).toEqual({ received: 0 });
      expect(await desk.problem(id)).toMatchObject({ message: expect.stringContaining('a file of another name that says the same') });
      expect(await look(second!, id, true)).toEqual({ received: 1 });
    });
    test('a file of one name and no trades on two days is the report of each', async () => {
      const { id } = await source({ period: undefined });
      const days = [];
      for (const day of [17, 18]) {
        days.push(...await waiting(day));
        server.put(`${folder}/report.csv`, 'no trades', { mtime: at(day + 1, 6) });
        expect(await look(days.at(-1)!, id)).toEqual({ received: 1 });
      }
      expect((await desk.reports(id)).map(({ periodId }) => periodId)).toEqual(days);
    });
  });
});

describe('what is not taken', () => {
  test('a file that is still being written', async () => {
    const { id } = await source({ settleSeconds: 1 });
    const path = `${folder}/t_2026-11-02.csv`;
    server.put(path, 'half');
    let listed = 0;
    server.before = (operation) => { if (operation === 'readdir' && ++listed === 2) server.put(path, 'half and more', { mtime: 2 }); };
    expect(await poll(id)).toEqual({ received: 0 });
    expect(await poll(id)).toEqual({ received: 1 });
    expect(await desk.reports(id)).toMatchObject([{ text: 'half and more' }]);
  });
  test('a file that changes, or goes away, while it is read', async () => {
    const { id } = await source();
    const path = `${folder}/t_2026-11-02.csv`;
    server.put(path, 'before');
    server.before = (operation) => { if (operation === 'read') server.put(path, 'after!', { mtime: 7 }); };
    expect(await poll(id)).toEqual({ received: 0 });
    server.before = (operation) => { if (operation === 'open') server.files.delete(path); };
    expect(await poll(id)).toEqual({ received: 0 });
    expect([await desk.reports(id), await desk.problem(id)]).toEqual([[], null]);
  });
  test('a file without its marker', async () => {
    const { id } = await source({ marker: '.done', files: '*' });
    server.put(`${folder}/t_2026-11-02.csv`, 'a');
    expect(await poll(id)).toEqual({ received: 0 });
    server.put(`${folder}/t_2026-11-02.csv.done`, '');
    expect(await poll(id)).toEqual({ received: 1 });
    expect(there()).toEqual(['-done/t_2026-11-02.csv']);
  });
  test('what cannot be a report is moved to the failed ones, with its reason; what may still be one waits', async () => {
    const { id } = await source();
    server.put(`${folder}/nameless.csv`, 'a');
    server.put(`${folder}/empty_2026-11-02.csv`, '');
    server.put(`${folder}/large_2026-11-02.csv`, 'x'.repeat(1_000));
    server.put(`${folder}/later_2026-12-24.csv`, 'a');
    server.put(`${folder}/../../etc/passwd.csv`, 'root');
    server.put(`${folder}/new\u0000line_2026-11-02.csv`, 'a');
    expect(await poll(id, { settings: { maxBytes: 999 } })).toEqual({ received: 0 });
    expect(there().filter((name) => name.startsWith('-'))).toEqual(['-failed/empty_2026-11-02.csv', '-failed/large_2026-11-02.csv', '-failed/nameless.csv']);
    const { rows } = await desk.pool.query<{ name: string; code: string; state: string }>("SELECT name, problem->>'code' AS code, state FROM source_item WHERE source_id = $1", [id]);
    expect(Object.fromEntries(rows.map(({ name, code, state }) => [name, `${state} ${code}`]))).toEqual({
      'nameless.csv': 'failed PERIOD_NOT_NAMED', 'empty_2026-11-02.csv': 'failed REPORT_EMPTY', 'large_2026-11-02.csv': 'failed REPORT_TOO_LARGE', 'later_2026-12-24.csv': 'failed REPORT_PERIOD_UNKNOWN',
      '../../etc/passwd.csv': 'failed FILE_NAME_UNSAFE', 'newline_2026-11-02.csv': 'failed FILE_NAME_UNSAFE',
    });
    expect(await desk.problem(id)).toMatchObject({ code: 'FILES_NOT_TAKEN', message: expect.stringMatching(/empty_2026-11-02\.csv: It is empty\..* And 1 more\.$/) });
    await desk.period(24 + 30);
    expect(await poll(id)).toEqual({ received: 1 });
  });
  test('a profile that is missing keeps the file waiting until it is there', async () => {
    const { id } = await source({}, 'pass', 'none-such');
    server.put(`${folder}/t_2026-11-02.csv`, 'a');
    expect(await poll(id)).toEqual({ received: 0 });
    expect(there()).toEqual(['/t_2026-11-02.csv']);
    expect(await desk.problem(id)).toMatchObject({ code: 'FILES_NOT_TAKEN', message: expect.stringContaining('none-such') });
  });
});

describe('stopped in the middle', () => {
  test('after the commit and before the move: the next look moves it, and takes it no second time', async () => {
    const { id } = await source();
    server.put(`${folder}/t_2026-11-02.csv`, 'once');
    server.before = (operation) => { if (operation === 'rename') throw new Answer(4); };
    await expect(poll(id)).rejects.toMatchObject({ type: 'SOURCE_FAILING' });
    expect(await desk.reports(id)).toHaveLength(1);
    expect(there()).toEqual(['/t_2026-11-02.csv']);
    server.before = null;
    expect(await poll(id)).toEqual({ received: 0 });
    expect(there()).toEqual(['-done/t_2026-11-02.csv']);
    expect(await desk.reports(id)).toHaveLength(1);
  });
  test('a move that is not allowed is told, and the file is not taken again', async () => {
    const { id } = await source();
    server.put(`${folder}/t_2026-11-02.csv`, 'once');
    server.before = (operation) => { if (operation === 'rename') throw new Answer(3); };
    expect([await poll(id), await poll(id)]).toEqual([{ received: 1 }, { received: 0 }]);
    expect(await desk.problem(id)).toMatchObject({ code: 'FILES_NOT_TAKEN', message: expect.stringContaining('could not be moved') });
  });
  test('two workers at once take each file once', async () => {
    const { id } = await source();
    for (const day of ['02', '03', '04', '05']) server.put(`${folder}/t_2026-11-${day}.csv`, `content ${day}`);
    const answers = await Promise.all([1, 2, 3].map(() => poll(id)));
    expect(answers.reduce((sum, { received }) => sum + received, 0)).toBe(4);
    expect((await desk.reports(id)).map(({ text }) => text).toSorted()).toEqual(['content 02', 'content 03', 'content 04', 'content 05']);
    expect(there()).toHaveLength(4);
    expect(await desk.problem(id)).toBeNull();
  });
});

test('a test takes nothing and says what is there', async () => {
  const { id } = await source();
  server.put(`${folder}/t_2026-11-02.csv`, 'a');
  server.put(`${folder}/nameless.csv`, 'b');
  expect(await desk.test(id)).toMatchObject({ problem: null, found: { more: false, files: [
    { name: 't_2026-11-02.csv', bytes: 1, taken: false, period: { from: '2026-11-02T00:00:00.000Z', to: '2026-11-03T00:00:00.000Z' } }, { name: 'nameless.csv', taken: false, problem: { code: 'PERIOD_NOT_NAMED' } },
  ] } });
  expect(there()).toEqual(['/nameless.csv', '/t_2026-11-02.csv']);
  const closed = await source({ port: 1 });
  expect(await desk.test(closed.id)).toMatchObject({ found: null, problem: { code: 'SOURCE_CONNECTION_REFUSED' } });
});
