import { createSocket } from 'node:dgram';
import { dnsTxt, type TxtResolver } from '../../../../../activities/reports/mail/dns.ts';

const TXT = 16;

export interface KeyServer {
  /** TXT records by name; a name that is not there does not exist. */
  zone: Map<string, string[]>;
  /** Names that are answered with SERVFAIL. */
  failing: Set<string>;
  /** Names that were asked for. */
  asked: string[];
  txt: TxtResolver;
  address: string;
  close(): void;
}

/** A name server on UDP that knows some keys. */
export async function keyServer(): Promise<KeyServer> {
  const server = createSocket('udp4');
  const zone = new Map<string, string[]>();
  const failing = new Set<string>();
  const asked: string[] = [];
  server.on('message', (query, from) => {
    const labels: string[] = [];
    let at = 12;
    for (; query[at] !== 0; at += query[at]! + 1) labels.push(query.toString('latin1', at + 1, at + 1 + query[at]!));
    const name = labels.join('.').toLowerCase();
    const kind = query.readUInt16BE(at + 1);
    asked.push(name);
    const records = kind === TXT ? (zone.get(name) ?? []) : [];
    const code = failing.has(name) ? 2 : zone.has(name) ? 0 : 3;
    const header = Buffer.from([query[0]!, query[1]!, 0x81, 0x80 | code, 0, 1, 0, records.length, 0, 0, 0, 0]);
    const answers = records.map((text) => {
      const pieces = (text.match(/[^]{1,255}/g) ?? ['']).map((piece) => Buffer.concat([Buffer.from([piece.length]), Buffer.from(piece, 'latin1')]));
      const data = Buffer.concat(pieces);
      return Buffer.concat([Buffer.from([0xc0, 0x0c, 0, TXT, 0, 1, 0, 0, 0, 1, data.length >> 8, data.length & 0xff]), data]);
    });
    server.send(Buffer.concat([header, query.subarray(12, at + 5), ...answers]), from.port, from.address);
  });
  await new Promise<void>((bound) => server.bind(0, '127.0.0.1', bound));
  const address = `127.0.0.1:${server.address().port}`;
  return { zone, failing, asked, txt: dnsTxt([address]), address, close: () => server.close() };
}
