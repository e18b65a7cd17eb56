/** What an error of a server means for the person who reads it. Undefined where its own words say enough. */
export function errorHelp(error: string): string | undefined {
  switch (/^[A-Z]+/u.exec(error)?.[0]) {
    case 'READONLY':
      return 'The server is a replica, and replicas take no writes. Is the profile that of the primary?'
    case 'LOADING':
      return 'The server is loading its data after a start and takes no commands until it has finished. INFO persistence says how far it is.'
    case 'OOM':
      return 'The server has reached its limit of memory (maxmemory) and takes no commands that need more.'
    case 'MISCONF':
      return 'The server cannot save its data to disk and so takes no writes. Look at its disk and its log.'
    case 'MASTERDOWN':
      return 'The server is a replica that has lost its primary, and does not answer with data that may be old.'
    case 'NOREPLICAS':
      return 'Not enough replicas are connected for the server to take writes (min-replicas-to-write).'
    case 'BUSY':
      return 'A script is running that holds everybody up. SCRIPT KILL ends it, if it has written nothing.'
    case 'CLUSTERDOWN':
      return 'The cluster does not serve all keys. CLUSTER INFO and CLUSTER NODES say which nodes are missing.'
    case 'CROSSSLOT':
      return 'The keys of one command must belong to one slot of the cluster. Names with the same {tag} do.'
    case 'NOPERM':
      return 'The user of the profile may not do this. ACL WHOAMI says which user that is.'
    case 'MOVED':
    case 'ASK':
      return 'The server is a node of a cluster. Add “cluster” with its nodes to the profile, and Muster goes where the key is.'
    case undefined:
    default:
      return undefined
  }
}
