import { connect } from 'node:net'

/** What an ssh agent holds that the ssh2 library cannot use. */

/** SSH_AGENTC_REQUEST_IDENTITIES and its answer (RFC draft-ietf-sshm-ssh-agent, section 4.4). */
const REQUEST = Buffer.from([0, 0, 0, 1, 11])
const ANSWER = 12
const ANSWER_MS = 2_000
/** An agent that says more is none. */
const MOST_BYTES = 1024 * 1024

const USABLE = new Set([
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
])

/** An identity, without its key. */
export interface AgentIdentity {
  readonly type: string
  readonly comment: string
}

/** The identities of an agent. An agent that does not answer has none. */
async function identitiesOf(agent: string): Promise<readonly AgentIdentity[]> {
  return await new Promise((resolve) => {
    const socket = connect({ path: agent })
    let held = Buffer.alloc(0)
    const give = (identities: readonly AgentIdentity[]): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(identities)
    }
    const timer = setTimeout(() => give([]), ANSWER_MS)
    socket.on('error', () => give([]))
    socket.on('close', () => give([]))
    socket.on('data', (bytes) => {
      held = Buffer.concat([held, bytes])
      if (held.length > MOST_BYTES) return give([])
      if (held.length < 4 || held.length < 4 + held.readUInt32BE(0)) return
      give(readAnswer(held.subarray(4)))
    })
    socket.write(REQUEST)
  })
}

function readAnswer(answer: Buffer): readonly AgentIdentity[] {
  const identities: AgentIdentity[] = []
  try {
    if (answer[0] !== ANSWER) return []
    const count = answer.readUInt32BE(1)
    let at = 5
    const text = (): Buffer => {
      const length = answer.readUInt32BE(at)
      at += 4 + length
      return answer.subarray(at - length, at)
    }
    for (let index = 0; index < count; index++) {
      const key = text()
      const type = key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1')
      identities.push({ type, comment: text().toString('utf8') })
    }
  } catch {
    // It is shorter than it says: what was read of it counts.
  }
  return identities
}

/** Identities of an agent that only OpenSSH can use, each in words. */
export async function onlyForOpenSsh(agent: string): Promise<readonly string[]> {
  return (await identitiesOf(agent))
    .filter(({ type }) => !USABLE.has(type))
    .map(({ type, comment }) => `“${comment}” (${kindOf(type)})`)
}

function kindOf(type: string): string {
  const kind = type.includes('-cert-') ? 'a certificate' : type.startsWith('sk-') ? 'FIDO' : ''
  return kind === '' ? type : `${kind}, ${type}`
}
