import { createRegistration } from '../../src/clients/index.js'
import { openDatabase } from '../../src/db/index.js'
import { createManagement } from '../../src/logto/management.js'
import { mortalParts, operations, type MortalTask } from './mortal.js'
import { tenantApiResource } from '../kit/tenant.js'

// Does one operation as the service does it, and is killed by the system when it is about to make
// a certain call. Run by kill.test.ts.

const task = JSON.parse(process.env['TASK'] ?? '') as MortalTask
const database = await openDatabase({ databaseUrl: undefined, dataDir: task.dataDir })
const die = (): void => { process.kill(process.pid, 'SIGKILL') }
const parts = mortalParts(database.queries, createManagement(task.credentials), task.last, die)
const { clients } = createRegistration({ db: database.queries, resources: [tenantApiResource], reservedNames: [], ownOrigin: 'https://api.example.test', ...parts })
await operations[task.operation](clients, task.owner, task.clientId)
await database.close()
