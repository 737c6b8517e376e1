import { AwsClient } from 'aws4fetch';
import { XMLParser } from 'fast-xml-parser';
import { Problem } from '../../../../domain/problem.ts';
import type { S3SourceSettings } from '../../../../domain/reports/sourceSettings.ts';
import { type Answered, ask, type Reach } from '../http.ts';
import { faultOf } from '../status.ts';

/** Of an answer that is looked into: a list of a thousand names is far smaller. */
const MAX_XML = 8 << 20;
const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, processEntities: true, htmlEntities: false, isArray: (name) => name === 'Contents' });

export interface S3 {
  /** A signed request for an object, or for the bucket where `key` is null. Throws like `ask`, and what its status means unless it is in `allow`. */
  request(method: 'GET' | 'HEAD' | 'PUT' | 'DELETE', key: string | null, options?: { query?: Record<string, string>; headers?: Record<string, string>; allow?: readonly number[] }): Promise<Answered>;
  xml(answered: Answered): Promise<Record<string, unknown>>;
  /** How another request names an object. */
  copySource(key: string): string;
}

export function s3({ endpoint, region, bucket, pathStyle, accessKeyId }: S3SourceSettings, secret: string | null, reach: Reach): S3 {
  if (secret === null) throw new Problem('SOURCE_SECRET_MISSING', 'The source has no secret access key; set one.');
  const aws = new AwsClient({ accessKeyId, secretAccessKey: secret, service: 's3', region, retries: 0 });
  const base = new URL(endpoint);
  if (!pathStyle) base.hostname = `${bucket}.${base.hostname}`;
  const root = `${base.origin}${base.pathname.replace(/\/+$/, '')}${pathStyle ? `/${bucket}` : ''}`;
  return {
    async request(method, key, { query = {}, headers = {}, allow = [] } = {}) {
      const search = new URLSearchParams(query).toString().replaceAll('+', '%20');
      const signed = await aws.sign(`${root}/${key === null ? '' : encoded(key)}${search === '' ? '' : `?${search}`}`, { method, headers });
      const answered = await ask({ method, url: new URL(signed.url), headers: Object.fromEntries(signed.headers), ...(method === 'PUT' ? { body: '' } : {}) }, reach);
      const fault = allow.includes(answered.status) ? null : faultOf(answered, reach.settings.maxRetryAfterSeconds);
      if (fault === null) return answered;
      answered.discard();
      throw fault;
    },
    async xml(answered) {
      const parts: Buffer[] = [];
      let size = 0;
      for await (const part of answered.body) {
        parts.push(part);
        size += part.length;
        if (size > MAX_XML) throw unreadable('is too large');
      }
      const text = Buffer.concat(parts).toString('utf8');
      if (/<!DOCTYPE/i.test(text)) throw unreadable('declares entities');
      try {
        return parser.parse(text, true) as Record<string, unknown>;
      } catch {
        throw unreadable('is no XML');
      }
    },
    copySource: (key) => `/${bucket}/${encoded(key)}`,
  };
}

/** Every part by itself, so that no part is read as a step up. */
const encoded = (key: string): string => key.split('/').map((part) => encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)).join('/');

const unreadable = (what: string): Problem => new Problem('SOURCE_ANSWER_UNREADABLE', `The answer of the bucket ${what}.`);
