#!/usr/bin/env node
// A start loads a few large files, every other command what it needs (scripts/build-start.js).
const [word = 'start'] = process.argv.slice(2)
await import(word === 'start' || word.startsWith('-') ? './start.js' : './commands.js')
