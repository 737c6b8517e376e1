import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sftpFolders } from '../../../../../activities/payouts/rails/bank/sftpFolders.ts';
import { bankDesk, type Desk } from './desk.ts';
import { type FolderServer, folderServer } from './folderServer.ts';
import { canRunBank } from '../../../../../scripts/sandbox-bank/install.ts';

describe.skipIf(!canRunBank())('mock-bank by SFTP (needs Python 3.10 with venv and pip)', () => {
  let desk: Desk;
  let server: FolderServer;
  beforeAll(async () => {
    desk = await bankDesk({
      rail: {
        folders: (signal) => sftpFolders({ host: '127.0.0.1', port: server.port, user: 'bank', secret: 'pass', hostKey: server.fingerprint, outgoing: '/to-bank', incoming: '/from-bank' }, signal),
      },
    });
    server = await folderServer(dirname(desk.bank.outgoing));
  });
  afterAll(async () => {
    await server?.close();
    await desk?.close();
  });

  test('files go and come by SFTP: paid, once, and what was read is out of the way', async () => {
    const payout = await desk.ordered();
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'submitted' });
    await desk.pass(1);
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'paid' });
    expect(await desk.executed(payout)).toBe(1);
    expect(desk.files('in')).toEqual([]);
    expect(desk.files('in', 'done').length).toBeGreaterThan(1);
    expect(desk.files('out')).toEqual([]);
  });

  test('the answer to the rename is lost with the connection: not handed over again', async () => {
    const payout = await desk.ordered();
    const { batchIds: [batchId] } = await desk.call('assembleBatches', { rail: 'bank', asOf: desk.now() });
    server.loseRename = true;
    expect(await desk.call('handOverBatch', { batchId: batchId!, asOf: desk.now() })).toMatchObject({ state: 'assembled' });
    await desk.bank.control.scan();
    expect(await desk.call('handOverBatch', { batchId: batchId!, asOf: desk.now() })).toMatchObject({ state: 'sent' });
    expect(desk.files('out').filter((name) => name.endsWith('.xml'))).toEqual([]);
    await desk.pass(1);
    await desk.turn();
    expect(await desk.state(payout)).toMatchObject({ state: 'paid' });
    expect(await desk.executed(payout)).toBe(1);
  });

  test('a server that is away is said to operators, and nothing is lost', async () => {
    await desk.ordered();
    const { port } = server;
    server.port = 1;
    await desk.turn();
    expect((await desk.rows<{ code: string }>('SELECT code FROM rail_condition WHERE cleared_at IS NULL ORDER BY code')).map(({ code }) => code)).toEqual(['BANK_FOLDER_AWAY', 'RAIL_HAND_OVER_FAILS']);
    server.port = port;
    await desk.turn();
    expect(await desk.rows('SELECT code FROM rail_condition WHERE cleared_at IS NULL')).toEqual([]);
    expect(await desk.rows(`SELECT state FROM payout_batch WHERE state = 'assembled'`)).toEqual([]);
  });

  test('another server than the one of the settings gets neither password nor file', async () => {
    await expect(sftpFolders({ host: '127.0.0.1', port: server.port, user: 'bank', secret: 'pass', hostKey: 'SHA256:AAAA', outgoing: '/to-bank', incoming: '/from-bank' }, new AbortController().signal)).rejects.toMatchObject({ name: 'BankAway', message: expect.stringMatching(/not the one of the settings/) });
  });
});
