import { createBridgeTransport } from './bridge-transport.ts'
import { createClient, type Client } from './client.ts'
import { createSocketTransport } from './socket-transport.ts'
import { createUploads, type UploadStore } from './uploads.ts'

export { RequestError, type Client } from './client.ts'

function connect(): Client {
  const bridge = window.muster
  if (bridge) return createClient(createBridgeTransport(bridge))
  return createClient(createSocketTransport(`ws://${window.location.host}/socket`))
}

/** This window's one client. */
export const client: Client = connect()

/** Files that this window hands over. */
export const uploads: UploadStore = createUploads((name, params) => client.request(name, params))
