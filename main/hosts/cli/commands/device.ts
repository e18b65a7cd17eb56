import { usage } from '../cli-error.ts'
import type { Console } from '../console.ts'
import { EXIT } from '../exit-codes.ts'
import { printable } from '../printable.ts'
import { openToRead, openToWrite } from '../record/open.ts'
import { timeText } from '../record/run-text.ts'
import { grouped } from '../record/words-text.ts'
import { DATA_OPTION, readWords } from '../words.ts'

/** `muster device [--new-key] [--json]` */
export async function run(words: readonly string[], console: Console): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    'new-key': { type: 'boolean' },
    json: { type: 'boolean' },
  })
  if (positionals.length > 0) throw usage(`device takes no ${positionals.join(' ')}.`)
  const fresh = values['new-key'] === true
  const opened = fresh ? await openToWrite(values.data, () => undefined) : openToRead(values.data)
  try {
    const { connection } = opened
    const device = await connection.request(fresh ? 'device.replace-key' : 'device.get', {})
    if (values.json === true) {
      console.out(JSON.stringify(device, null, 2))
      return EXIT.ok
    }
    const { style } = console
    console.out(`${style('bold', 'device')} ${device.device}`)
    for (const { line, fingerprint, words: spoken, madeAt, retiredAt, current } of device.keys) {
      const until = retiredAt === undefined ? '' : `, replaced ${timeText(retiredAt)}`
      const state = current ? style('green', 'signs now') : style('dim', 'signs no more')
      console.out('')
      console.out(`key of ${timeText(madeAt)}${until}: ${state}`)
      console.out(`  public key   ${line}`)
      console.out(`  fingerprint  ${grouped(fingerprint)}`)
      console.out(`  in words     ${spoken.join(' ')}`)
    }
    console.out('')
    console.out(printable(device.notice))
    return EXIT.ok
  } finally {
    await opened.close()
  }
}
