/** Takes a folder and holds it until it is killed. */
import { claimFolder } from '../../src/plugins/loading/folder-claim.ts'

claimFolder(process.argv[2]!)
process.send!('taken')
