import type { SearchHit } from '../contract/requests.ts'
import type { RunIndex } from '../engine/ports.ts'
import { reading, writingLater, type Access } from './access.ts'
import { excerptOf } from './excerpt.ts'
import { fold, matchAll, searchable, termsOf, wordsOf } from './search-text.ts'

export type SearchEntry = Parameters<RunIndex['indexText']>[0]

/** A hit before its run's title is known. */
export type SearchMatch = Omit<SearchHit, 'title' | 'startedAt'>

export interface SearchIndex {
  /** The text of a run replaces the one before; notes and outputs are added. */
  add(entry: SearchEntry): void
  /** Takes out what a block's outputs, or without both the terminals of a run, have added. */
  forget(run: string, step: string | undefined, block: string | undefined): void
  /** Takes out everything of a run; part of the transaction that is going on. */
  forgetRun(run: string): void
  /** Leaves nothing of what was taken out in the index. */
  forgetDeleted(): void
  /** Newest first. Finds nothing, rather than fails, for a query that means nothing. */
  search(query: string, limit: number): readonly SearchMatch[]
  /** Runs in the log that have no entry. */
  unindexed(): readonly string[]
}

interface TextRow {
  readonly run: string
  readonly place: string
  readonly step: string | null
  readonly block: string | null
  readonly text: string
}

export function createSearchIndex(access: Access): SearchIndex {
  const { database } = access
  const insertText = database.prepare<[string, string, string | null, string | null, string]>(
    'insert into search_text (run, place, step, block, text) values (?, ?, ?, ?, ?)',
  )
  const insertPart = database.prepare<[number | bigint, string]>(
    'insert into search_part (rowid, text) values (?, ?)',
  )
  const insertWord = database.prepare<[number | bigint, string]>(
    'insert into search_word (rowid, words) values (?, ?)',
  )
  const ofRun = database
    .prepare<[string], number>(`select id from search_text where run = ? and place = 'run'`)
    .pluck()
  const allOfRun = database
    .prepare<[string], number>('select id from search_text where run = ?')
    .pluck()
  const ofPlace = database
    .prepare<[string, string | null, string | null], number>(
      `select id from search_text where run = ? and place = 'output' and step is ? and block is ?`,
    )
    .pluck()
  const deletePart = database.prepare<[number]>('delete from search_part where rowid = ?')
  const deleteWord = database.prepare<[number]>('delete from search_word where rowid = ?')
  const deleteText = database.prepare<[number]>('delete from search_text where id = ?')

  const columns = 'run, place, step, block, search_text.text as text'
  const byPart = database.prepare<[string, number], TextRow>(
    `select ${columns} from search_part join search_text on id = search_part.rowid
     where search_part match ? order by search_part.rowid desc limit ?`,
  )
  const byWord = database.prepare<[string, number], TextRow>(
    `select ${columns} from search_word join search_text on id = search_word.rowid
     where search_word match ? order by search_word.rowid desc limit ?`,
  )
  const byBoth = database.prepare<[string, string, number], TextRow>(
    `select ${columns} from search_part join search_text on id = search_part.rowid
     where search_part match ? and id in (select rowid from search_word where search_word match ?)
     order by search_part.rowid desc limit ?`,
  )
  const unindexed = database
    .prepare<[], string>(
      `select run from event where seq = 1 and not exists
         (select 1 from search_text where search_text.run = event.run and place = 'run')`,
    )
    .pluck()

  function remove(id: number): void {
    deletePart.run(id)
    deleteWord.run(id)
    deleteText.run(id)
  }

  return {
    add({ run, where, step, block, text }) {
      const clean = searchable(text)
      const folded = fold(clean)
      writingLater(access, 'The search index could not be brought up to date', () => {
        if (where === 'run') for (const id of ofRun.all(run)) remove(id)
        const { lastInsertRowid } = insertText.run(run, where, step ?? null, block ?? null, clean)
        insertPart.run(lastInsertRowid, folded)
        insertWord.run(lastInsertRowid, wordsOf(folded))
      })
    },

    forget(run, step, block) {
      writingLater(access, 'The search index could not be brought up to date', () => {
        for (const id of ofPlace.all(run, step ?? null, block ?? null)) remove(id)
      })
    },

    forgetRun(run) {
      for (const id of allOfRun.all(run)) remove(id)
    },

    forgetDeleted() {
      // Words of what was deleted stay in the index until its parts are merged into one.
      database.exec(`insert into search_part (search_part) values ('optimize');
        insert into search_word (search_word) values ('optimize')`)
    },

    search(query, limit) {
      const { parts, words } = termsOf(query)
      if (parts.length === 0 && words.length === 0) return []
      const rows = reading(access, 'The search could not be done', () => {
        if (words.length === 0) return byPart.all(matchAll(parts, ''), limit)
        const beginnings = matchAll(words, '*')
        if (parts.length === 0) return byWord.all(beginnings, limit)
        return byBoth.all(matchAll(parts, ''), beginnings, limit)
      })
      return rows.map((row) => matchOf(row, [...parts, ...words]))
    },

    unindexed: () => unindexed.all(),
  }
}

function matchOf(
  { run, place, step, block, text }: TextRow,
  terms: readonly string[],
): SearchMatch {
  return {
    run,
    where: place,
    ...(step !== null && { step }),
    ...(block !== null && { block }),
    excerpt: excerptOf(text, terms),
  }
}
