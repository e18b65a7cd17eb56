import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../harness/until.ts'

/**
 * Waits until these words of an output are in a file of the data folder. What is shown goes to its file at once, and is
 * there a moment later: a crash before that loses it.
 */
export async function recorded(data: string, words: string): Promise<void> {
  const folder = join(data, 'spool')
  await until(`“${words}” is in a file`, () =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) => {
      const path = join(folder, name)
      return (
        statSync(path, { throwIfNoEntry: false })?.isFile() === true &&
        readFileSync(path).includes(words)
      )
    }),
  )
}
