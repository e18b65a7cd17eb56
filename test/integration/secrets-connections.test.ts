import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { EXPORT_FORMATS, extensionOf } from '../../main/contract/reports.ts'
import { musterFolder, type Folder } from '../hosts/cli/muster.ts'
import { fence, openBench, type Bench } from '../engine/support/engine.ts'
import { startPostgres, type PostgresServer } from '../harness/postgres.ts'
import { generateKey, startSshd, type Sshd } from '../harness/sshd.ts'
import { temporaryFolder, type TemporaryFolder } from '../harness/temporary-folder.ts'
import { filesBelow, formsOf } from './searching.ts'

/**
 * What connections are opened with: a passphrase, a password of PostgreSQL, a token and a password of HTTP, from a command
 * and from the environment. Every server gives its secret back, and every byte that Muster writes, shows, exports or
 * prints is searched.
 */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 90_000 })

const PASSPHRASE = `open sesame, "says" he & 'she'`
const DATABASE = `pg/pass+word=42 ?`
const TOKEN = 'ghp_bearer.token~value/00'
const BASIC = 'basic:with:colons & spaces'
const INPUT = 'an input <that> is secret'
const SECRETS = { PASSPHRASE, DATABASE, TOKEN, BASIC, INPUT }

let folder: TemporaryFolder
let sshd: Sshd
let postgres: PostgresServer
let http: Server
let httpPort = 0
let muster: Folder

beforeAll(async () => {
  folder = temporaryFolder('secrets')
  sshd = await startSshd(join(folder.path, 'sshd'))
  generateKey(join(folder.path, 'locked'))
  execFileSync('ssh-keygen', [
    '-q',
    '-p',
    '-P',
    '',
    '-N',
    PASSPHRASE,
    '-f',
    join(folder.path, 'locked'),
  ])
  writeFileSync(
    join(sshd.folder, 'authorized_keys'),
    readFileSync(join(folder.path, 'locked.pub')),
    { flag: 'a' },
  )
  writeFileSync(join(folder.path, 'passphrase'), `${PASSPHRASE}\n`)
  writeFileSync(join(folder.path, 'token'), `${TOKEN}\n`)
  postgres = await startPostgres({ tls: false })
  await postgres.admin(
    `create role keeper login password '${DATABASE}'; create table vault (secret text); insert into vault values ('${DATABASE}'); grant all on vault to keeper`,
  )
  // A server that is too talkative: it says what it was sent, in headers and in its body.
  http = createServer((request, response) => {
    const sent = request.headers.authorization ?? ''
    response.setHeader('x-sent', sent)
    response.end(`${sent}\n${Buffer.from(sent.replace(/^Basic /u, ''), 'base64').toString()}\n`)
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  httpPort = typeof address === 'object' && address !== null ? address.port : 0
  muster = musterFolder()
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await muster?.remove()
  http?.close()
  await postgres?.stop()
  await sshd?.close()
  folder?.remove()
})

function connections(): string {
  const secretFile = (name: string): string => `{ command: [cat, "${join(folder.path, name)}"] }`
  return `connections: 1
environments:
  staging:
    profiles:
      host:
        ssh: 127.0.0.1
        port: ${sshd.port}
        identity: ${join(folder.path, 'locked')}
        identities-only: true
        agent: false
        known-hosts: ${sshd.knownHosts}
        config: /dev/null
        passphrase: ${secretFile('passphrase')}
      vault: { postgres: "postgres://keeper@127.0.0.1:${postgres.port}/orders", sslmode: disable, password: { env: SECRETS_DATABASE } }
      token: { http: "http://127.0.0.1:${httpPort}", bearer: ${secretFile('token')} }
      basic: { http: "http://127.0.0.1:${httpPort}", basic: { user: keeper, password: { env: SECRETS_BASIC } } }
`
}

function book(): string {
  return `---
runbook: 1
title: Talkative servers
kind: maintenance
targets: { host: { ssh: host }, vault: { postgres: vault }, token: { http: token }, basic: { http: basic } }
inputs: { WORD: { label: Word, secret: true, required: true } }
---
# Talkative servers

## Phase

### One

\`\`\`yaml step
id: one
on: host
\`\`\`
${fence('bash run', `cat ${join(folder.path, 'passphrase')}; printf '%s' "$WORD" | base64; echo "$WORD" >&2; base64 ${join(folder.path, 'passphrase')}`)}${fence('sql run on=vault', "select secret, encode(secret::bytea, 'base64') as coded from vault;\ndo $$ begin raise notice '%', (select secret from vault); end $$;")}${fence('http run on=token', 'GET /token')}${fence('http run on=basic', 'GET /basic')}`
}

function searched(bytes: Buffer | string, where: string): void {
  const content = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  for (const [name, secret] of Object.entries(SECRETS))
    for (const form of formsOf(secret))
      expect(content.includes(form), `${where} has ${name} as ${form}`).toBe(false)
}

function searchedFolder(path: string): void {
  const files = filesBelow(path)
  expect(files.length).toBeGreaterThan(5)
  for (const file of files) searched(readFileSync(file), file)
}

async function performed(bench: Bench): Promise<string> {
  const path = bench.write('talkative.md', book())
  const { sha256 } = await bench.connection.request('library.read', { path })
  const { run } = await bench.connection.request('runs.start', {
    path,
    sha256,
    mode: 'live',
    inputs: { WORD: INPUT },
    commander: 'Ada',
    acceptContent: true,
    environment: 'staging',
  })
  await bench.connection.request('runs.follow', { run, follow: true })
  await bench.command(run, { type: 'step.begin', step: 'one' })
  for (const block of ['one/1', 'one/2', 'one/3', 'one/4']) {
    await bench.command(run, { type: 'block.run', block })
    const state = await bench.settled(run, block)
    expect(state.blocks[block]?.status, JSON.stringify(state.blocks[block])).toBe('passed')
  }
  return run
}

test('no byte on the disk, in a push or in an export has what a connection was opened with', async () => {
  vi.stubEnv('SECRETS_DATABASE', DATABASE)
  vi.stubEnv('SECRETS_BASIC', BASIC)
  const bench = openBench()
  try {
    writeFileSync(join(bench.data, 'connections.yaml'), connections())
    const run = await performed(bench)
    // The log is open and its newest events are in its write-ahead file.
    expect(readdirSync(bench.data)).toContain('muster.db-wal')
    searchedFolder(bench.data)
    searched(JSON.stringify(bench.pushes), 'the pushes')
    const shown = bench.pushes.flatMap((push) =>
      push.push === 'stream.data' ? [Buffer.from(push.data.base64, 'base64')] : [],
    )
    expect(Buffer.concat(shown).toString()).toContain('[redacted]')
    searched(Buffer.concat(shown), 'the terminals')

    await bench.command(run, { type: 'step.mark', step: 'one', outcome: 'done', reason: 'seen' })
    await bench.command(run, { type: 'run.finish' })
    const exports = join(folder.path, 'exports')
    mkdirSync(exports)
    // What a PDF shows is its HTML, and its own bytes are packed.
    for (const format of EXPORT_FORMATS.filter((name) => name !== 'pdf')) {
      const file = join(exports, `${format}.${extensionOf(format)}`)
      await bench.connection.request('exports.write', {
        run,
        format,
        report: 'audit',
        zone: 'UTC',
        path: file,
        ticket: format,
      })
    }
    execFileSync('python3', [
      '-m',
      'zipfile',
      '-e',
      join(exports, 'bundle.zip'),
      join(exports, 'bundle'),
    ])
    searchedFolder(exports)
    await bench.reopen()
    searchedFolder(bench.data)
  } finally {
    await bench.close()
  }
})

test('nothing that the command prints has it either', async () => {
  mkdirSync(muster.data, { recursive: true, mode: 0o700 })
  writeFileSync(join(muster.data, 'connections.yaml'), connections())
  const path = muster.file('talkative.md', book())
  const answers = muster.file('answers.yaml', 'confirm: all\n')
  const environment = { SECRETS_DATABASE: DATABASE, SECRETS_BASIC: BASIC, WORD: INPUT }
  const said = async (...words: readonly string[]): Promise<string> => {
    const { code, out, err } = await muster.muster(words, { environment })
    expect({ code, err }).toMatchObject({ code: 0 })
    searched(out + err, words.slice(0, 2).join(' '))
    return out
  }
  const start = ['--environment', 'staging', '--commander', 'Ada', '--trust', '--mode', 'live']
  const run = ['run', path, ...start, '--input', 'WORD', '--answers', answers]
  expect(await said(...run)).toContain('[redacted]')
  await said(...run, '--json')
  await said('show', 'last', '--json')
  await said('show', 'last')
  await said('report', 'audit', 'last')
  await said('export', 'last', '--format', 'csv', '-o', '-')
  await said('connections', 'test', 'vault', '--environment', 'staging')
  searchedFolder(muster.data)
})
