import { createSocket } from 'node:dgram';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicDns, vettedAddresses } from '../../../activities/webhooks/addresses.ts';

const A = 1;
const AAAA = 28;
/** What our name server knows, by name and kind of record. */
const ZONE: Record<string, Record<number, Buffer[]>> = {
  'hooks.program.com': { [A]: [Buffer.from([93, 184, 216, 34])], [AAAA]: [Buffer.from('26062800022000010248189325c81946', 'hex')] },
  'inner.program.com': { [A]: [Buffer.from([10, 0, 0, 5])] },
  'both.program.com': { [A]: [Buffer.from([93, 184, 216, 34]), Buffer.from([127, 0, 0, 1])] },
  'six.program.com': { [AAAA]: [Buffer.from('00000000000000000000000000000001', 'hex')] },
};
const server = createSocket('udp4');
let resolve: ReturnType<typeof publicDns>;

beforeAll(async () => {
  server.on('message', (query, from) => {
    const labels: string[] = [];
    let at = 12;
    for (; query[at] !== 0; at += query[at]! + 1) labels.push(query.toString('latin1', at + 1, at + 1 + query[at]!));
    const kind = query.readUInt16BE(at + 1);
    const name = labels.join('.').toLowerCase();
    if (name === 'mute.program.com') return;
    const records = ZONE[name]?.[kind] ?? [];
    const header = Buffer.from([query[0]!, query[1]!, 0x81, name in ZONE ? 0x80 : 0x83, 0, 1, 0, records.length, 0, 0, 0, 0]);
    const answers = records.map((data) => Buffer.concat([Buffer.from([0xc0, 0x0c, 0, kind, 0, 1, 0, 0, 0, 1, 0, data.length]), data]));
    server.send(Buffer.concat([header, query.subarray(12, at + 5), ...answers]), from.port, from.address);
  });
  await new Promise<void>((bound) => server.bind(0, '127.0.0.1', bound));
  resolve = publicDns([`127.0.0.1:${server.address().port}`]);
});
afterAll(() => { server.close(); });

test('every address of a name, IPv4 first', async () => {
  expect(await vettedAddresses('hooks.program.com', resolve, false)).toEqual([{ address: '93.184.216.34', family: 4 }, { address: '2606:2800:220:1:248:1893:25c8:1946', family: 6 }]);
});

test.each(['inner.program.com', 'both.program.com', 'six.program.com'])('%s leads inside', async (name) => {
  await expect(vettedAddresses(name, resolve, false)).rejects.toMatchObject({ code: 'ADDRESS_NOT_PUBLIC' });
});

test.each(['nobody.program.com', 'mute.program.com'])('%s is not found', async (name) => {
  await expect(vettedAddresses(name, resolve, false)).rejects.toMatchObject({ code: 'DNS_FAILED' });
});

test('names of /etc/hosts mean nothing', async () => {
  await expect(vettedAddresses('localhost', resolve, true)).rejects.toMatchObject({ code: 'DNS_FAILED' });
});
