module {{name}}

go 1.24

require blink v0.0.0

replace blink => ./blink
