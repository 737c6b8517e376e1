export interface AccountLink {
  id: string;
  userId: string;
  status: 'requested' | 'verified' | 'ended';
  /** ISO instants; a verified link counts as verified since its request; `endedAt` is exclusive. */
  requestedAt: string;
  endedAt: string | null;
}

export type LinkVerdict =
  | { link: AccountLink; reason: null | 'LINKED_AFTER_TRADE' | 'LINK_NOT_VERIFIED' }
  | { link: null; reason: 'ACCOUNT_NOT_LINKED' };

/**
 * Which link a trade at `at` (its close; an aggregate's start) belongs to: the verified one that covers it, else one
 * requested too late, else one still waiting (cases/README "Rules of the figures"). A close at the very request is covered.
 */
export function linkFor(links: readonly AccountLink[], at: string): LinkVerdict {
  let late: AccountLink | null = null;
  let waiting: AccountLink | null = null;
  for (const link of links) {
    if (link.status === 'requested') {
      if (waiting === null || link.requestedAt < waiting.requestedAt) waiting = link;
    } else if (link.requestedAt > at) {
      if (late === null || link.requestedAt < late.requestedAt) late = link;
    } else if (link.endedAt === null || at < link.endedAt) {
      return { link, reason: null };
    }
  }
  if (late !== null) return { link: late, reason: 'LINKED_AFTER_TRADE' };
  if (waiting !== null) return { link: waiting, reason: 'LINK_NOT_VERIFIED' };
  return { link: null, reason: 'ACCOUNT_NOT_LINKED' };
}

/**
 * The link that a money adjustment goes to: it needs only a verified link. At its time if it has one, else today's, else
 * the one that ended last: ending a link does not shake off what the broker takes back.
 */
export function linkForAdjustment(links: readonly AccountLink[], at: string | null): AccountLink | null {
  if (at !== null) {
    const covering = linkFor(links, at);
    if (covering.link !== null && covering.reason === null) return covering.link;
  }
  const ended = links.filter((link) => link.status === 'ended').sort((a, b) => (a.endedAt! < b.endedAt! ? 1 : -1));
  return links.find((link) => link.status === 'verified') ?? ended[0] ?? null;
}
