/**
 * The marks that delimit blocks in the output of one live shell: `ESC ] 7717 ; letter ; nonce [; status] BEL`.
 * S: a block starts. E: it ended with this status. P: the shell is at its prompt again.
 *
 * Only the real escape byte counts: in the echo of the line that prints a mark it is written `\033`. A mark with a
 * nonce that was not given out is output like any other.
 */
export type Mark =
  | { readonly kind: 'start'; readonly nonce: string }
  | { readonly kind: 'end'; readonly nonce: string; readonly status: number }
  | { readonly kind: 'prompt'; readonly nonce: string; readonly status: number }

export type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'mark'; readonly mark: Mark }

const ESCAPE = 0x1b
const BELL = 0x07
const INTRODUCER = Buffer.from('\x1b]7717;', 'latin1')
/** Letter, nonce of 32 digits, status, separators: with room to spare. */
const LONGEST_BODY = 64

function parseBody(body: string): Mark | undefined {
  const match = /^(?:S;([0-9a-f]+)|([EP]);([0-9a-f]+);(\d{1,3}))$/.exec(body)
  if (match === null) return undefined
  const [, started, letter, nonce, status] = match
  if (started !== undefined) return { kind: 'start', nonce: started }
  if (nonce === undefined) return undefined
  return { kind: letter === 'E' ? 'end' : 'prompt', nonce, status: Number(status) }
}

/** What stands at `at`, where there is an escape byte. */
function look(
  bytes: Buffer,
  at: number,
): { readonly mark: Mark; readonly end: number } | 'incomplete' | undefined {
  const head = bytes.subarray(at, at + INTRODUCER.length)
  if (!head.equals(INTRODUCER.subarray(0, head.length))) return undefined
  if (head.length < INTRODUCER.length) return 'incomplete'
  const from = at + INTRODUCER.length
  const body = bytes.subarray(from, from + LONGEST_BODY)
  const bell = body.indexOf(BELL)
  if (bell === -1) return body.length < LONGEST_BODY ? 'incomplete' : undefined
  const mark = parseBody(body.subarray(0, bell).toString('latin1'))
  return mark && { mark, end: from + bell + 1 }
}

/** Separates marks from output. A mark may come in any number of chunks. */
export class MarkParser {
  readonly #known: (nonce: string) => boolean
  #held: Buffer = Buffer.alloc(0)

  constructor(known: (nonce: string) => boolean) {
    this.#known = known
  }

  push(chunk: Uint8Array): readonly Piece[] {
    const bytes =
      this.#held.length > 0
        ? Buffer.concat([this.#held, chunk])
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    this.#held = Buffer.alloc(0)
    const pieces: Piece[] = []
    let from = 0
    for (let at = bytes.indexOf(ESCAPE); at !== -1; at = bytes.indexOf(ESCAPE, at)) {
      const seen = look(bytes, at)
      if (seen === 'incomplete') {
        this.#held = bytes.subarray(at)
        break
      }
      if (seen === undefined || !this.#known(seen.mark.nonce)) {
        at += 1
        continue
      }
      if (at > from) pieces.push({ kind: 'bytes', bytes: bytes.subarray(from, at) })
      pieces.push({ kind: 'mark', mark: seen.mark })
      from = seen.end
      at = seen.end
    }
    const until = bytes.length - this.#held.length
    if (until > from) pieces.push({ kind: 'bytes', bytes: bytes.subarray(from, until) })
    return pieces
  }

  /** What was held back as the possible beginning of a mark, when no more can come. */
  end(): Uint8Array {
    const held = this.#held
    this.#held = Buffer.alloc(0)
    return held
  }
}

/** Quotes text for a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** A command line that prints a mark. `status` is a word the shell expands, such as `"$?"`. */
function print(letter: 'S' | 'E', nonce: string, status?: string): string {
  return status === undefined
    ? `printf '\\033]7717;${letter};%s\\007' ${nonce}`
    : `printf '\\033]7717;${letter};%s;%s\\007' ${nonce} ${status}`
}

/**
 * The one line that runs a command between its marks. The leading space keeps it out of the history of shells that
 * are told to; `command eval` keeps a syntax error from taking the rest of the line with it.
 */
export function markedLine(nonce: string, command: string): string {
  return ` ${print('S', nonce)}; command eval ${quote(command)}; ${print('E', nonce, '"$?"')}`
}

/** A prompt that says the shell is waiting, and how the last line ended. `$?` is expanded each time it is shown. */
export function promptAssignment(nonce: string): string {
  return `PS1="$(printf '\\033]7717;P;%s;' ${nonce})"'$?'"$(printf '\\007')" PS2=`
}
