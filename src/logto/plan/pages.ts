export interface PageQuery { page: number, page_size: number }

/** The most that Logto gives. */
const PAGE_SIZE = 100

/**
 * A whole list, page by page. What is added meanwhile pushes entries on to the next page, so each
 * is kept once, by its id.
 */
export async function everyPage<T extends { id: string }> (fetchPage: (query: PageQuery) => Promise<readonly T[]>): Promise<T[]> {
  const entries = new Map<string, T>()
  for (let page = 1; ; page += 1) {
    const found = await fetchPage({ page, page_size: PAGE_SIZE })
    for (const entry of found) entries.set(entry.id, entry)
    if (found.length < PAGE_SIZE) return [...entries.values()]
  }
}
