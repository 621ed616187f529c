#!/usr/bin/env node
// A start loads a few large files, every other command what it needs (scripts/build-start.js).
import * as nodeModule from 'node:module'

// Where Node.js can keep what it compiled (22 and later), the next start takes a seventh less.
nodeModule.enableCompileCache?.()
const [word = 'start'] = process.argv.slice(2)
await import(word === 'start' || word.startsWith('-') ? './start.js' : './commands.js')
