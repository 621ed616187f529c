/*
 * Refuses records whose topic and key were seen before, by two Bloom filters: the younger takes what comes; when it is
 * full, it becomes the older, and what the older knew is forgotten. Of keys that are new, about one in ten thousand is
 * refused all the same: that is the price of a megabyte of memory each. A key is remembered even when its record is
 * refused by a plugin that comes after this one.
 */
#include "blink_plugin.h"

#define BITS (1u << 23)
#define HASHES 13
/* So many that 13 hashes in 2^23 bits err once in ten thousand. */
#define KEYS_MAX 437000u

static uint64_t filters[2][BITS / 64];
static unsigned young, count;

/* FNV-1a. */
static uint64_t hash(uint64_t from, blink_text text) {
    for (size_t at = 0; at < text.length; at++) from = (from ^ (uint8_t)text.at[at]) * 0x100000001b3u;
    return from;
}

static uint64_t mixed(uint64_t bits) {
    bits = (bits ^ (bits >> 33)) * 0xff51afd7ed558ccdu;
    bits = (bits ^ (bits >> 33)) * 0xc4ceb9fe1a85ec53u;
    return bits ^ (bits >> 33);
}

static bool holds(const uint64_t *filter, uint64_t bits) {
    uint32_t at = (uint32_t)bits, step = (uint32_t)(bits >> 32) | 1;
    for (int round = 0; round < HASHES; round++, at += step) {
        if (!(filter[at % BITS / 64] >> (at % 64) & 1)) return false;
    }
    return true;
}

static void add(uint64_t *filter, uint64_t bits) {
    uint32_t at = (uint32_t)bits, step = (uint32_t)(bits >> 32) | 1;
    for (int round = 0; round < HASHES; round++, at += step) filter[at % BITS / 64] |= (uint64_t)1 << (at % 64);
}

void blink_init(void) {
    blink_log(BLINK_INFO, BLINK_TEXT("Refusing keys that were seen among the last 437000 of their topic and others"));
}

bool blink_on_record(blink_text topic, uint32_t partition, const blink_text *key, blink_text value) {
    (void)partition, (void)value;
    if (key == NULL) return true; /* Nothing to know it by. */
    /* The zero keeps the topic "ab" with the key "c" apart from "a" with "bc". */
    uint64_t bits = mixed(hash(hash(hash(0xcbf29ce484222325u, topic), (blink_text){"", 1}), *key));
    if (holds(filters[young], bits) || holds(filters[!young], bits)) {
        blink_log(BLINK_WARN, BLINK_TEXT("a record with this key was there before"));
        return false;
    }
    if (count == KEYS_MAX) {
        young = !young;
        __builtin_memset(filters[young], 0, sizeof filters[young]);
        count = 0;
    }
    add(filters[young], bits);
    count++;
    return true;
}

/* The compiler makes calls of these of the builtins. */
void *memset(void *at, int value, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) ((volatile uint8_t *)at)[i] = (uint8_t)value;
    return at;
}
