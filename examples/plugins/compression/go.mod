module compression

go 1.24

require blink v0.0.0

// A project made by blink plugin new has this package in a folder of its own.
replace blink => ../../../templates/go/blink
