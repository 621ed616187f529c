module blink

go 1.24
