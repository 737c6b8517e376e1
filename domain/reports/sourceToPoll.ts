/** A source of reports as the workflow that polls it knows it: neither settings nor secrets. */
export interface SourceToPoll {
  sourceId: string;
  kind: 'api' | 'mailbox' | 'sftp' | 's3';
  pollSeconds: number;
  /** Another one as soon as it was changed; missing in older histories. */
  edition?: string;
}
