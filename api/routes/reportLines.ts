import { z } from 'zod';
import type { FoundLine as LineRow } from '../../db/stores/lineHistory.ts';
import { searchLines } from '../../db/stores/lineSearch.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { operation } from '../operation.ts';
import { callerOf } from '../plugins/auth.ts';
import { defined, pageOf, pageQuery, readPage } from '../schemas/paging.ts';
import { FoundLine, SearchQuery } from '../schemas/reportLines.ts';

const PLACE = /^\d{1,18}\.\d{1,9}$/;

/** Lines of all reports, by what one knows of them. */
export function reportLineRoutes(app: Api, { pool }: ApiDeps): void {
  app.get('/v1/report-lines', operation('listAllReportLines', {
    tag: 'Reports', summary: 'Lines of all reports, the newest report first, each with every outcome it has had and what it earned',
    description: 'By ticket or account it is quick over any number of lines; a search that would read too many is refused with `SEARCH_TOO_WIDE`. A trader sees the lines of his own verified accounts, from the time of his link (and from before it, where nobody else had the account), that could be read.',
    querystring: z.object({ ...pageQuery, ...SearchQuery }), response: { 200: pageOf(FoundLine) },
  }), (request) => {
    const { ownUserId } = callerOf(request);
    const { limit: _limit, cursor: _cursor, ...query } = request.query;
    const search = defined({ ...query, ...(ownUserId === null ? {} : { userId: ownUserId, own: true }) });
    return readPage<LineRow>(request.query, (line) => `${line.reportNo}.${line.rowNumber}`, ({ after, limit }) => {
      const [no, row] = after?.split('.') ?? [];
      return searchLines(pool, search, { before: no === undefined ? null : { no, row: Number(row) }, limit });
    }, PLACE);
  });
}
