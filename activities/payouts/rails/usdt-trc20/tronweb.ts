import type * as Tronweb from 'tronweb/utils';

/** tronweb's offline part, loaded when something is signed: it takes a second, which processes that never sign need not wait for. Nothing of its network code is used. */
export const tronweb = (): Promise<typeof Tronweb> => import('tronweb/utils');
