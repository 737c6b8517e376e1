import { Problem } from '../../../../domain/problem.ts';
import { matchesMask } from '../../../../domain/reports/fileMask.ts';
import type { S3SourceSettings } from '../../../../domain/reports/sourceSettings.ts';
import type { Reach } from '../http.ts';
import type { Drop, Dropped } from './drop.ts';
import { s3 } from './s3Requests.ts';

/** Lists of a thousand names that are read at most. */
const MAX_LISTS = 1_000;

interface Listed { Contents?: { Key?: string; Size?: string; ETag?: string; LastModified?: string }[]; IsTruncated?: string; NextContinuationToken?: string; EncodingType?: string }

/** The objects right under a prefix of a bucket. An object appears whole, so none has to settle. */
export function openS3(settings: S3SourceSettings, secret: string | null, reach: Reach): Drop {
  const { request, xml, copySource } = s3(settings, secret, reach);
  const pathOf = (name: string): string => settings.prefix + name;
  const etags = new Map<string, string>();

  const list = async (): Promise<Dropped[]> => {
    const found: Dropped[] = [];
    const tokens = new Set<string>();
    for (let token: string | undefined; ;) {
      const query = { 'list-type': '2', prefix: settings.prefix, delimiter: '/', 'encoding-type': 'url', 'max-keys': '1000', ...(token === undefined ? {} : { 'continuation-token': token }) };
      const page = (await xml(await request('GET', null, { query })))['ListBucketResult'] as Listed | undefined;
      if (page === undefined || typeof page !== 'object') throw new Problem('SOURCE_ANSWER_UNREADABLE', 'The bucket does not answer with a list of its objects.');
      for (const { Key = '', Size = '', ETag = '', LastModified = '' } of page.Contents ?? []) {
        const key = page.EncodingType === 'url' ? decodeURIComponent(Key.replaceAll('+', ' ')) : Key;
        const name = key.slice(settings.prefix.length);
        // An empty object whose name ends like a folder stands for one.
        if (!key.startsWith(settings.prefix) || name === '' || name.endsWith('/') || !/^\d+$/.test(Size) || !matchesMask(settings.files, name)) continue;
        // Its time too: the same content written again may be another day's.
        const mark = `${key} ${ETag === '' ? Size : ETag} ${LastModified}`;
        if (ETag !== '') etags.set(mark, ETag);
        found.push({ name, size: Number(Size), changedAt: new Date(LastModified).toISOString(), mark });
      }
      if (page.IsTruncated !== 'true') return found;
      token = page.NextContinuationToken;
      if (token === undefined || tokens.has(token) || tokens.size >= MAX_LISTS) throw new Problem('SOURCE_CURSOR_REPEATS', 'The bucket’s list never ends; nothing was taken.');
      tokens.add(token);
    }
  };
  const same = async (file: Dropped): Promise<boolean> => {
    const { status, headers, discard } = await request('HEAD', pathOf(file.name), { allow: [404] });
    discard();
    const etag = etags.get(file.mark);
    return status === 200 && (etag === undefined ? headers['content-length'] === String(file.size) : headers.etag === etag);
  };

  return {
    pathOf, list, same,
    settled: async (files) => [...files],
    async* read(file) {
      yield* (await request('GET', pathOf(file.name))).body;
    },
    async move(file, to) {
      const prefix = to === 'done' ? settings.donePrefix : settings.failedPrefix;
      if (prefix === undefined) return;
      // The target names its version too: what another version left there stays.
      const copy = await request('PUT', `${prefix}${file.changedAt.replace(/[^\dTZ]/g, '')}_${file.name}`, { headers: { 'x-amz-copy-source': copySource(pathOf(file.name)) } });
      if ((await xml(copy))['CopyObjectResult'] === undefined) throw new Problem('SOURCE_REFUSED', 'The bucket did not copy an object that was taken.');
      // Another version that came meanwhile stays where it is, to be taken.
      if (await same(file)) (await request('DELETE', pathOf(file.name), { allow: [204] })).discard();
    },
    close: async () => undefined,
  };
}
