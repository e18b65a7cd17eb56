import { DialError } from '../network/sockets.ts'

/** Parameters of libpq that a URL or a service may have, beside those that are honoured. */

/** What these ask for is so anyway, or changes nothing that anybody could see. */
const HARMLESS = new Set(
  'keepalives keepalives_idle keepalives_interval keepalives_count tcp_user_timeout fallback_application_name client_encoding krbsrvname gsslib gssdelegation load_balance_hosts sslcompression sslsni'.split(
    ' ',
  ),
)
const HONOURED = new Set(
  'service host hostaddr port dbname user password passfile sslmode sslrootcert sslcert sslkey target_session_attrs application_name options connect_timeout'.split(
    ' ',
  ),
)
/** Values that ask for nothing more than is done. */
const WITHOUT_DEMAND: Readonly<Record<string, readonly string[]>> = {
  channel_binding: ['prefer', 'disable'],
  gssencmode: ['prefer', 'disable'],
  sslnegotiation: ['postgres'],
  ssl_min_protocol_version: ['', 'TLSv1', 'TLSv1.1', 'TLSv1.2'],
  replication: ['false', 'off', 'no', '0'],
}

/** Throws a `DialError` for what would be promised and not kept: a demand of security above all. */
export function checkParameters(parameters: Readonly<Record<string, string>>, where: string): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (HONOURED.has(name) || HARMLESS.has(name)) continue
    const fine = Object.hasOwn(WITHOUT_DEMAND, name) ? WITHOUT_DEMAND[name] : undefined
    if (fine?.includes(value) === true) continue
    throw new DialError(
      fine === undefined
        ? `${where} has “${name}” in it, which Muster does not know or cannot keep. Nothing was sent.`
        : `${where} asks for ${name}=${value}, which Muster cannot promise. Nothing was sent.`,
    )
  }
}
