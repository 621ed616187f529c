/** The name of the one folder of logs, since there is none on disk: they lie in memory. */
export const logDir = '/memory'
