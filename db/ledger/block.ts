import { createHash, hash } from 'node:crypto';
import { journalText, postingText } from './draft.ts';
import type { JournalRecord } from './record.ts';

/** A sealed block: it covers every journal after the block before it up to `lastId`. Hashes are hex. */
export interface Block {
  height: string;
  firstId: string;
  lastId: string;
  journals: number;
  contentHash: string;
  previousHash: string;
  hash: string;
}

/** What the first block names as its predecessor. */
export const GENESIS = '0'.repeat(64);

/** SHA-256 over all that is recorded of the journals, in id order. */
export function contentHash(journals: readonly JournalRecord[]): string {
  const content = createHash('sha256');
  for (const j of journals) {
    const lines = j.postings.map((p) => `${p.line} ${p.accountId} ${postingText(p.code ?? '?', p.currency, p.amount)}`);
    content.update(JSON.stringify([j.id, j.recordedAt, j.key, j.payloadHash, journalText(j, lines)]));
  }
  return content.digest('hex');
}

/** The block's own hash: chains its content to everything before it. */
export function blockHash(block: Omit<Block, 'hash'>): string {
  return hash('sha256', JSON.stringify([block.height, block.firstId, block.lastId, block.journals, block.contentHash, block.previousHash]), 'hex');
}

/** Columns of `ledger_block` as a Block. */
export const BLOCK_COLUMNS = `height::text AS height, first_id::text AS "firstId", last_id::text AS "lastId", journals,
  encode(content_hash, 'hex') AS "contentHash", encode(previous_hash, 'hex') AS "previousHash", encode(hash, 'hex') AS hash`;
