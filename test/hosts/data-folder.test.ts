import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { compose } from '../../main/hosts/compose.ts'
import { projectRoot } from '../harness/project.ts'
import { temporaryFolder } from '../harness/temporary-folder.ts'

it('everything that stands in a data folder stands in docs/data-folder.md', async () => {
  const text = readFileSync(join(projectRoot, 'docs', 'data-folder.md'), 'utf8')
  const folder = temporaryFolder('data-folder')
  try {
    const data = join(folder.path, 'data')
    const muster = compose({ data, host: 'cli', version: '0', folders: [] })
    const period = { from: 0, to: 1, zone: 'UTC', ticket: 'pack' }
    await muster.engine
      .connect({ push: () => undefined })
      .request('audit.write', { ...period, format: 'md' })
    const names = readdirSync(data)
    await muster.close()
    expect(names).toContain('muster.db')
    for (const name of names) expect(text).toContain(`\`${name}`)
  } finally {
    folder.remove()
  }
})
