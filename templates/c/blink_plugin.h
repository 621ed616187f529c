/*
 * blink:plugin@0.1.0 for C without a C library: the strings, the log, and the memory that a call needs. Include it in
 * one file, which defines blink_init and blink_on_record.
 *
 * Memory: the host puts the arguments of a call into an arena, and blink_alloc takes from it, too. All of it is given
 * back when the call returns; what shall last is kept in variables of the plugin's own.
 */
#ifndef BLINK_PLUGIN_H
#define BLINK_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Not terminated by a zero. */
typedef struct {
    const char *at;
    size_t length;
} blink_text;

#define BLINK_TEXT(literal) ((blink_text){(literal), sizeof(literal) - 1})

enum blink_level { BLINK_TRACE, BLINK_DEBUG, BLINK_INFO, BLINK_WARN, BLINK_ERROR };

/* Once at the start. */
void blink_init(void);

/* For every record, before it is stored; whether it may be. `key` is NULL when there is none. */
bool blink_on_record(blink_text topic, uint32_t partition, const blink_text *key, blink_text value);

__attribute__((import_module("blink:plugin/host@0.1.0"), import_name("log")))
void blink_log_import(int32_t level, const char *message, size_t length);

/* The last line at BLINK_WARN or above before a record is refused is the reason its producer is told. */
static inline void blink_log(enum blink_level level, blink_text message) {
    blink_log_import(level, message.at, message.length);
}

/* ---- memory ---- */

extern char __heap_base;
static uintptr_t blink_top;

/* Never NULL: without memory the plugin traps, and Blink starts it anew. */
static void *blink_alloc(size_t bytes, size_t align) {
    if (blink_top == 0) blink_top = (uintptr_t)&__heap_base;
    uintptr_t at = (blink_top + align - 1) & ~(uintptr_t)(align - 1);
    uintptr_t size = (uintptr_t)__builtin_wasm_memory_size(0) << 16;
    if (at + bytes > size || at + bytes < at) {
        size_t pages = (at + bytes - size + 0xffff) >> 16;
        if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) __builtin_trap();
    }
    blink_top = at + bytes;
    return (void *)at;
}

static inline void blink_free_all(void) { blink_top = (uintptr_t)&__heap_base; }

__attribute__((export_name("cabi_realloc")))
void *blink_cabi_realloc(void *old, size_t old_bytes, size_t align, size_t bytes) {
    void *at = blink_alloc(bytes, align);
    if (old_bytes > 0) __builtin_memcpy(at, old, old_bytes < bytes ? old_bytes : bytes);
    return at;
}

/* ---- the canonical ABI ---- */

__attribute__((export_name("blink:plugin/plugin@0.1.0#init")))
const void *blink_export_init(void) {
    static const uint16_t none[2]; /* option<u16>: no port */
    blink_init();
    blink_free_all();
    return none;
}

__attribute__((export_name("blink:plugin/plugin@0.1.0#on-record")))
int32_t blink_export_on_record(const char *topic, size_t topic_length, uint32_t partition, int32_t has_key,
                               const char *key, size_t key_length, const char *value, size_t value_length) {
    blink_text key_text = {key, key_length};
    bool accepted = blink_on_record((blink_text){topic, topic_length}, partition, has_key ? &key_text : NULL,
                                    (blink_text){value, value_length});
    blink_free_all();
    return accepted;
}

#endif
