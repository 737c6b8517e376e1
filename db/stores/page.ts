/** Part of a list: what comes after the key `after` in the list's own order, at most `limit`. */
export interface Page { after?: string | undefined; limit: number }
