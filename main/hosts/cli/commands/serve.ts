import { dataFolder } from '../../data-folder.ts'
import { serve } from '../../web/serve.ts'
import { usage } from '../cli-error.ts'
import { DATA_OPTION, readWords, wholeNumber } from '../words.ts'

/** `muster serve [--port N] [--no-open]` */
export async function run(words: readonly string[]): Promise<number> {
  const { values, positionals } = readWords(words, {
    ...DATA_OPTION,
    port: { type: 'string' },
    'no-open': { type: 'boolean' },
    host: { type: 'string' },
  })
  if (positionals.length > 0) throw usage(`serve takes no ${positionals.join(' ')}.`)
  if (values.host !== undefined) {
    throw usage(
      'Muster is served to this computer only. From another one, go through SSH: ssh -L PORT:127.0.0.1:PORT, with the same port on both sides.',
    )
  }
  return await serve({
    data: dataFolder(process.env, values.data === undefined ? [] : ['--data', values.data]),
    port: values.port === undefined ? 0 : wholeNumber('port', values.port, 0, 65_535),
    open: values['no-open'] !== true,
  })
}
